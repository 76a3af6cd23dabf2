package milvus

import (
	"cmp"
	"regexp"
)

// Ending returns the line in which a running server announces its end, or "". A component of a
// 2.3.5 that loses its etcd session makes the process shut down gracefully, which was seen to
// take from seconds to over a minute. Meanwhile ports close one by one and calls are answered
// with errors.
func Ending(log []byte) string { return answer(log, whyEnding) }

var etcdLate = regexp.MustCompile(`etcdserver: request(ed lease not found| timed out)`)

// Starved returns the line that attributes a server's end to a lost etcd session or an etcd that
// did not answer in time. That happens on a stalled machine and is no finding about the server.
// It is "" for any other end.
func Starved(log []byte) string {
	if lost := answer(log, whyStarved); lost != "" {
		return lost
	}
	if why := cmp.Or(Cause(log), answer(log, whyStopped)); etcdLate.MatchString(why) {
		return why
	}
	return ""
}
