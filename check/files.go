package check

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// certs makes the certificate set of what the target names, and gives what it is made of. Keys
// are read, and what is made of them stays in memory.
func (t *Target) certs() (p pki.Parts, w *pki.CertSet, err error) {
	if t.Trust == "" {
		w, err = pki.NewCertSet() // mode 0: the certificates are never used
		return p, w, err
	}
	if p, err = t.parts(); err != nil {
		return p, nil, err
	}
	if w, err = pki.Assemble(p); err != nil {
		return p, nil, fmt.Errorf("%s: %w", t.File, err)
	}
	return p, w, nil
}

func (t *Target) parts() (p pki.Parts, err error) {
	if p.Trust, err = read("trust", t.Trust); err != nil {
		return p, err
	}
	if p.Client, p.ClientKey, err = t.Client.read("client"); err != nil {
		return p, err
	}
	if p.CA, p.CAKey, err = t.ClientCA.read("client_ca"); err != nil {
		return p, err
	}
	if t.Certificate != "" {
		if p.Server, err = read("server_certificate", t.Certificate); err != nil {
			return p, err
		}
	}
	if t.ShippedCA != "" {
		shipped := Pair{Certificate: filepath.Join(t.ShippedCA, "ca.pem"), Key: filepath.Join(t.ShippedCA, "ca.key")}
		if p.Shipped, p.ShippedKey, err = shipped.read("shipped_ca"); err != nil {
			return p, err
		}
	}
	if len(p.CA) == 0 {
		p.CA = issuerOf(p.Client, p.Trust)
	}
	return p, nil
}

// read reads a file that holds a certificate in PEM.
func read(key, path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	if len(certificates(text)) == 0 {
		return nil, fmt.Errorf("%s: %s holds no certificate in PEM", key, path)
	}
	return text, nil
}

// read reads a certificate and, where there is one, its key.
func (p Pair) read(name string) (cert, key []byte, err error) {
	if p.Certificate == "" {
		return nil, nil, nil
	}
	if cert, err = read(name+".certificate", p.Certificate); err != nil || p.Key == "" {
		return cert, nil, err
	}
	if key, err = os.ReadFile(p.Key); err != nil {
		return nil, nil, fmt.Errorf("%s.key: %w", name, err)
	}
	switch _, err := tls.X509KeyPair(cert, key); {
	case err == nil:
	case strings.Contains(err.Error(), "does not match"):
		return nil, nil, fmt.Errorf("%s.key: %s is not the key of %s", name, p.Key, p.Certificate)
	case bytes.Contains(key, []byte("ENCRYPTED")):
		return nil, nil, fmt.Errorf("%s.key: %s has a password: give the key without one", name, p.Key)
	default:
		return nil, nil, fmt.Errorf("%s.key: %s holds no private key in PEM", name, p.Key)
	}
	return cert, key, nil
}

func certificates(text []byte) []*x509.Certificate {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			all = append(all, cert)
		}
	}
	return all
}

// issuerOf returns the trusted certificate whose name is the issuer of the client's, or the
// first.
func issuerOf(client, trust []byte) []byte {
	trusted := certificates(trust)
	issuer := trusted[0]
	if leaf := certificates(client); len(leaf) > 0 {
		for _, c := range trusted {
			if bytes.Equal(c.RawSubject, leaf[0].RawIssuer) {
				issuer = c
				break
			}
		}
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Raw})
}

// users returns the login, the password read from where it is.
func (t *Target) users() (probe.Credentials, error) {
	c := probe.Credentials{User: t.Login.User}
	switch {
	case t.Login.PasswordFile != "":
		text, err := os.ReadFile(t.Login.PasswordFile)
		if err != nil {
			return c, fmt.Errorf("login.password_file: %w", err)
		}
		c.Password = strings.TrimRight(string(text), "\r\n")
	case t.Login.PasswordEnv != "":
		c.Password = os.Getenv(t.Login.PasswordEnv)
	default:
		return c, nil
	}
	if c.Password == "" {
		return c, errors.New("login: the password is empty")
	}
	return c, nil
}

// files are the user's own, for clients that read files, and a CA that signed
// nothing. No key is among what is written.
type files struct {
	target *Target
	other  string // path of another CA's certificate
	trust  string // path of additional trusted CAs; empty for those of the target's own file
	server string // path of what is taken for the server's certificate; empty for the target's own file
}

// Trust returns the path of what a client trusts.
func (f files) Trust(t harness.TrustStore) string {
	switch t {
	case harness.TrustServer:
		return cmp.Or(f.server, f.target.Certificate)
	case harness.TrustOther:
		return f.other
	case harness.TrustCA, harness.TrustAnything:
	}
	if f.target.Trust == "" { // mode 0, where no certificate is to be seen, and curl wants a file all the same
		return f.other
	}
	return cmp.Or(f.trust, f.target.Trust)
}

// Client returns the user's own paths for the good client; no other is in a file.
func (f files) Client(identity string) (cert, key string) {
	if identity == harness.Good {
		return f.target.Client.Certificate, f.target.Client.Key
	}
	return "", ""
}
