package docker

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"milvus-tls-e2e/fixtures/versions"
)

// A found engine answers what a test says of images whose names begin so, and
// that it has all others.
type foundEngine struct {
	begin  string
	answer func(context.Context) (Availability, error)
}

func (f foundEngine) Available(ctx context.Context, name, _ string) (Availability, error) {
	if f.answer != nil && strings.HasPrefix(name, f.begin) {
		return f.answer(ctx)
	}
	return Present, nil
}

func TestImagesOfARelease(t *testing.T) {
	release := versions.Release{Image: versions.Images{
		Milvus: versions.Image{Name: "milvusdb/milvus:v9"}, Etcd: versions.Image{Name: "etcd:v9"}, MinIO: versions.Image{Name: "minio/minio:v9"},
	}}
	for name, tt := range map[string]struct {
		engine foundEngine
		has    Availability
		fails  string
	}{
		"all are there":       {foundEngine{}, Present, ""},
		"one would be pulled": {foundEngine{"minio/", func(context.Context) (Availability, error) { return Pullable, nil }}, Pullable, ""},
		"one cannot be had":   {foundEngine{"minio/", func(context.Context) (Availability, error) { return "", errors.New("no such host") }}, "", "no such host"},
		"a registry does not answer": {foundEngine{"milvusdb/", func(ctx context.Context) (Availability, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}}, "", "the registry of milvusdb/milvus:v9 did not answer within 3s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			has, err := imagesOf(t.Context(), tt.engine, release)
			if has != tt.has || (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%s: %q, %v", name, has, err)
			}
		})
	}
}
