package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/atomicfile"
	"milvus-tls-e2e/harness/plan"
)

// The names of what else lies in a run's folder.
const (
	PlanFile   = "plan.json"
	LogsFolder = "logs"
	lockFile   = ".lock"
)

// A Folder is where one run writes; no other run may while it is open.
type Folder struct {
	Dir  string
	lock *os.File
	made bool // it was not there before
}

// Open takes the folder for one run and removes an earlier run's results, so that they are not
// mistaken for new ones. The plan stays: the step before has written it.
func Open(dir string) (*Folder, error) {
	_, missing := os.Stat(dir)
	if err := os.MkdirAll(filepath.Join(dir, LogsFolder), 0o755); err != nil {
		return nil, fmt.Errorf("open folder for results: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open folder for results: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("another run is writing into %s: wait for it, or give this one a folder of its own with OUT=", dir)
	}
	f := &Folder{Dir: dir, lock: lock, made: errors.Is(missing, os.ErrNotExist)}
	stale := []error{os.RemoveAll(filepath.Join(dir, LogsFolder)), os.MkdirAll(filepath.Join(dir, LogsFolder), 0o755)}
	for _, name := range []string{ResultsFile, JUnitFile, MarkdownFile, HTMLFile, AuditCSVFile, AuditFile} {
		if err := os.Remove(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			stale = append(stale, err)
		}
	}
	if err := errors.Join(stale...); err != nil {
		return nil, errors.Join(fmt.Errorf("remove results of an earlier run: %w", err), f.Close())
	}
	return f, nil
}

// Close lets other runs have the folder, and removes what stayed empty of it.
func (f *Folder) Close() error {
	_ = os.Remove(filepath.Join(f.Dir, LogsFolder)) // fails where there are logs
	err := errors.Join(os.Remove(f.lock.Name()), f.lock.Close())
	if f.made {
		_ = os.Remove(f.Dir) // fails where there are results
	}
	return err
}

// Log writes a server's log into the folder.
func (f *Folder) Log(name string, text []byte) error {
	return os.WriteFile(filepath.Join(f.Dir, LogsFolder, name+".log"), text, 0o644)
}

// WritePlan writes plan.json into dir.
func WritePlan(dir string, made plan.Plan) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return atomicfile.Write(filepath.Join(dir, PlanFile), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(made)
	})
}

// ReadPlan reads the inputs of a plan.json, of which the rest is made again.
func ReadPlan(dir string) (plan.Inputs, error) {
	path := filepath.Join(dir, PlanFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return plan.Inputs{}, fmt.Errorf("read plan: %w (make plan writes it)", err)
	}
	var in plan.Inputs
	if err := json.Unmarshal(text, &in); err != nil {
		return in, fmt.Errorf("read %s: %w", path, located(text, err))
	}
	if in.Schema != plan.Schema {
		return in, fmt.Errorf("read %s: it has schema %d, and this harness reads %d", path, in.Schema, plan.Schema)
	}
	return in, nil
}
