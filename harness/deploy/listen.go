package deploy

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"time"

	"milvus-tls-e2e/harness/milvus"
)

const backendBound = 60 * time.Second

// Listening waits until an address accepts connections, which is enough for etcd and MinIO. Its
// error describes what happened instead, with the last log line.
func Listening(ctx context.Context, r Running, addr string) error {
	dialer := net.Dialer{Timeout: time.Second}
	boot := Await(ctx, r, func(ctx context.Context) error {
		conn, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		return conn.Close()
	}, backendBound)
	switch {
	case boot.Ready:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	text, _, _ := r.Log(0)
	last := cmp.Or(diskFull(text), milvus.LastLine(text), "it said nothing")
	if boot.Exited {
		return fmt.Errorf("ended with status %d: %s", boot.Status, last)
	}
	return fmt.Errorf("does not listen on %s after %s: %s", addr, backendBound, last)
}

// NoSpace is the system's error for a full disk.
const NoSpace = "no space left on device"

// diskFull returns that error if it is in a log. An etcd that panics over it ends its log with
// the stack.
func diskFull(log []byte) string {
	if bytes.Contains(log, []byte(NoSpace)) {
		return NoSpace
	}
	return ""
}
