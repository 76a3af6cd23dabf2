package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy/docker"
)

// A found engine answers what a test says of images whose names begin so, and
// that it has all others.
type foundEngine struct {
	begin  string
	answer func(context.Context) (docker.Availability, error)
}

func (f foundEngine) Available(ctx context.Context, name, _ string) (docker.Availability, error) {
	if f.answer != nil && strings.HasPrefix(name, f.begin) {
		return f.answer(ctx)
	}
	return docker.Present, nil
}

func TestNewestReleaseIsNamed(t *testing.T) {
	newest, err := newestRelease()
	if err != nil {
		t.Fatal(err)
	}
	judged := []versions.Release{{Version: "2.2.16"}, {Version: "2.3.5"}}
	command := judgeNewest(newest)
	for name, tt := range map[string]struct {
		engine foundEngine
		says   string // by the doctor
		ok     bool
	}{
		"all are there": {foundEngine{}, newest.Version + " are here: " + command, true},
		"one would be pulled": {foundEngine{"minio/", func(context.Context) (docker.Availability, error) { return docker.Pullable, nil }},
			newest.Version + " can be pulled: " + command, true},
		"one cannot be had": {foundEngine{"minio/", func(context.Context) (docker.Availability, error) { return "", errors.New("no such host") }},
			"no such host; so the newest release, Milvus " + newest.Version + ", cannot be judged here", false},
		"a registry does not answer": {foundEngine{"milvusdb/", func(ctx context.Context) (docker.Availability, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}}, "the registry of " + newest.Image.Milvus.Name + " did not answer within 3s", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newestImages(t.Context(), tt.engine)
			if f.ok != tt.ok || f.must || !strings.Contains(f.says, tt.says) {
				t.Errorf("%s: the doctor finds %+v", name, f)
			}
			line := newestLine(t.Context(), tt.engine, judged)
			if said := strings.Contains(line, "judges 2.2.16 and 2.3.5") && strings.HasSuffix(line, command); said != tt.ok || strings.Contains(line, "\n") {
				t.Errorf("%s: a run says %q", name, line)
			}
		})
	}
}
