package standin

import (
	"errors"
	"fmt"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
)

// An apiError is an error as Milvus codes it.
type apiError struct {
	code   int32
	reason string
}

func (e *apiError) Error() string { return e.reason }

// The codes are those of Milvus's merr package.
func notFound(name string) error {
	return &apiError{100, fmt.Sprintf("collection not found[collection=%s]", name)}
}

func notLoaded(name string) error {
	return &apiError{101, fmt.Sprintf("collection not loaded[collection=%s]", name)}
}

func noIndex(name string) error {
	return &apiError{700, fmt.Sprintf("index not found[collection=%s]", name)}
}

func invalid(format string, args ...any) error {
	return &apiError{1100, "invalid parameter: " + fmt.Sprintf(format, args...)}
}

// said gives the status of a response: success, or the error as Milvus codes it.
func said(err error) *commonpb.Status {
	if err == nil {
		return &commonpb.Status{}
	}
	var known *apiError
	if !errors.As(err, &known) {
		known = &apiError{65535, err.Error()}
	}
	return &commonpb.Status{Code: known.code, Reason: known.reason}
}
