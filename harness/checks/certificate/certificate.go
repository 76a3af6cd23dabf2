// Package certificate examines the validity and strength of certificates that a port shows or
// that a file holds.
package certificate

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/connect"
)

// A Check examines the certificates that a TLS port shows, or those of the good client, whether
// or not they are trusted.
type Check struct {
	Port  harness.Port      // the port; zero for the good client's own, or for a file
	CAs   harness.Authority // or: the CAs of a file
	Trait Trait
	Days  int // of Lasting: for how many days from now they have to be valid; zero means what the topology asks for
}

// Trait is what is asked of a certificate.
type Trait string

// The traits.
const (
	Lasting Trait = "validity"
	Strong  Trait = "strength"
)

// Facts is what a check of certificates saw.
type Facts struct {
	harness.StandAlone

	Trait        Trait             `json:"trait"`
	CAs          harness.Authority `json:"cas,omitempty"` // the file that they are from; empty for a port's
	Taken        time.Time         `json:"taken"`
	Days         int               `json:"days,omitempty"`
	Certificates []Certificate     `json:"certificates"` // as they are sent: the leaf first
}

// Certificate holds the fields of a certificate that are public to anybody who connects.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Starts    time.Time `json:"starts"`
	Ends      time.Time `json:"ends"`
	Key       string    `json:"key"`             // "RSA", "ECDSA" or "Ed25519"; else what crypto/x509 calls it
	Bits      int       `json:"bits"`            // of the key
	Signature string    `json:"signature"`       // what crypto/x509 calls the algorithm, such as "SHA256-RSA"
	Names     []string  `json:"names,omitempty"` // the subject alternative names: of hosts and addresses
}

// Taken returns the facts of certificates that were read just now.
func Taken(chain []*x509.Certificate, x Check) *Facts {
	return &Facts{Trait: x.Trait, CAs: x.CAs, Taken: time.Now().UTC(), Days: x.Days, Certificates: Describe(chain)}
}

// Resolve fills in for how long the certificates have to be valid.
func (x Check) Resolve(t harness.Topology) harness.Check {
	if x.Trait == Lasting {
		x.Days = cmp.Or(x.Days, t.Days)
	}
	return x
}

// Traits allows the check at deployments in use: it only connects, or reads the good client's
// own certificate.
func (x Check) Traits(harness.Topology) harness.Traits {
	live := harness.Live{Harmless: true, Given: x.CAs}
	if x.Port == "" && x.CAs == "" {
		live.Shows = harness.Good
	}
	return harness.Traits{Live: live}
}

// Subject returns the raw client, which takes the certificates at the port.
func (x Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: x.Port}
}

func (x Check) String() string {
	whose := "the client's certificate"
	switch {
	case x.CAs != "":
		whose = "the CAs of " + string(x.CAs)
	case x.Port != "":
		whose = "the certificate at " + string(x.Port)
	}
	if x.Trait == Lasting {
		return fmt.Sprintf("%s: is it valid now and in %d days", whose, x.Days)
	}
	return whose + ": its key and signature"
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "certificate".
func (x *Facts) Kind() string { return "certificate" }

// Outcome is what the facts show.
func (x *Facts) Outcome() harness.Outcome {
	switch flaw, _ := x.flaw(); {
	case len(x.Certificates) == 0:
		return ""
	case flaw != "":
		return NotOK
	}
	return OK
}

func (x *Facts) flaw() (flaw, fine string) {
	var told []string
	for i, c := range x.Certificates {
		flaw, fine := c.weakness(i > 0 || x.CAs != ""), fmt.Sprintf("%s %d bits, %s", c.Key, c.Bits, c.Signature)
		if x.Trait == Lasting {
			flaw, fine = c.timeliness(x.Taken, x.Days)
		}
		if flaw != "" {
			return c.Subject + ": " + flaw, ""
		}
		told = append(told, c.Subject+": "+fine)
	}
	return "", strings.Join(told, "; ")
}

const day = 24 * time.Hour

func (c Certificate) timeliness(now time.Time, days int) (flaw, fine string) {
	when, left := c.Ends.UTC().Format(time.DateOnly), int(c.Ends.Sub(now)/day)
	switch {
	case now.After(c.Ends):
		return fmt.Sprintf("it ended on %s, %d days ago", when, -left), ""
	case now.Before(c.Starts):
		return "it starts only on " + c.Starts.UTC().Format(time.DateOnly), ""
	case c.Ends.Before(now.Add(time.Duration(days) * day)):
		return fmt.Sprintf("it ends on %s, in %d days, and %d are asked for", when, left, days), ""
	}
	return "", fmt.Sprintf("valid until %s, for %d days", when, left)
}

// leastBits are the sizes below which a key is weak: NIST SP 800-131A's.
var leastBits = map[string]int{"RSA": 2048, "ECDSA": 256, "Ed25519": 256}

// weakness returns what is weak about the key or the signature. A root's signature on itself
// does not matter for trust.
func (c Certificate) weakness(above bool) string {
	least, known := leastBits[c.Key]
	switch {
	case !known:
		return fmt.Sprintf("its key is of a kind (%s) that is not known to be strong", c.Key)
	case c.Bits < least:
		return fmt.Sprintf("its %s key has %d bits, and %d are the least", c.Key, c.Bits, least)
	case above && c.Subject == c.Issuer:
		return ""
	}
	for _, strong := range []string{"SHA256", "SHA384", "SHA512", "Ed25519"} {
		if strings.Contains(c.Signature, strong) {
			return ""
		}
	}
	return fmt.Sprintf("its signature is %s, and SHA-256 is the least", c.Signature)
}

var _ = checks.JudgedBy(judge)

// judge wants the certificates to be all that they should be. A port that showed none
// leaves it open.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	x, shown := e.Saw.(*Facts)
	if !shown {
		return checks.LeaveOpen(saw.Cause(), "no certificate was shown: it was "+saw.Summary()+connect.Connection(e).Brief())
	}
	flaw, fine := x.flaw()
	switch {
	case want != OK:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "an examination cannot come to "+want.String())
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	case saw == OK:
		return checks.Confirm(fine)
	}
	return checks.Refute(flaw)
}

// What a check of certificates can come to.
const (
	OK    harness.Outcome = "cert-ok"     // they are what they should be
	NotOK harness.Outcome = "cert-not-ok" // one of them is not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	OK:    {Summary: "all that it should be"},
	NotOK: {Summary: "less than it should be"},
})
