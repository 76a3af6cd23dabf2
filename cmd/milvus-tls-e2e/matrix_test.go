package main

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/milvus"
)

func TestMatrixHasEachReleaseProviderAndShard(t *testing.T) {
	releases := []versions.Release{
		{Version: "2.2.16", Wheel: versions.Wheel{File: "x.whl"}}, {Version: "2.3.5", Wheel: versions.Wheel{File: "y.whl"}}, {Version: "9.9.9"},
	}
	jobs, err := jobsOf(releases, "", 2)
	want := []matrixJob{
		{"2.2.16", "process", "1/2", "process-2.2.16-1"}, {"2.2.16", "process", "2/2", "process-2.2.16-2"},
		{"2.3.5", "process", "1/2", "process-2.3.5-1"}, {"2.3.5", "process", "2/2", "process-2.3.5-2"},
	}
	if err != nil || !reflect.DeepEqual(jobs, want) {
		t.Errorf("got %v (%v)", jobs, err)
	}
	jobs, err = jobsOf(releases[:1], "process", 0)
	if err != nil || !reflect.DeepEqual(jobs, []matrixJob{{"2.2.16", "process", "", "process-2.2.16"}}) {
		t.Errorf("whole: got %v (%v)", jobs, err)
	}
	if text, err := json.Marshal(matrix{jobs}); err != nil ||
		string(text) != `{"include":[{"version":"2.2.16","provider":"process","name":"process-2.2.16"}]}` {
		t.Errorf("got %s (%v)", text, err)
	}
	if _, err := jobsOf(releases, "cloud", 1); err == nil {
		t.Error("an unknown provider has jobs")
	}
}

func TestEveryReleaseHasAProvider(t *testing.T) {
	releases, err := versions.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range releases {
		if _, err := jobsOf([]versions.Release{v}, "", 0); err != nil {
			t.Errorf("nothing can deploy %s: %v", v.Version, err)
		}
	}
}

// By default CI judges the official image of every line that people run.
func TestMatrixJudgesEveryLine(t *testing.T) {
	known, err := versions.All()
	if err != nil {
		t.Fatal(err)
	}
	releases, err := chooseVersions(known, nil)
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := jobsOf(releases, docker.Registration.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"2.5", "2.6", "3.0"} {
		if !slices.ContainsFunc(jobs, func(j matrixJob) bool { return milvus.Line(j.Version) == line }) {
			t.Errorf("no job judges %s in containers", line)
		}
	}
}

func TestMatrixExitStatus(t *testing.T) {
	silent(t)
	for _, tt := range []struct {
		version, provider string
		args              []string
		want              int
	}{
		{"", "", nil, 0},
		{"2.3", "process", []string{"--shards", "3"}, 0},
		{"2.3", "", []string{"--whole"}, 0},
		{"9.9", "", nil, statusUsage},
		{"$(reboot)", "", nil, statusUsage},
		{"", "cloud", nil, statusUsage},
		{"", "", []string{"--shards", "0"}, statusUsage},
		{"", "", []string{"--shards", "1000"}, statusUsage},
	} {
		t.Setenv("VERSION", tt.version)
		t.Setenv("PROVIDER", tt.provider)
		if status := execute(context.Background(), append([]string{"matrix"}, tt.args...)); status != tt.want {
			t.Errorf("%+v: status %d", tt, status)
		}
	}
}
