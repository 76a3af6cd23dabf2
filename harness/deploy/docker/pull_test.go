package docker

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"
)

// What an engine says of a pull, and after how long.
var pulled = []struct {
	after time.Duration
	says  string
}{
	{0, `{"status":"Pulling from milvusdb/milvus","id":"v9"}`},
	{0, `{"status":"Pulling fs layer","progressDetail":{},"id":"aa"}`},
	{0, `{"status":"Pulling fs layer","progressDetail":{},"id":"bb"}`},
	{0, `{"status":"Already exists","progressDetail":{},"id":"cc"}`},
	{4 * time.Second, `{"status":"Downloading","progressDetail":{"current":100000000,"total":600000000},"id":"aa"}`},
	{2 * time.Second, `{"status":"Downloading","progressDetail":{"current":600000000,"total":600000000},"id":"aa"}`},
	{0, `{"status":"Extracting","progressDetail":{"current":1,"total":600000000},"id":"aa"}`},
	{0, `{"status":"Pull complete","progressDetail":{},"id":"aa"}`},
	{5 * time.Second, `{"status":"Download complete","progressDetail":{},"id":"bb"}`},
	{0, `{"status":"Pull complete","progressDetail":{},"id":"bb"}`},
	{0, `{"status":"Digest: sha256:0"}`},
}

func TestPullIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, write := io.Pipe()
		go func() {
			for _, m := range pulled {
				<-time.After(m.after)
				fmt.Fprintln(write, m.says)
			}
			_ = write.Close()
		}()
		var said bytes.Buffer
		if err := reportPull(read, "milvus:v9", &said); err != nil {
			t.Fatal(err)
		}
		const want = "milvus:v9: pulling\n" +
			"milvus:v9: pulling, 1 of 3 layers, 100 MB downloaded\n" +
			"milvus:v9: pulling, 2 of 3 layers, 600 MB downloaded\n" +
			"milvus:v9: pulled in 11 s, 3 of 3 layers, 600 MB downloaded\n"
		if said.String() != want {
			t.Errorf("reported is\n%swant\n%s", said.String(), want)
		}
	})
}

func TestErrorAmongWhatAnEngineSays(t *testing.T) {
	var heard []string
	hear := func(m jsonstream.Message) { heard = append(heard, m.Status) }
	if err := readAnswer(strings.NewReader(`{"status":"Importing"}{"status":"sha256:1"}`), hear); err != nil || len(heard) != 2 {
		t.Errorf("heard %q, %v", heard, err)
	}
	for _, says := range []string{`{"status":"Importing"}{"errorDetail":{"message":"no space left on device"}}`, `{"status":"Importing"}<no space left>`} {
		var said bytes.Buffer
		if err := reportPull(strings.NewReader(says), "x", &said); err == nil || strings.Contains(said.String(), "pulled") {
			t.Errorf("%s: %v, and reported is %q", says, err, said.String())
		}
	}
}

// A registry of this machine's, which engines ask without TLS.
func TestImageIsPulledOnce(t *testing.T) {
	e := engine(t)
	if !e.Direct {
		t.Skip("left out: the engine is elsewhere, and cannot reach a registry on this machine's loopback")
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	name := at.Host + "/some/milvus:v1"
	image, err := random.Image(1<<20, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := crane.Push(image, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = e.client.ImageRemove(context.Background(), name, client.ImageRemoveOptions{Force: true})
	})
	available(t, e, name, Pullable)
	var said bytes.Buffer
	if _, err := e.Find(t.Context(), name, "", &said); err != nil || !strings.Contains(said.String(), "2 of 2 layers") {
		t.Fatalf("%v; it said %q", err, said.String())
	}
	server.Close()
	available(t, e, name, Present)
	said.Reset()
	if _, err := e.Find(t.Context(), name, "", &said); err != nil || said.Len() > 0 {
		t.Errorf("without its registry: %v; it said %q", err, said.String())
	}
	if _, err := e.Available(t.Context(), at.Host+"/other:v1", ""); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("of an image that nobody has: %v", err)
	}
}

func available(t *testing.T, e *Engine, name string, want Availability) {
	t.Helper()
	if got, err := e.Available(t.Context(), name, ""); err != nil || got != want {
		t.Errorf("%s: %q, %v; want %q", name, got, err, want)
	}
}
