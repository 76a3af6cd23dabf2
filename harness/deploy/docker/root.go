package docker

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// A root is what a local image's file system is made of.
type root struct {
	copies  []copied
	texts   []file
	folders []folder
	changes []string // as in a Dockerfile: USER, ENV, CMD ...
}

type copied struct {
	from, to string
	mode     int64
}

type folder struct {
	path string
	mode int64
	owner
}

// milvusUser is the user of the local Milvus images. Recent official images run
// as a user of this name too, so that a key that only root may read fails here
// as it does there.
var milvusUser = owner{1000, 1000}

// programRoot is the root of an image that holds one program at path, and what
// it needs of this machine.
func programRoot(program, to string, own ...string) (root, error) {
	r := root{copies: []copied{{program, to, 0o755}}}
	libraries, err := sharedLibs(program, own...)
	if err != nil {
		return root{}, err
	}
	for _, l := range libraries {
		r.copies = append(r.copies, copied{l, l, 0o755})
	}
	r.texts = []file{
		{path: "/etc/passwd", mode: 0o644, text: []byte("root:x:0:0:root:/:/\nmilvus:x:1000:1000:milvus:/milvus:/\n")},
		{path: "/etc/group", mode: 0o644, text: []byte("root:x:0:\nmilvus:x:1000:\n")},
		{path: "/etc/nsswitch.conf", mode: 0o644, text: []byte("hosts: files dns\n")},
	}
	r.folders = []folder{{path: "/tmp", mode: 0o1777}, {path: "/run", mode: 0o755}}
	return r, nil
}

// milvusRoot is the root of a local Milvus image: the wheel's server, laid out
// as in the official images, with bin/ and configs/ below /milvus.
func milvusRoot(server string) (root, error) {
	bin := filepath.Join(server, "bin")
	r, err := programRoot(filepath.Join(bin, "milvus"), "/milvus/bin/milvus", bin)
	if err != nil {
		return root{}, err
	}
	for dir, to := range map[string]string{bin: "/milvus/lib/", filepath.Join(server, "configs"): configFolder + "/"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			return root{}, err
		}
		for _, f := range files {
			if f.Type().IsRegular() && f.Name() != "milvus" {
				r.copies = append(r.copies, copied{filepath.Join(dir, f.Name()), to + f.Name(), 0o644})
			}
		}
	}
	// 2.3.5 keeps a pid file in /run/milvus and glog's files in logs/.
	for _, dir := range []string{workFolder, configFolder, workFolder + "/logs", dataFolder, "/run/milvus"} {
		r.folders = append(r.folders, folder{dir, 0o755, milvusUser})
	}
	r.changes = []string{
		"USER milvus", "WORKDIR " + workFolder, "ENV PATH=/milvus/bin", "ENV LD_LIBRARY_PATH=/milvus/lib", "ENV MILVUSCONF=" + configFolder,
		`CMD ["milvus","run","standalone"]`, "EXPOSE 19530 9091",
	}
	return r, nil
}

// key identifies an image's inputs, so that it is built again when they change. pin identifies
// the files below skip, which are pinned and slow to read.
func (r root) key(pin, skip string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, pin, r.changes, r.folders)
	slices.SortFunc(r.copies, func(a, b copied) int {
		if a.to < b.to {
			return -1
		}
		return 1
	})
	for _, t := range r.texts {
		fmt.Fprintf(h, "%s %o %s\n", t.path, t.mode, t.text)
	}
	for _, c := range r.copies {
		fmt.Fprintf(h, "%s %o\n", c.to, c.mode)
		if rel, err := filepath.Rel(skip, c.from); err == nil && filepath.IsLocal(rel) {
			continue
		}
		f, err := os.Open(c.from)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(h, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (r root) write(to io.Writer) error {
	w := tar.NewWriter(to)
	for _, d := range r.folders {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: d.path[1:] + "/", Mode: d.mode, Uid: d.uid, Gid: d.gid}); err != nil {
			return err
		}
	}
	for _, t := range r.texts {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: t.path[1:], Mode: t.mode, Size: int64(len(t.text))}); err != nil {
			return err
		}
		if _, err := w.Write(t.text); err != nil {
			return err
		}
	}
	for _, c := range r.copies {
		if err := c.write(w); err != nil {
			return fmt.Errorf("copy %s: %w", c.from, err)
		}
	}
	return w.Close()
}

func (c copied) write(w *tar.Writer) error {
	f, err := os.Open(c.from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: c.to[1:], Mode: c.mode, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}
