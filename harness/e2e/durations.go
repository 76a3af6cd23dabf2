package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/atomicfile"
)

// durations are the seconds that each cell took in the last complete run of a plan, in a file
// named by the plan's digest. They only order the next run.
type durations struct{ path string }

type duration struct {
	harness.Cell
	Seconds float64 `json:"seconds"`
}

func durationsOf(cache, digest string) durations {
	return durations{filepath.Join(cache, "durations", digest+".json")}
}

// read returns nothing where the plan was never carried out.
func (d durations) read() (map[harness.Cell]float64, error) {
	text, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the durations of cells: %w", err)
	}
	var list []duration
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("read the durations of cells: %s: %w", d.path, err)
	}
	took := map[harness.Cell]float64{}
	for _, one := range list {
		took[one.Cell] = one.Seconds
	}
	return took, nil
}

// write replaces the file as a whole: another run may read it now.
func (d durations) write(took map[harness.Cell]float64) error {
	list := make([]duration, 0, len(took))
	for cell, seconds := range took {
		list = append(list, duration{cell, seconds})
	}
	err := os.MkdirAll(filepath.Dir(d.path), 0o755)
	if err == nil {
		err = atomicfile.Write(d.path, func(w io.Writer) error { return json.NewEncoder(w).Encode(list) })
	}
	if err != nil {
		return fmt.Errorf("keep the durations of cells: %w", err)
	}
	return nil
}
