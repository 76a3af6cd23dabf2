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

// backendBound is how long etcd or MinIO may take to listen.
const backendBound = 60 * time.Second

// Listening waits until something that was started accepts connections at an
// address, which is all that etcd and MinIO are asked before a server is. Its
// error says what became of it instead, and what it said last.
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

// noSpace is what a system says when a disk is full.
const noSpace = "no space left on device"

// diskFull returns these words where they are in a log: an etcd that panics over
// them ends with the stack.
func diskFull(log []byte) string {
	if bytes.Contains(log, []byte(noSpace)) {
		return noSpace
	}
	return ""
}
