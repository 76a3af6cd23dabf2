package docker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/moby/moby/client"
)

// handOver returns what a container's volume holds to the container's user, before
// it starts. A server that is not root cannot use what root left: the images of
// 2.6 run as root and those of 3.0 as milvus, and a 3.0 in the place of a 2.6.20
// was seen to end with "permission denied". Operators do it with chown.
func (e *Engine) handOver(ctx context.Context, id string, user owner) error {
	kept, err := e.client.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: dataFolder})
	if err != nil {
		return fmt.Errorf("read what is on the volume: %w", err)
	}
	defer kept.Content.Close()
	// It goes back to where it came from, so it is read whole first.
	whole, err := os.CreateTemp("", "milvus-tls-e2e-data-")
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(whole.Close(), os.Remove(whole.Name())) }()
	if err := givenTo(user, kept.Content, whole); err != nil {
		return fmt.Errorf("read what is on the volume: %w", err)
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = e.client.CopyToContainer(ctx, id, client.CopyToContainerOptions{DestinationPath: path.Dir(dataFolder), Content: whole})
	if err != nil {
		return fmt.Errorf("give what is on the volume to the image's user: %w", err)
	}
	return nil
}

// givenTo copies an archive, all of it owned by a user.
func givenTo(user owner, from io.Reader, to io.Writer) error {
	read, write := tar.NewReader(from), tar.NewWriter(to)
	for {
		head, err := read.Next()
		if errors.Is(err, io.EOF) {
			return write.Close()
		}
		if err != nil {
			return err
		}
		head.Uid, head.Gid, head.Uname, head.Gname = user.uid, user.gid, "", ""
		if err := write.WriteHeader(head); err != nil {
			return err
		}
		if _, err := io.Copy(write, read); err != nil {
			return err
		}
	}
}
