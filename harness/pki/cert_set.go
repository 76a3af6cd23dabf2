package pki

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"milvus-tls-e2e/harness"
)

// CertSet holds the certificates of one run, or of one server where somebody
// else made them (Assemble). It is made once and never
// changes but for deviations, which are made when they are asked for, so it may be
// used by many goroutines.
type CertSet struct {
	ca      *CA // signs the server and the good clients
	another *CA // signs nothing here
	server  Cert
	inside  Cert           // what components show each other
	trust   *x509.CertPool // what clients trust; nil for ca alone
	among   *x509.CertPool // what components trust; nil for what clients do

	clientCAs []*CA // what the server's CA file holds; nil for ca alone
	insideCAs []*CA // what components trust each other by; nil for ca alone

	// What the catalogue makes bad certificates with.
	twin     *CA           // has ca's subject and another key
	stranger *CA           // has another subject
	middle   *CA           // below ca
	key      crypto.Signer // good's
	spare    crypto.Signer // is neither good's, the server's nor a trusted CA's
	wrong    crypto.Signer // of good's kind, and not good's

	identities map[string]Cert

	deviants *deviants     // nil where somebody else has the CA's key
	chains   *issuedChains // nil as well
}

// NewCertSet makes the certificates of a run, which takes well under a second.
// It fails where the catalogue is ill-formed or no key can be made.
func NewCertSet() (*CertSet, error) { return NewCertSetOf(RSA2048) }

// NewCertSetOf makes them with keys of another kind than the documentation's: of
// ECDSAP256 for whoever proves the harness and not a server, because an RSA
// signature takes thirty times as long and each handshake makes one or two.
func NewCertSetOf(kind KeyKind) (*CertSet, error) {
	if err := errors.Join(check(Catalogue), checkDeviations(Deviations)); err != nil {
		return nil, fmt.Errorf("make certificates: %w", err)
	}
	w := &CertSet{identities: map[string]Cert{}, deviants: &deviants{made: map[string]Cert{}}, chains: &issuedChains{made: map[int][]ClientChain{}}}
	if err := w.found(kind); err != nil {
		return nil, fmt.Errorf("make certificates: %w", err)
	}
	for _, id := range Catalogue {
		cert, err := id.issue(w)
		if err != nil {
			return nil, fmt.Errorf("make certificates: make identity %s: %w", id.Name, err)
		}
		w.identities[id.Name] = cert
	}
	return w, nil
}

// insideLeaf is the certificate that components show each other.
var insideLeaf = Leaf{Name: harness.InternalName, Hosts: []string{harness.InternalName}, Usages: ServerAuth, Kind: ECDSAP256}

// found makes the keys, the CAs and the server's certificate. Whatever signs an
// identity is of one kind, as the run's CA is, so that a server sees no other algorithm
// than with good: a signature of another kind might be refused without being
// checked. The spare key serves several, because a server trusts none of them.
func (w *CertSet) found(kind KeyKind) error {
	keys, err := newKeys(5, kind)
	if err != nil {
		return err
	}
	root, middle, server := keys[0], keys[1], keys[2]
	w.key, w.spare, w.wrong = keys[3], keys[4], keys[4]
	for _, made := range []struct {
		ca  **CA
		who Authority
	}{
		{&w.ca, Authority{Key: root}},
		{&w.twin, Authority{Key: w.spare}},
		{&w.another, Authority{Name: "another CA", Kind: ECDSAP256}},
		{&w.stranger, Authority{Name: "foreign CA", Key: w.spare}},
	} {
		if *made.ca, err = NewCA(made.who); err != nil {
			return err
		}
	}
	if w.middle, err = w.ca.Intermediate(Authority{Name: "intermediate CA", Key: middle}); err != nil {
		return err
	}
	if w.inside, err = w.ca.Issue(insideLeaf); err != nil {
		return err
	}
	w.server, err = w.ca.Issue(Leaf{Usages: ServerAuth, Key: server})
	return err
}

// notCA returns a good leaf that signs although it is no CA.
func (w *CertSet) notCA() (*CA, error) {
	leaf, err := w.ca.Issue(Leaf{Name: "not a CA", Key: w.spare})
	if err != nil {
		return nil, err
	}
	return leaf.asCA()
}

// CA returns the CA that signed the server's certificate and the good clients'.
func (w *CertSet) CA() *CA { return w.ca }

// Trusted returns what a client trusts that trusts the right server.
func (w *CertSet) Trusted() *x509.CertPool {
	if w.trust != nil {
		return w.trust
	}
	return w.ca.Pool()
}

// InternalTrusted returns what components trust.
func (w *CertSet) InternalTrusted() *x509.CertPool {
	if w.among != nil {
		return w.among
	}
	return w.Trusted()
}

// OtherCA returns a CA that signed nothing here.
func (w *CertSet) OtherCA() *CA { return w.another }

// Server returns the server's certificate, for localhost, 127.0.0.1 and ::1.
func (w *CertSet) Server() Cert { return w.server }

// Internal returns the certificate that a server's components show each other,
// which is for what Server's is for and for harness.InternalName; the zero Cert
// where the certificate set was assembled.
func (w *CertSet) Internal() Cert { return w.inside }

// Identity returns the certificate of an identity of the catalogue, and the zero
// Cert for harness.Nobody. An unknown name is an error that names the known
// ones.
func (w *CertSet) Identity(name string) (Cert, error) {
	if name == harness.Nobody {
		return Cert{}, nil
	}
	if cert, ok := w.identities[name]; ok {
		return cert, nil
	}
	if d, known := deviation(name); known {
		return w.deviant(d)
	}
	if _, err := Lookup(name); err != nil {
		return Cert{}, fmt.Errorf("take certificate: %w", err)
	}
	return Cert{}, fmt.Errorf("take certificate: %s: %w", name, errNotGiven)
}
