package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"milvus-tls-e2e/harness"
)

// Parts are somebody else's certificates and keys in PEM. Only CA is required; what is missing
// limits the certificate set.
type Parts struct {
	CA, CAKey         []byte // without the key no identity can be issued by this CA
	Server, ServerKey []byte // without both no server can be configured as this one
	Client, ClientKey []byte // without both the certificate set has no good client, unless there is CAKey

	Trust               []byte // what clients trust, where it is not CA alone
	Shipped, ShippedKey []byte // a CA that everybody has the key of; without both there is no harness.ShippedCA
}

// errNotGiven is why a certificate set lacks an identity.
var errNotGiven = errors.New("what it would be made from was not given")

// spareKeys are what assembled certificate sets make bad certificates with. They may
// share them, because no server trusts any.
var spareKeys = sync.OnceValues(func() ([]crypto.Signer, error) { return newKeys(3, RSA2048) })

// Assemble makes a certificate set of somebody else's certificates: the client is the identity
// good, and the rest of the catalogue is issued as far as the parts allow. It fails if a part is
// not PEM, or a key is not its certificate's.
func Assemble(p Parts) (*CertSet, error) {
	w := &CertSet{identities: map[string]Cert{}}
	if err := w.assemble(p); err != nil {
		return nil, fmt.Errorf("assemble certificates: %w", err)
	}
	for _, id := range Catalogue {
		if _, given := w.identities[id.Name]; given {
			continue
		}
		cert, err := id.issue(w)
		switch {
		case errors.Is(err, errNotGiven):
			continue
		case err != nil:
			return nil, fmt.Errorf("assemble certificates: make identity %s: %w", id.Name, err)
		}
		w.identities[id.Name] = cert
	}
	return w, nil
}

// ReadParts reads the files ca.pem, ca.key, server.pem, server.key, client.pem and
// client.key in a folder. All but ca.pem may be missing.
func ReadParts(dir string) (Parts, error) {
	var p Parts
	for _, f := range []struct {
		name string
		into *[]byte
	}{
		{"ca.pem", &p.CA},
		{"ca.key", &p.CAKey},
		{"server.pem", &p.Server},
		{"server.key", &p.ServerKey},
		{"client.pem", &p.Client},
		{"client.key", &p.ClientKey},
	} {
		text, err := os.ReadFile(filepath.Join(dir, f.name))
		if err != nil && (f.name == "ca.pem" || !errors.Is(err, fs.ErrNotExist)) {
			return Parts{}, fmt.Errorf("read certificates: %w", err)
		}
		*f.into = text
	}
	return p, nil
}

func (w *CertSet) assemble(p Parts) error {
	authority, err := pair("ca", p.CA, p.CAKey)
	if err != nil {
		return err
	}
	if len(authority.chain) == 0 {
		return errors.New("ca.pem is not given")
	}
	if w.ca, err = authority.asCA(); err != nil {
		return err
	}
	w.ca.sent = nil
	if w.server, err = pair("server", p.Server, p.ServerKey); err != nil {
		return err
	}
	good, err := pair("client", p.Client, p.ClientKey)
	if err != nil {
		return err
	}
	if good.key != nil && len(good.chain) > 0 {
		w.identities[harness.Good] = good
	}
	if len(p.Trust) > 0 {
		w.trust = x509.NewCertPool()
		if !w.trust.AppendCertsFromPEM(p.Trust) {
			return errors.New("the trust file holds no certificate in PEM")
		}
	}
	if err := w.surround(good.key); err != nil {
		return err
	}
	return w.ship(p.Shipped, p.ShippedKey)
}

func (w *CertSet) ship(cert, key []byte) error {
	shipped, err := pair("shipped ca", cert, key)
	if err != nil || shipped.key == nil || len(shipped.chain) == 0 {
		return err
	}
	issuer, err := shipped.asCA()
	if err != nil {
		return err
	}
	issuer.sent = nil
	w.identities[harness.ShippedCA], err = issuer.Issue(Leaf{Key: w.spare})
	return err
}

// WithShipped returns the same certificate set with the identity harness.ShippedCA in it, issued by
// a CA whose key everybody has. The certificate set itself stays as it is.
func (w *CertSet) WithShipped(ca, key []byte) (*CertSet, error) {
	more := *w
	more.identities = maps.Clone(w.identities)
	if err := more.ship(ca, key); err != nil {
		return nil, fmt.Errorf("make an identity of the shipped CA: %w", err)
	}
	return &more, nil
}

// WithInternal returns the same certificate set with what somebody else's components trust, and
// show, which may be empty. The certificate set itself stays as it is.
func (w *CertSet) WithInternal(trust, shown []byte) (*CertSet, error) {
	more := *w
	more.among = x509.NewCertPool()
	if !more.among.AppendCertsFromPEM(trust) {
		return nil, errors.New("read what components trust: it holds no certificate in PEM")
	}
	var err error
	if more.inside, err = pair("internal", shown, nil); err != nil {
		return nil, fmt.Errorf("read what components show: %w", err)
	}
	return &more, nil
}

// surround makes what the catalogue needs in addition to the parts.
func (w *CertSet) surround(key crypto.Signer) error {
	keys, err := spareKeys()
	if err != nil {
		return err
	}
	w.key, w.spare, w.wrong = key, keys[1], keys[1]
	switch {
	case key == nil:
		w.key = keys[2]
	case kindOf(key.Public()) != RSA2048:
		if w.wrong, err = newKey(kindOf(key.Public())); err != nil {
			return err
		}
	}
	twin, err := newKey(kindOf(w.ca.cert.PublicKey))
	if err != nil {
		return err
	}
	for _, made := range []struct {
		ca  **CA
		who Authority
	}{
		{&w.twin, Authority{Key: twin, subject: w.ca.cert.RawSubject}},
		{&w.another, Authority{Name: "another CA", Kind: ECDSAP256}},
		{&w.stranger, Authority{Name: "foreign CA", Key: w.spare}},
	} {
		if *made.ca, err = NewCA(made.who); err != nil {
			return err
		}
	}
	w.middle, err = w.ca.Intermediate(Authority{Name: "intermediate CA", Key: keys[0]})
	if errors.Is(err, errNotGiven) {
		w.middle, err = &CA{cert: w.ca.cert}, nil
	}
	return err
}

func kindOf(key crypto.PublicKey) KeyKind {
	switch key.(type) {
	case *ecdsa.PublicKey:
		return ECDSAP256
	case ed25519.PublicKey:
		return Ed25519
	}
	return RSA2048
}

// pair reads NAME.pem and NAME.key, either of which may be empty.
func pair(name string, certText, keyText []byte) (Cert, error) {
	var c Cert
	for block, rest := pem.Decode(certText); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			c.chain = append(c.chain, block.Bytes)
		}
	}
	if len(c.chain) == 0 && len(certText) > 0 {
		return Cert{}, fmt.Errorf("%s.pem holds no certificate in PEM", name)
	}
	for _, der := range c.chain {
		if _, err := x509.ParseCertificate(der); err != nil {
			return Cert{}, fmt.Errorf("%s.pem: %w", name, err)
		}
	}
	if len(keyText) == 0 {
		return c, nil
	}
	key, err := parseKey(keyText)
	if err != nil {
		return Cert{}, fmt.Errorf("%s.key: %w", name, err)
	}
	if len(c.chain) > 0 && !c.owns(key) {
		return Cert{}, fmt.Errorf("%s.key is not the key of %s.pem", name, name)
	}
	c.key = key
	return c, nil
}

func (c Cert) owns(key crypto.Signer) bool {
	leaf, err := x509.ParseCertificate(c.chain[0])
	if err != nil {
		return false
	}
	mine, errMine := x509.MarshalPKIXPublicKey(key.Public())
	theirs, errTheirs := x509.MarshalPKIXPublicKey(leaf.PublicKey)
	return errors.Join(errMine, errTheirs) == nil && bytes.Equal(mine, theirs)
}

// parseKey reads a private key in any of the forms that OpenSSL writes without
// a password.
func parseKey(text []byte) (crypto.Signer, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "ENCRYPTED PRIVATE KEY":
			return nil, errors.New("the key has a password: give it without one")
		default:
			continue // EC PARAMETERS, for one
		}
		if err != nil {
			return nil, err
		}
		if signer, ok := key.(crypto.Signer); ok {
			return signer, nil
		}
	}
	return nil, errors.New("holds no private key in PEM")
}
