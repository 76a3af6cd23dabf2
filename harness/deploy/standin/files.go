package standin

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// A fileError names the setting of a file that cannot be used.
type fileError struct {
	file     harness.File
	path     string    // on this machine
	pair     [2]string // where it belongs to a certificate and a key, their paths
	mismatch bool      // the file is sound, and does not suit the certificate
	err      error
}

func (e *fileError) Error() string { return milvus.SettingFor(e.file) + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// material is what a server's ports show and trust.
type material struct {
	cert  tls.Certificate
	roots []*x509.Certificate // CAs of client certificates
}

// material reads the files that the mode needs.
func (d *deployment) material(s settings, mode int) (material, error) {
	m := material{}
	var err error
	if m.cert, err = d.certificate(s, mode); err != nil {
		return material{}, err
	}
	if mode == 2 || mode == 1 && d.faults[Mode1WantsCAFile] {
		m.roots, err = d.authorities(s.TLS.CA)
		if d.faults[TakesShippedFiles] && s.TLS.CA == "" {
			m.roots, err = certificates(d.provider.shipped.CA)
		}
		if err != nil && !d.faults[StartsWithMissingFile] {
			return material{}, err
		}
	}
	if len(m.roots) == 0 {
		m.roots, err = certificates(d.certs.CA().PEM())
	}
	return m, err
}

func (d *deployment) certificate(s settings, mode int) (tls.Certificate, error) {
	switch {
	case d.faults[AnotherCertificate]:
		return d.another()
	case d.faults[CertificateForAnyName]:
		return anyName(d.certs)
	case d.faults[TakesShippedFiles] && s.TLS.Cert == "":
		return d.another()
	}
	pair, err := d.pairOf(harness.ServerCert, s.TLS.Cert, harness.ServerKey, s.TLS.Key)
	var bad *fileError
	switch {
	case !errors.As(err, &bad):
		return pair, err
	case mode == 0: // TLSInMode0: nothing is configured
		return d.certs.Server().TLS(), nil
	case bad.mismatch && d.faults[StartsWithMismatchedKey]:
		return d.certs.Server().TLS(), nil
	case !bad.mismatch && d.faults[StartsWithMissingFile]:
		return d.another()
	}
	return tls.Certificate{}, err
}

func (d *deployment) another() (tls.Certificate, error) {
	cert, err := d.certs.CA().Issue(pki.Leaf{Usages: pki.ServerAuth, Kind: pki.ECDSAP256})
	return cert.TLS(), err
}

func (d *deployment) pairOf(certFile harness.File, certPath string, keyFile harness.File, keyPath string) (pair tls.Certificate, err error) {
	defer func() {
		var bad *fileError
		if errors.As(err, &bad) {
			bad.pair = [2]string{d.absolute(certPath), d.absolute(keyPath)}
		}
	}()
	certText, err := d.read(certFile, certPath)
	if err != nil {
		return tls.Certificate{}, err
	}
	if _, err := certificates(certText); err != nil {
		return tls.Certificate{}, spoilt(certFile, certPath, err)
	}
	keyText, err := d.read(keyFile, keyPath)
	if err != nil {
		return tls.Certificate{}, err
	}
	if block, _ := pem.Decode(keyText); block == nil {
		return tls.Certificate{}, spoilt(keyFile, keyPath, errors.New("holds no PEM"))
	}
	if pair, err = tls.X509KeyPair(certText, keyText); err != nil {
		bad := spoilt(keyFile, keyPath, err)
		bad.mismatch = true
		return tls.Certificate{}, bad
	}
	return pair, nil
}

func (d *deployment) trusts(f harness.File, path string) (*x509.CertPool, error) {
	text, err := d.read(f, path)
	if err != nil {
		return nil, err
	}
	roots, err := certificates(text)
	if err != nil {
		return nil, spoilt(f, path, err)
	}
	return pool(roots), nil
}

func (d *deployment) authorities(path string) ([]*x509.Certificate, error) {
	text, err := d.read(harness.CACert, path)
	if err != nil {
		return nil, err
	}
	roots, err := certificates(text)
	if err != nil {
		return nil, spoilt(harness.CACert, path, err)
	}
	return roots, nil
}

func (d *deployment) read(f harness.File, path string) ([]byte, error) {
	if !filepath.IsAbs(path) && d.faults[AbsolutePathsOnly] {
		return nil, spoilt(f, path, errors.New("is not an absolute path"))
	}
	path = d.absolute(path)
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, spoilt(f, path, errors.New("is no file")) // one that reads a pipe waits for ever
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &fileError{file: f, path: path, err: err}
	}
	if block, _ := pem.Decode(text); d.faults[ReadsPKCS8Alone] && block != nil && strings.HasSuffix(block.Type, " PRIVATE KEY") {
		return nil, spoilt(f, path, errors.New("is no private key of PKCS#8"))
	}
	return text, nil
}

func (d *deployment) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(d.where, path)
}

func spoilt(f harness.File, path string, err error) *fileError {
	return &fileError{file: f, path: path, err: fmt.Errorf("%s: %w", path, err)}
}

func certificates(text []byte) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("parse certificate: %w", err)
		}
		all = append(all, cert)
	}
	if len(all) == 0 {
		return nil, errors.New("holds no certificate in PEM")
	}
	return all, nil
}
