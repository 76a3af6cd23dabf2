package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy"
)

func TestNewestReleaseIsNamed(t *testing.T) {
	newest, err := newestRelease()
	if err != nil {
		t.Fatal(err)
	}
	judged := []versions.Release{{Version: "2.2.16"}, {Version: "2.3.5"}}
	command := judgeNewest(newest)
	for name, tt := range map[string]struct {
		has  string
		err  error
		says string // by the doctor
	}{
		"they are there":     {"are here", nil, newest.Version + " are here: " + command},
		"they cannot be had": {"", errors.New("no such host"), "no such host; so the newest release, Milvus " + newest.Version + ", cannot be judged here"},
	} {
		p := deploy.Registration{Newest: func(context.Context, versions.Release) (string, error) { return tt.has, tt.err }}
		f := newestFinding(t.Context(), p)
		if f.ok != (tt.err == nil) || f.must || !strings.Contains(f.says, tt.says) {
			t.Errorf("%s: the doctor finds %+v", name, f)
		}
		var log strings.Builder
		sayNewest(t.Context(), &log, []deploy.Registration{{}, p}, judged)
		if said := strings.Contains(log.String(), "judges 2.2.16 and 2.3.5") && strings.HasSuffix(log.String(), command+"\n"); said != (tt.err == nil) || strings.Count(log.String(), "\n") > 1 {
			t.Errorf("%s: a run says %q", name, log.String())
		}
	}
}
