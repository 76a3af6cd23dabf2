package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"milvus-tls-e2e/harness/results"
)

// Read reads a results.json. A file that is cut off, that is not JSON, that
// has another schema than this harness writes, or that holds a key or a name
// which this harness does not know, is an error of one line that names the
// file.
func Read(path string) (results.Results, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return results.Results{}, fmt.Errorf("read results: %w", err)
	}
	r, err := decode(data)
	if err != nil {
		return results.Results{}, fmt.Errorf("read %s: %w", path, err)
	}
	return r, nil
}

func decode(data []byte) (results.Results, error) {
	// The schema comes first: with another one, nothing else that is wrong
	// with the file would mean anything.
	var form struct {
		Schema int `json:"schema"`
	}
	first := json.NewDecoder(bytes.NewReader(data))
	if err := first.Decode(&form); err != nil {
		return results.Results{}, located(data, err)
	}
	if _, err := first.Token(); !errors.Is(err, io.EOF) {
		return results.Results{}, errors.New("something follows the results")
	}
	switch {
	case form.Schema == 0:
		return results.Results{}, errors.New("it has no schema, so it is no results file of this harness")
	case form.Schema > results.Schema:
		return results.Results{}, fmt.Errorf("its schema %d is newer than %d, the newest that this harness reads",
			form.Schema, results.Schema)
	case form.Schema < results.Schema:
		return results.Results{}, fmt.Errorf("this harness reads schema %d and not %d", results.Schema, form.Schema)
	}
	var r results.Results
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return results.Results{}, located(data, err)
	}
	return r, nil
}

// located adds the line number to a decoder's error where it is known, and reports a truncated
// file as such.
func located(data []byte, err error) error {
	var at int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the file is cut off after %d bytes", len(data))
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at, err = kind.Offset, fmt.Errorf("%s is of the wrong kind (%s)", cmp.Or(kind.Field, "the file"), kind.Value)
	default:
		return fmt.Errorf("decode results: %w", err)
	}
	return fmt.Errorf("decode results: line %d: %w", 1+bytes.Count(data[:min(at, int64(len(data)))], []byte("\n")), err)
}

// ReadBase reads the earlier run that a run is compared with; "" is none, and
// gives nil.
func ReadBase(path string) (*results.Results, error) {
	if path == "" {
		return nil, nil
	}
	r, err := Read(path)
	if err != nil {
		return nil, fmt.Errorf("compare with an earlier run: %w", err)
	}
	return &r, nil
}
