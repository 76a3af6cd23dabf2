package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/client"
)

// A file is put into a container before it starts. Nothing of this machine is
// mounted: an engine elsewhere has none of its paths.
type file struct {
	path  string // absolute, in the container
	text  []byte
	mode  int64
	owner *owner // nil for the image's user

	folder bool // it is a folder, and there may be nothing in it
}

// An owner is a user of an image, by number.
type owner struct{ uid, gid int }

// putIn lays files into a container that is made and not yet started, owned by
// the image's user: a key of mode 0600 that root owns cannot be read by an
// image that does not run as root.
func (e *Engine) putIn(ctx context.Context, id, image string, files []file) error {
	if len(files) == 0 {
		return nil
	}
	user, err := e.user(ctx, id, image)
	if err != nil {
		return fmt.Errorf("find the image's user: %w", err)
	}
	text, err := archive(files, user)
	if err != nil {
		return fmt.Errorf("pack files: %w", err)
	}
	_, err = e.client.CopyToContainer(ctx, id, client.CopyToContainerOptions{DestinationPath: "/", Content: bytes.NewReader(text)})
	if err != nil {
		return fmt.Errorf("put files in: %w", err)
	}
	return nil
}

func archive(files []file, user owner) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	made := map[string]bool{}
	for _, f := range files {
		own := user
		if f.owner != nil {
			own = *f.owner
		}
		// The folder that a file lies in is its owner's; those above it exist in
		// the image or are root's.
		dir := path.Dir(f.path)
		if f.folder {
			dir = f.path
		}
		if !made[dir] {
			made[dir] = true
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir[1:] + "/", Mode: 0o755, Uid: own.uid, Gid: own.gid}); err != nil {
				return nil, err
			}
		}
		if f.folder {
			continue
		}
		head := &tar.Header{Typeflag: tar.TypeReg, Name: f.path[1:], Mode: f.mode, Size: int64(len(f.text)), Uid: own.uid, Gid: own.gid}
		if err := w.WriteHeader(head); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}

// user returns the numbers of the user that a container of an image runs as. They
// are found out once: an engine takes longer to give one file than to do all
// else before a start.
func (e *Engine) user(ctx context.Context, id, image string) (owner, error) {
	if known, is := e.knownUser(image); is {
		return known, nil
	}
	found, err := e.findUser(ctx, id)
	if err != nil {
		return owner{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.users == nil {
		e.users = map[string]owner{}
	}
	e.users[image] = found
	return found, nil
}

func (e *Engine) knownUser(image string) (owner, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known, is := e.users[image]
	return known, is
}

// findUser asks a container for its user, whose name is resolved in the image's /etc/passwd.
func (e *Engine) findUser(ctx context.Context, id string) (owner, error) {
	seen, err := e.client.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		return owner{}, err
	}
	name := seen.Container.Config.User
	if o, known := numbers(name, nil); known {
		return o, nil
	}
	passwd, err := e.readAll(ctx, id, "/etc/passwd")
	if err != nil {
		return owner{}, err
	}
	if o, known := numbers(name, passwd); known {
		return o, nil
	}
	return owner{}, fmt.Errorf("it runs as %q, whom its /etc/passwd does not know", name)
}

// numbers returns the numbers of USER, USER:GROUP, UID or UID:GID. A group by
// name is left at the user's own.
func numbers(user string, passwd []byte) (owner, bool) {
	name, group, _ := strings.Cut(user, ":")
	var o owner
	known := name == "" || name == "root"
	if uid, err := strconv.Atoi(name); err == nil {
		o.uid, known = uid, true
	}
	for line := range bytes.Lines(passwd) {
		fields := strings.Split(strings.TrimSpace(string(line)), ":")
		if len(fields) < 4 || !slices.Contains([]string{fields[0], fields[2]}, name) {
			continue
		}
		uid, err1 := strconv.Atoi(fields[2])
		gid, err2 := strconv.Atoi(fields[3])
		if errors.Join(err1, err2) == nil {
			o, known = owner{uid, gid}, true
		}
	}
	if gid, err := strconv.Atoi(group); err == nil {
		o.gid = gid
	}
	return o, known
}

func firstFile(r io.Reader) ([]byte, error) {
	t := tar.NewReader(r)
	for {
		head, err := t.Next()
		if err != nil {
			return nil, err
		}
		if head.Typeflag == tar.TypeReg {
			return io.ReadAll(io.LimitReader(t, maxFile))
		}
	}
}
