package pki

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
)

// An Identity is what a client can show a server: good, or something that
// differs from good in one thing.
type Identity struct {
	Name    string // lower case with dashes; part of the interface
	Defect  string // the one difference from good, one sentence
	Good    bool   // a server that asks for a client certificate should accept it
	OpenSSL string // what `openssl verify -purpose sslclient` says: "ok", or the stable part of its error
	Unseen  string // why verifying the chain cannot show the defect; empty where it can

	issue func(*CertSet) (Cert, error) // makes it from the certificate set's CAs and keys
}

// ok is OpenSSL's result for a valid chain.
const ok = "ok"

// EdwardsKey is the identity whose key is Ed25519, which not every client reads.
const EdwardsKey = "ed25519"

// KeyMismatch is the identity whose key is not the certificate's. Clients that
// read files refuse it by themselves.
const KeyMismatch = "key-mismatch"

// ForeignCA is the identity whose certificate a CA has issued that the server
// does not know.
const ForeignCA = "foreign-ca-other-subject"

// ServerAuthOnly is the identity whose certificate is for servers alone.
const ServerAuthOnly = "server-auth-only"

// Catalogue lists every identity with a certificate, good ones first; a new
// one is one more entry. Those that differ from good in the certificate alone
// share good's key, because RSA keys are slow to make.
var Catalogue = []Identity{
	{
		Name: harness.Good, Good: true, OpenSSL: ok,
		Defect: "It has none: the run's CA issued it for clientAuth, with an RSA-2048 key.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Key: w.key}) },
	},
	{
		Name: "no-extended-usage", Good: true, OpenSSL: ok,
		Defect: "It has no extended key usage, which by RFC 5280 allows every one.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Key: w.key, Usages: NoUsages}) },
	},
	{
		Name: harness.BothUsages, Good: true, OpenSSL: ok,
		Defect: "Its extended key usage allows serverAuth besides clientAuth.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Key: w.key, Usages: BothUsages}) },
	},
	{
		Name: "intermediate-sent", Good: true, OpenSSL: ok,
		Defect: "An intermediate CA below the run's CA issued it, and is sent with it.",
		issue:  func(w *CertSet) (Cert, error) { return w.middle.Issue(Leaf{Key: w.key}) },
	},
	{
		Name: "ecdsa-p256", Good: true, OpenSSL: ok,
		Defect: "Its key is ECDSA P-256.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Kind: ECDSAP256}) },
	},
	{
		Name: EdwardsKey, Good: true, OpenSSL: ok,
		Defect: "Its key is Ed25519.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Kind: Ed25519}) },
	},
	{
		Name: "foreign-ca-same-subject", OpenSSL: "unable to get local issuer certificate",
		Defect: "A CA with the run's CA's subject and kind of key, but not its key, issued it.",
		issue:  func(w *CertSet) (Cert, error) { return w.twin.Issue(Leaf{Key: w.key}) },
	},
	{
		Name: ForeignCA, OpenSSL: "unable to get local issuer certificate",
		Defect: "A CA that the server does not know issued it.",
		issue:  func(w *CertSet) (Cert, error) { return w.stranger.Issue(Leaf{Key: w.key}) },
	},
	{
		Name: "expired", OpenSSL: "certificate has expired",
		Defect: "It ended an hour ago.",
		issue: func(w *CertSet) (Cert, error) {
			return w.ca.Issue(Leaf{Key: w.key, NotBefore: time.Now().Add(-time.Hour - lifetime)})
		},
	},
	{
		Name: "not-yet-valid", OpenSSL: "certificate is not yet valid",
		Defect: "It starts tomorrow.",
		issue: func(w *CertSet) (Cert, error) {
			return w.ca.Issue(Leaf{Key: w.key, NotBefore: time.Now().Add(24 * time.Hour)})
		},
	},
	{
		Name: ServerAuthOnly, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage allows serverAuth and not clientAuth.",
		issue:  func(w *CertSet) (Cert, error) { return w.ca.Issue(Leaf{Key: w.key, Usages: ServerAuth}) },
	},
	{
		Name: "self-signed", OpenSSL: "self-signed certificate",
		Defect: "It is signed with its own key, and by no CA.",
		issue:  func(w *CertSet) (Cert, error) { return selfSigned(Leaf{Key: w.key}) },
	},
	{
		Name: "issued-by-leaf", OpenSSL: "invalid CA certificate",
		Defect: "A leaf of the run's CA, which is no CA itself, issued it, and is sent with it.",
		issue: func(w *CertSet) (Cert, error) {
			issuer, err := w.notCA()
			if err != nil {
				return Cert{}, err
			}
			return issuer.Issue(Leaf{Key: w.key})
		},
	},
	{
		Name: KeyMismatch, OpenSSL: ok,
		Defect: "Its certificate is good's, and its key is another of the same kind.",
		Unseen: "the chain is good's; only the handshake shows that the client has not the key",
		issue: func(w *CertSet) (Cert, error) {
			good, given := w.identities[harness.Good]
			if !given {
				return Cert{}, errNotGiven
			}
			return Cert{chain: good.chain, key: w.wrong}, nil
		},
	},
	{
		Name: "intermediate-missing", OpenSSL: "unable to get local issuer certificate",
		Defect: "An intermediate CA below the run's CA issued it, and is not sent with it.",
		issue: func(w *CertSet) (Cert, error) {
			c, err := w.middle.Issue(Leaf{Key: w.key})
			return Cert{chain: c.chain[:min(1, len(c.chain))], key: c.key}, err
		},
	},
}

// nobody is not in the catalogue: there is nothing to send, and servers refuse it with a
// different error.
var nobody = Identity{Name: harness.Nobody, Defect: "It has no certificate."}

// shipped is not in the catalogue either: only the owner of that CA can make it.
var shipped = Identity{Name: harness.ShippedCA, Defect: "A CA issued it whose key everybody has, because it is shipped with a distribution."}

// Lookup returns the identity of that name, of the catalogue or harness.Nobody.
// An unknown name is an error that names the known ones.
func Lookup(name string) (Identity, error) {
	switch name {
	case nobody.Name:
		return nobody, nil
	case shipped.Name:
		return shipped, nil
	}
	known := []string{nobody.Name}
	for _, id := range Catalogue {
		if id.Name == name {
			return id, nil
		}
		known = append(known, id.Name)
	}
	return Identity{}, fmt.Errorf("look up identity: %q is not one of %s", name, strings.Join(known, ", "))
}

// Names returns the names of the catalogue's good identities, or of its bad
// ones, in its order.
func Names(good bool) []string {
	var names []string
	for _, id := range Catalogue {
		if id.Good == good {
			names = append(names, id.Name)
		}
	}
	return names
}

var wellFormed = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check finds what is wrong with a catalogue, before a run relies on it.
func check(catalogue []Identity) error {
	seen := []string{harness.Nobody}
	for i, id := range catalogue {
		switch {
		case !wellFormed.MatchString(id.Name):
			return fmt.Errorf("check catalogue: entry %d: %q is not lower case with dashes", i, id.Name)
		case slices.Contains(seen, id.Name):
			return fmt.Errorf("check catalogue: %s is there twice", id.Name)
		case i == 0 && id.Name != harness.Good:
			return fmt.Errorf("check catalogue: the first entry is %s and not %s", id.Name, harness.Good)
		case id.Defect == "" || id.OpenSSL == "" || id.issue == nil:
			return fmt.Errorf("check catalogue: %s is incomplete", id.Name)
		case (id.OpenSSL == ok) != (id.Good || id.Unseen != ""):
			return fmt.Errorf("check catalogue: %s is good or bad, and OpenSSL's %q says otherwise", id.Name, id.OpenSSL)
		}
		seen = append(seen, id.Name)
	}
	return nil
}
