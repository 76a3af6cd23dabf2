package standin

import (
	"errors"
	"fmt"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
)

// The codes of Milvus's errors, as 2.3.5 and 2.6.20 give them.
const (
	codeNoCollection = 100
	codeNotLoaded    = 101
	codeNoIndex      = 700
	codeNoDatabase   = 800
	codeInvalid      = 1100
	codeIncomplete   = 1101
	codeBadField     = 1701
	codeNoLogin      = 1800
	codeNoJSON       = 1801
	codeMissing      = 1802
	codeBadRows      = 1804
	codeTimeout      = 10001
	codeUnknown      = 65535
)

// The only database.
const defaultDatabase = "default"

// An apiError is an error as Milvus codes it.
type apiError struct {
	code   int32
	reason string
}

func (e *apiError) Error() string { return e.reason }

func notFound(name string) error {
	return &apiError{codeNoCollection, fmt.Sprintf("can't find collection[database=%s][collection=%s]", defaultDatabase, name)}
}

func notLoaded(name string) error {
	return &apiError{codeNotLoaded, fmt.Sprintf("failed to search: collection not loaded[collection=%s]", name)}
}

func noIndex(name string) error {
	return &apiError{codeNoIndex, fmt.Sprintf("index not found[collection=%s]", name)}
}

func invalid(format string, args ...any) error {
	return &apiError{codeInvalid, fmt.Sprintf(format, args...) + ": invalid parameter"}
}

func incomplete(format string, args ...any) error {
	return &apiError{codeIncomplete, fmt.Sprintf(format, args...) + ": missing parameter"}
}

func expected(want, got, why string) error {
	return &apiError{codeInvalid, fmt.Sprintf("%s: invalid parameter[expected=%s][actual=%s]", why, want, got)}
}

func noJSON(why string) error {
	return &apiError{codeNoJSON, "can only accept json format request, " + why}
}

func badRows(why error) error {
	return &apiError{codeBadRows, "fail to deal the insert data, error: " + why.Error()}
}

// said returns the status of a response: success, or the error with Milvus's code.
func said(err error) *commonpb.Status {
	if err == nil {
		return &commonpb.Status{}
	}
	var known *apiError
	if !errors.As(err, &known) {
		known = &apiError{codeUnknown, err.Error()}
	}
	return &commonpb.Status{Code: known.code, Reason: known.reason}
}
