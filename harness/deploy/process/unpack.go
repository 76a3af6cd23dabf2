package process

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
	"golang.org/x/sync/errgroup"
)

// maxUnpacked bounds one unpacked file; the largest known is milvus itself in
// 2.3.5, at 119 MB.
const maxUnpacked = 1 << 30

// unpack lays a wheel out as bin/ and configs/ below dir.
func unpack(wheel, dir string) error {
	archive, err := zip.OpenReader(wheel)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, sub := range []string{"bin", "configs"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	var work errgroup.Group
	work.SetLimit(runtime.NumCPU())
	server := false
	for _, f := range archive.File {
		name := path.Base(f.Name)
		switch {
		case path.Dir(f.Name) == "milvus/data/bin" && strings.HasSuffix(name, ".lzma"):
			name = strings.TrimSuffix(name, ".lzma")
			server = server || name == "milvus"
			work.Go(func() error { return unpackBinary(f, filepath.Join(dir, "bin", name)) })
		case f.Name == "milvus/data/config.yaml.template":
			work.Go(func() error { return unpackTemplate(f, filepath.Join(dir, "configs", "milvus.yaml")) })
		case f.Name == "milvus/data/glog.conf":
			work.Go(func() error { return unpackFile(f, filepath.Join(dir, "configs", name)) })
		}
	}
	if err := work.Wait(); err != nil {
		return err
	}
	if !server {
		return fmt.Errorf("there is no milvus/data/bin/milvus.lzma in it")
	}
	return nil
}

// unpackBinary decompresses a binary: the suffix .lzma is the legacy format in 2.3.5 and the .xz
// container in 2.2.16.
func unpackBinary(f *zip.File, to string) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	in := bufio.NewReaderSize(from, 1<<20)
	head, err := in.Peek(6)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	var plain io.Reader
	if bytes.Equal(head, []byte("\xfd7zXZ\x00")) {
		plain, err = xz.NewReader(in)
	} else {
		plain, err = lzma.NewReader(in)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	if err := copyAll(to, 0o755, io.LimitReader(plain, maxUnpacked)); err != nil {
		return fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	return nil
}

func unpackFile(f *zip.File, to string) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	return copyAll(to, 0o644, from)
}

// A placeholder of the wheel's template: {{ name }}, {{ name: default }},
// {{ name(type): default }}.
var placeholder = regexp.MustCompile(`\{\{\s*\w+\s*(?:\(\w+\))?\s*(?::\s*(.*?))?\s*\}\}`)

// unpackTemplate makes a stock milvus.yaml of the wheel's template. What has no
// default (ports and folders) is left empty here: every deployment sets it.
func unpackTemplate(f *zip.File, to string) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	text, err := io.ReadAll(io.LimitReader(from, 1<<20))
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	return copyAll(to, 0o644, bytes.NewReader(placeholder.ReplaceAll(text, []byte("$1"))))
}
