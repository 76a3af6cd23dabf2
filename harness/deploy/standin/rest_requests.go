package standin

import (
	"fmt"
	"strings"
)

// The requests of REST v2, with what each requires (seen on 2.6.20, and the same
// in the sources of 2.5 and 3.0).
type (
	databaseReq struct {
		DBName string `json:"dbName"`
	}
	collectionNameReq struct {
		DBName         string `json:"dbName"`
		CollectionName string `json:"collectionName" binding:"required"`
	}
	collectionReq struct {
		DBName           string         `json:"dbName"`
		CollectionName   string         `json:"collectionName" binding:"required"`
		Dimension        int32          `json:"dimension"`
		IDType           string         `json:"idType"`
		AutoID           bool           `json:"autoID"`
		MetricType       string         `json:"metricType"`
		PrimaryFieldName string         `json:"primaryFieldName"`
		VectorFieldName  string         `json:"vectorFieldName"`
		Schema           restSchema     `json:"schema"`
		Params           map[string]any `json:"params"`
	}
	collectionDataReq struct {
		DBName         string   `json:"dbName"`
		CollectionName string   `json:"collectionName" binding:"required"`
		Data           []object `json:"data" binding:"required"`
	}
	searchReqV2 struct {
		DBName           string   `json:"dbName"`
		CollectionName   string   `json:"collectionName" binding:"required"`
		Data             []any    `json:"data"`
		AnnsField        string   `json:"annsField"`
		Filter           string   `json:"filter"`
		Limit            *int32   `json:"limit"`
		OutputFields     []string `json:"outputFields"`
		ConsistencyLevel string   `json:"consistencyLevel"`
	}
)

// restSchema is what v2 makes a collection of instead of a dimension.
type restSchema struct {
	AutoID  bool        `json:"autoID"`
	Dynamic bool        `json:"enableDynamicField"`
	Fields  []restField `json:"fields"`
}

type restField struct {
	Name    string         `json:"fieldName"`
	Type    string         `json:"dataType"`
	Primary bool           `json:"isPrimary"`
	Params  map[string]any `json:"elementTypeParams"`
}

// lacking returns the answer to a request without what it requires.
func lacking(request any, fields ...string) error {
	var each []string
	for _, field := range fields {
		each = append(each, fmt.Sprintf("Key: '%s.%s' Error:Field validation for '%[2]s' failed on the 'required' tag", nameOf(request), field))
	}
	if each == nil {
		return nil
	}
	return &apiError{codeMissing, "missing required parameters, error: " + strings.Join(each, "\n")}
}
