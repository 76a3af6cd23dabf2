package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"
)

// pullNews is how often a pull that goes on is reported.
const pullNews = 5 * time.Second

// pull has the engine pull an image, and reports how far it is, a line each
// time: a first pull of a Milvus image is more than a gigabyte.
func (e *Engine) pull(ctx context.Context, name string, log io.Writer) error {
	answer, err := e.client.ImagePull(ctx, name, client.ImagePullOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	return reportPull(answer, name, log)
}

func reportPull(answer io.Reader, name string, log io.Writer) error {
	begin := time.Now()
	p := pullProgress{layers: map[string]layer{}}
	fmt.Fprintf(log, "%s: pulling\n", name)
	over, reported := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(reported)
		news := time.NewTicker(pullNews)
		defer news.Stop()
		for {
			select {
			case <-news.C:
				fmt.Fprintf(log, "%s: pulling, %s\n", name, &p)
			case <-over:
				return
			}
		}
	}()
	err := readAnswer(answer, p.take)
	close(over)
	<-reported
	if err == nil {
		fmt.Fprintf(log, "%s: pulled in %.0f s, %s\n", name, time.Since(begin).Seconds(), &p)
	}
	return err
}

// readAnswer reads an engine's progress stream to the end, and returns the error in it: the
// answer's HTTP status does not show it.
func readAnswer(answer io.Reader, take func(jsonstream.Message)) error {
	for d := json.NewDecoder(answer); ; {
		var m jsonstream.Message
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Error != nil:
			return errors.New(m.Error.Message)
		}
		take(m)
	}
}

// A pullProgress is how far a pull is, layer by layer.
type pullProgress struct {
	mu     sync.Mutex
	layers map[string]layer
}

type layer struct {
	bytes int64 // of its download
	done  bool
}

// take records the progress of a layer. Lines about the whole image name no layer, or the tag
// ("Pulling from ...").
func (p *pullProgress) take(m jsonstream.Message) {
	if m.ID == "" || strings.HasPrefix(m.Status, "Pulling from") {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.layers[m.ID]
	switch m.Status {
	case "Downloading":
		if m.Progress != nil {
			l.bytes = m.Progress.Current
		}
	case "Pull complete", "Already exists":
		l.done = true
	}
	p.layers[m.ID] = l
}

// String describes the progress. The sizes of waiting layers are unknown, so there is no
// percentage.
func (p *pullProgress) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	done, bytes := 0, int64(0)
	for _, l := range p.layers {
		bytes += l.bytes
		if l.done {
			done++
		}
	}
	return fmt.Sprintf("%d of %d layers, %d MB downloaded", done, len(p.layers), bytes/1e6)
}
