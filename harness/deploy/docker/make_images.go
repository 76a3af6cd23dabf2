package docker

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
)

// MakeImages makes local images of a request's releases, of etcd and of MinIO. An image
// is made again only when what it is made from changed.
func MakeImages(ctx context.Context, r deploy.Request) (err error) {
	engine, err := Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	cache, err := process.UserCache(r.Log)
	if err != nil {
		return err
	}
	var inputs []Input
	for _, v := range r.Releases {
		dir, err := cache.FetchRelease(ctx, r, v)
		if err != nil {
			return err
		}
		inputs = append(inputs, Input{Name: LocalMilvus(v.Version), Folder: dir})
	}
	backends, err := cache.Backends(ctx, filepath.Join("fixtures", "servers"), true)
	if err != nil {
		return err
	}
	inputs = append(inputs, Input{Name: LocalEtcd, Folder: filepath.Join(backends, "etcd")}, Input{Name: LocalMinIO, Folder: filepath.Join(backends, "minio")})
	for _, in := range inputs {
		made, err := engine.Make(ctx, in)
		switch {
		case err != nil:
			return err
		case made:
			fmt.Fprintf(r.Log, "%s: made\n", in.Name)
		default:
			fmt.Fprintf(r.Log, "%s: up to date\n", in.Name)
		}
	}
	return nil
}
