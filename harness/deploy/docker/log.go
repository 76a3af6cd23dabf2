package docker

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
)

func (s *running) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole {
		return len(p), nil // a late end of what is read already
	}
	return s.log.Write(p)
}

// Log returns what the container wrote from an offset on, and the offset after it.
func (s *running) Log(offset int64) ([]byte, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := int64(s.log.Len())
	if offset < 0 || offset >= end {
		return nil, end, nil
	}
	return slices.Clone(s.log.Bytes()[offset:]), end, nil
}

// lastWords is how long the log of a container that has ended is followed. Where
// the engine has not closed it by then, it is read again, whole.
const lastWords = 2 * time.Second

func (s *running) reread(ctx context.Context) {
	text, err := s.engine.client.ContainerLogs(ctx, s.id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		return // it was removed in the meantime
	}
	defer text.Close()
	var whole bytes.Buffer
	if _, err := stdcopy.StdCopy(&whole, &whole, text); err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = true
	if whole.Len() > s.log.Len() {
		s.log = whole
	}
}
