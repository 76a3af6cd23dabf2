package pki

import (
	"crypto/x509"
	"encoding/asn1"
)

func basic(parts ...any) extension {
	var content [][]byte
	for _, p := range parts {
		content = append(content, must(p))
	}
	return extension{ID: idBasicConstraints, Critical: true, Value: sequence(content...)}
}

// authorities are about who may issue certificates.
var authorities = []Deviation{
	{
		Name: "intermediate-without-constraints", Clause: "RFC 5280 6.1.4 (k)", Binds: BindsVerifier, OpenSSL: "invalid CA certificate",
		Defect: "The intermediate CA that issued it has no basic constraints, which would say that it is one.",
		issue:  below(nil, without(idBasicConstraints), nil),
	},
	{
		Name: "intermediate-no-ca", Clause: "RFC 5280 6.1.4 (k)", Binds: BindsVerifier, OpenSSL: "invalid CA certificate",
		Defect: "The basic constraints of the intermediate CA that issued it say that it is none.", issue: below(nil, replacing(basic()), nil),
	},
	{
		Name: "intermediate-constraints-not-critical", Clause: "RFC 5280 4.2.1.9", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "The basic constraints of the intermediate CA that issued it are not critical.", issue: below(nil, critical(idBasicConstraints, false), nil),
	},
	{
		Name: "intermediate-version-1", Clause: "RFC 5280 6.1.4 (k)", Binds: BindsVerifier, OpenSSL: "invalid CA certificate",
		Defect: "The certificate of the intermediate CA that issued it is of version 1, and has no extensions.",
		issue:  below(nil, func(c *rawCertificate) { c.TBS.Version, c.TBS.Extensions = 0, nil }, nil),
	},
	{
		Name: "path-too-long", Clause: "RFC 5280 6.1.4 (l)", Binds: BindsVerifier, OpenSSL: "path length constraint exceeded",
		Defect: "An intermediate CA issued it that another one issued, which may issue leaves only.",
		issue: func(w *CertSet) (Cert, error) {
			return w.under(func(c *x509.Certificate) { c.MaxPathLenZero = true }, nil)
		},
	},
	{
		Name: "path-length-negative", Clause: "RFC 5280 4.2.1.9", Binds: BindsIssuer, Go: Served{Since: "1", Before: "1.25"}, OpenSSL: "unable to get local issuer certificate",
		Defect: "The path length of the intermediate CA that issued it is -2.", issue: below(nil, replacing(basic(true, -2)), nil),
	},
	{
		Name: "leaf-is-a-ca", Clause: "RFC 5280 4.2.1.9", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "The run's CA issued it as a CA, which a client's certificate may be.",
		issue: leaf(func(c *x509.Certificate) {
			c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign
		}),
	},
	{
		Name: "leaf-with-path-length", Clause: "RFC 5280 4.2.1.9", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It is no CA, and its basic constraints have a path length.", issue: replaced(basic(0)),
	},
	{
		Name: "leaf-may-sign-certificates", Clause: "RFC 5280 4.2.1.3", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It is no CA, and its key usage allows it to sign certificates.", issue: leaf(usage(x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign)),
	},
	{
		Name: "its-own-ca", Clause: "RFC 5280 6.1.1 (d)", Binds: BindsVerifier, OpenSSL: "self-signed certificate",
		Defect: "It is a CA that signed itself.",
		issue: func(w *CertSet) (Cert, error) {
			template, key, err := Leaf{Key: w.key}.template()
			if err != nil {
				return Cert{}, err
			}
			template.IsCA, template.KeyUsage = true, template.KeyUsage|x509.KeyUsageCertSign
			der, err := (&CA{cert: template, key: key}).sign(template, key.Public())
			return Cert{chain: [][]byte{der}, key: key}, err
		},
	},
	{
		Name: "three-intermediates", Clause: "RFC 5280 6.1", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Three intermediate CAs stand between it and the run's CA.",
		issue:  func(w *CertSet) (Cert, error) { return w.deep(3) },
	},
	{
		Name: "twelve-intermediates", Clause: "RFC 5280 6.1", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Twelve intermediate CAs stand between it and the run's CA.",
		issue:  func(w *CertSet) (Cert, error) { return w.deep(12) },
	},
}

func without(id asn1.ObjectIdentifier) patch {
	return func(c *rawCertificate) {
		var kept []extension
		for _, e := range c.TBS.Extensions {
			if !e.ID.Equal(id) {
				kept = append(kept, e)
			}
		}
		c.TBS.Extensions = kept
	}
}

func (w *CertSet) under(upper, lower change) (Cert, error) {
	above, err := w.ca.lesser(called("upper CA", upper), nil)
	if err != nil {
		return Cert{}, err
	}
	ca, err := above.lesser(lower, nil)
	if err != nil {
		return Cert{}, err
	}
	return ca.issueWith(Leaf{Key: w.key}, nil, nil)
}

func (w *CertSet) deep(n int) (Cert, error) {
	ca := w.ca
	for i := range n {
		var err error
		if ca, err = ca.lesser(called(levels[i%len(levels)], nil), nil); err != nil {
			return Cert{}, err
		}
	}
	return ca.issueWith(Leaf{Key: w.key}, nil, nil)
}

// levels are the names of CAs below each other.
var levels = []string{"CA A", "CA B", "CA C", "CA D", "CA E", "CA F", "CA G", "CA H", "CA I", "CA J", "CA K", "CA L"}

// called returns a CA a name, and changes it further.
func called(name string, further change) change {
	return func(c *x509.Certificate) {
		c.Subject.CommonName = name
		if further != nil {
			further(c)
		}
	}
}
