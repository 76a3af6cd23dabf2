package milvus

import (
	"cmp"
	"regexp"
)

// Ending returns what a server that may still run says of its coming end, or "". Each
// component of a 2.3.5 that loses its session in etcd has the process end gracefully,
// which was seen to take from seconds to longer than a minute: its ports close one
// after the other meanwhile, and calls are answered with errors.
func Ending(log []byte) string { return answer(log, whyEnding) }

var etcdLate = regexp.MustCompile(`etcdserver: request(ed lease not found| timed out)`)

// Starved returns what a server that has ended says of its session in etcd, or of an
// etcd that did not answer in time, where that ended it: this is what a machine does
// that stalls, and says nothing about the server. It is "" where something else did.
func Starved(log []byte) string {
	if lost := answer(log, whyStarved); lost != "" {
		return lost
	}
	if why := cmp.Or(Cause(log), answer(log, whyStopped)); etcdLate.MatchString(why) {
		return why
	}
	return ""
}
