package standin

import (
	"fmt"
	"hash/fnv"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// A behavior is how the servers of one release line behave where lines differ, or
// where they do otherwise than an honest server. The zero value is an honest one.
// What a version file knows (its ports, which versions of REST it has, ALPN) is not
// repeated here: it comes with the harness.Server.
type behavior struct {
	line string
	logs *phrases // the line's log messages; nil for an honest stand-in's own
	told []Fault  // what its servers do otherwise than an honest one

	// looseModes: a tlsMode that is no number is 0, and a number that means nothing
	// is noticed where REST is configured, and there alone.
	looseModes bool
	// endings are the ways in which a start ends whose proxy fails. Which of them is
	// a race between the proxy's end and that of the components that wait for it.
	endings []Ending
	// etcdPatience is how long the server goes on trying to reach its etcd.
	etcdPatience time.Duration
	// holdsLog: the log is written late, in pieces, unless log.asyncWrite.enable is
	// false; what is held when the process ends is lost.
	holdsLog bool
	// mute are the components that listen and answer nothing while the server is not ready.
	mute []harness.Port
	// silentGRPC: clients that gRPC refuses are not logged.
	silentGRPC bool
	// managementLogin: the management port's data API wants a login where users are on.
	managementLogin bool
	// searchWantsData: v2 requires the vectors of a search as it requires a name, and
	// knows no search by keys.
	searchWantsData bool
	// numericTimeout: v2 refuses a Request-Timeout that is no number.
	numericTimeout bool
}

// Ending is how a server ends whose start fails over its proxy.
type Ending string

// The endings that 2.6.20 was seen to have.
const (
	EndsQuietly   Ending = "quietly"   // status 0, after the cause
	EndsPanicking Ending = "panicking" // status 134, after the cause and over a context that something else canceled
	EndsHastily   Ending = "hastily"   // status 134 in the same way, before the component that failed is named
)

// behaviors are the known release lines, each as seen on the release that is named, unless noted
// as only read in a release's source.
var behaviors = []behavior{
	{
		line: "2.5", // seen on a 2.5.24
		logs: phrasesOf("2.5"), told: with(everyLine),
		looseModes: true, endings: raced, silentGRPC: true, etcdPatience: etcdPatience, searchWantsData: true,
		mute: []harness.Port{harness.InternalDataCoord},
	},
	{
		line: "2.6", // seen on a 2.6.20
		logs: phrasesOf("2.6"), told: with(everyLine, InternalHangsWithoutName),
		looseModes: true, endings: raced, etcdPatience: etcdPatience, holdsLog: true, managementLogin: true,
	},
	{
		line: "3.0", // seen on a 3.0 of 2026-07-23
		logs: phrasesOf("3.0"), told: with(everyLine, InternalHangsWithoutName),
		looseModes: true, endings: raced, etcdPatience: etcdPatience, holdsLog: true, managementLogin: true, numericTimeout: true,
	},
}

// raced are the endings of a start, as often the one as the other.
var raced = []Ending{EndsQuietly, EndsPanicking}

// etcdPatience was seen on a 2.6.20: 5 s for its configuration and 5 s for its
// client, and a little.
const etcdPatience = 10200 * time.Millisecond

// everyLine is what 2.5, 2.6 and 3.0 do otherwise than an honest server.
var everyLine = []Fault{
	RESTv2PostOnly, NestedModeOnly, ManagementData, TakesShippedFiles, IgnoresMisplacedKeys, InternalFailsOpen, ChecksAsGoDoes,
}

func with(told []Fault, more ...Fault) []Fault { return append(append([]Fault{}, told...), more...) }

// Real returns a provider of stand-ins that behave as real servers of their release line were
// seen to, right or wrong, and have these faults in addition. A server of an unknown line is an
// error of Deploy's.
func Real(w *pki.CertSet, faults ...Fault) *Provider {
	p := New(w, faults...)
	p.real = true
	return p
}

// Always has starts that fail over the proxy end in this way, where it would be a
// race.
func (p *Provider) Always(e Ending) { p.ending = e }

// Hurry has servers give an etcd up that they cannot reach after so long.
func (p *Provider) Hurry(etcd time.Duration) { p.etcdPatience = etcd }

func (d *deployment) behave(s harness.Server, name string) error {
	d.faults = faults{}
	for fault := range d.provider.faults {
		d.faults[fault] = true
	}
	if !d.provider.real {
		return nil
	}
	line := s.Line
	if line == "" {
		line = milvus.Line(milvus.Core(s.Version))
	}
	for _, b := range behaviors {
		if b.line == line {
			d.behavior = b
		}
	}
	if d.behavior.line == "" {
		return fmt.Errorf("it is not known how a server of %q behaves", line)
	}
	for _, fault := range d.behavior.told {
		d.faults[fault] = true
	}
	if p := d.provider.etcdPatience; p > 0 {
		d.behavior.etcdPatience = p
	}
	d.ending = d.provider.ending
	if d.ending == "" {
		d.ending = drawn(name, d.behavior.endings)
	}
	return nil
}

// drawn chooses an ending by a server's name: the same server ends in the same way
// in every run, and of many about as many end in each.
func drawn(name string, among []Ending) Ending {
	if len(among) == 0 {
		return ""
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // which never fails
	return among[int(h.Sum32()>>8)%len(among)]
}
