package pki

import (
	"fmt"
	"go/version"
	"slices"
	"sync"
)

// A Deviation is a client certificate, or a way of showing one, that differs from good in
// one thing, and names the rule that this is about. Only the raw client shows it: some
// cannot be written to a file, and others are refused by clients themselves.
type Deviation struct {
	Name   string // lower case with dashes; part of the interface
	Defect string // the one difference from good, one sentence
	Clause string // the rule that the difference is about
	Binds  Binds  // whom the rule binds
	Go     Served // which Go releases' servers serve it

	// OpenSSL is the result of `openssl verify -purpose sslclient` for the chain: "ok", or the
	// stable part of its error.
	OpenSSL string

	issue func(*CertSet) (Cert, error) // made when it is first asked for
}

// Binds is whom a rule binds.
type Binds string

// Whom rules bind.
const (
	BindsVerifier Binds = "verifier" // the verifier of a client's certificate has to refuse it
	BindsIssuer   Binds = "issuer"   // a CA must not issue it; whether it is refused is left to the verifier
	BindsNobody   Binds = "nobody"   // no rule is broken: verifiers may still differ over it
)

// Served is the range of Go releases whose servers serve a client. The zero value is none.
type Served struct{ Since, Before string }

// EveryGo is served by every release.
var EveryGo = Served{Since: "1"}

// By reports whether a server that was built with a release serves the client.
func (s Served) By(release string) bool {
	return s.Since != "" && version.Compare("go"+release, "go"+s.Since) >= 0 &&
		(s.Before == "" || version.Compare("go"+release, "go"+s.Before) < 0)
}

// Deviations lists them all.
var Deviations = slices.Concat(validities, usages, authorities, nameConstraints, statements, signatures, chains, encodings, proofs)

func deviation(name string) (Deviation, bool) {
	i := slices.IndexFunc(Deviations, func(d Deviation) bool { return d.Name == name })
	if i < 0 {
		return Deviation{}, false
	}
	return Deviations[i], true
}

// deviants are the deviations that were requested of a certificate set.
type deviants struct {
	mu   sync.Mutex
	made map[string]Cert
}

// deviant returns the certificate of a deviation, which is made once.
func (w *CertSet) deviant(d Deviation) (Cert, error) {
	if w.deviants == nil {
		return Cert{}, fmt.Errorf("take certificate: %s: %w", d.Name, errNotGiven)
	}
	w.deviants.mu.Lock()
	defer w.deviants.mu.Unlock()
	if made, done := w.deviants.made[d.Name]; done {
		return made, nil
	}
	made, err := d.issue(w)
	if err != nil {
		return Cert{}, fmt.Errorf("make identity %s: %w", d.Name, err)
	}
	w.deviants.made[d.Name] = made
	return made, nil
}

const unreadable = "not-readable"

// checkDeviations finds what is wrong with the list, before a run relies on it.
func checkDeviations(all []Deviation) error {
	seen := map[string]bool{}
	for _, id := range Catalogue {
		seen[id.Name] = true
	}
	for _, d := range all {
		switch {
		case !wellFormed.MatchString(d.Name):
			return fmt.Errorf("check deviations: %q is not lower case with dashes", d.Name)
		case seen[d.Name]:
			return fmt.Errorf("check deviations: %s is there twice", d.Name)
		case d.Defect == "" || d.Clause == "" || d.OpenSSL == "" || d.issue == nil:
			return fmt.Errorf("check deviations: %s is incomplete", d.Name)
		case d.Binds != BindsVerifier && d.Binds != BindsIssuer && d.Binds != BindsNobody:
			return fmt.Errorf("check deviations: %s binds %q", d.Name, d.Binds)
		}
		seen[d.Name] = true
	}
	return nil
}

// OpenSSLAccepts reports whether OpenSSL finds nothing wrong with the chain.
func (d Deviation) OpenSSLAccepts() bool { return d.OpenSSL == ok }
