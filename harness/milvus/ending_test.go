package milvus

import (
	"strings"
	"testing"
)

// What servers said whose etcd was stopped, one that was asked to end, and one that
// was given a bad file.
func TestWhatAServerSaysOfItsEnd(t *testing.T) {
	for _, tt := range []struct {
		release, what   string
		ending, starved string // part of what it says; empty where it says nothing
	}{
		{"2.2.16", "etcd stalled", "disconnected from etcd, process will exit", "disconnected from etcd, process will exit"},
		{"2.3.5", "etcd stalled", "disconnected from etcd, process will exit", "disconnected from etcd, process will exit"},
		{"2.6.20", "etcd stalled", "the session is expired", "the session is expired"},
		{"2.6.20", "stopped", "Get signal to exit", ""},
		{"2.3.5", "server.pem missing", "", ""},
		{"2.3.5", "etcd in plaintext", "", ""},
		{"2.6.20", "etcd in plaintext", "", ""},
	} {
		log := recorded(t, tt.release, tt.what)
		for question, got := range map[string][2]string{"ending": {Ending(log), tt.ending}, "starved": {Starved(log), tt.starved}} {
			if said, want := got[0], got[1]; (want == "") != (said == "") || !strings.Contains(said, want) {
				t.Errorf("%s, %s: %s %q, want %q", tt.release, tt.what, question, said, want)
			}
		}
	}
}

// An etcd that does not answer in time ends a server, or does not.
func TestStarvedTellsACauseFromAComplaint(t *testing.T) {
	const late = `[2026/11/30 14:13:01.971 +00:00] [WARN] [x/y.go:1] ["save failed"] [error="etcdserver: request timed out"]` + "\n"
	for log, want := range map[string]bool{
		late: true,
		late + `[2026/11/30 14:13:02.000 +00:00] [ERROR] [proxy/service.go:1] ["can't create creds"] [error="open server.pem: no such file or directory"]`: false,
		late + "panic: open server.pem: no such file or directory": false,
	} {
		if got := Starved([]byte(log)) != ""; got != want {
			t.Errorf("%s: starved %v", log, got)
		}
	}
}
