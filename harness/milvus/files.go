package milvus

import (
	"path/filepath"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// NamedFiles returns the files in Files.Dir that the server's configuration names,
// sorted. A provider brings exactly these. They are derived from the settings
// themselves, whatever their keys are, so no list of keys has to be kept: files
// that a list lacked once ended every server with internal TLS in a container
// (`open /milvus/tls/internal-ca.pem: no such file or directory`, seen on a
// 2.6.20). A file that the change makes harness.Missing is left out, and so is
// what a given configuration names, which is for its mounts to bring.
func (s Setup) NamedFiles() []harness.File {
	if s.Files.Dir == "" {
		return nil
	}
	tree := map[string]any{}
	s.configure(tree, s.settings())
	var files []harness.File
	for _, value := range Flat(tree) {
		path, is := value.(string)
		if name, inside := s.inFiles(path); is && inside && !s.missing(path) && !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return files
}

// inFiles returns the file of Files.Dir that a path leads to, which may be written
// from the working directory.
func (s Setup) inFiles(path string) (f harness.File, inside bool) {
	for _, dir := range []string{s.Files.Dir, s.relative(s.Files.Dir)} {
		if name, below := strings.CutPrefix(path, dir+"/"); below && filepath.IsLocal(name) {
			return harness.File(name), true
		}
	}
	return "", false
}

// missing reports whether the change keeps what is at a path from being there.
func (s Setup) missing(path string) bool {
	return s.Change.Defect == harness.Missing && path == s.path(s.Change.File)
}
