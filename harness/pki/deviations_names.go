package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
)

const (
	exampleHost  = "client.example.org"
	exampleEmail = "client@example.org"
)

var idEmailAddress = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

// within issues a leaf, changed, below a CA whose name constraints are changed.
func within(constrained, leaf change) func(*CertSet) (Cert, error) {
	return below(func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical = true
		constrained(c)
	}, nil, leaf)
}

func block(cidr string) []*net.IPNet {
	_, network, err := net.ParseCIDR(cidr)
	if err != nil {
		panic(err) // a constant of this package
	}
	return []*net.IPNet{network}
}

func onlyHost(name string) change {
	return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{name}, nil }
}

// nameless leaves the leaf no subject alternative name, and changes its subject.
func nameless(subject pkix.Name) change {
	return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses, c.Subject = nil, nil, subject }
}

func addressed(c *x509.Certificate) { c.EmailAddresses = []string{exampleEmail} }

func located(text string) change {
	return func(c *x509.Certificate) {
		u, err := url.Parse(text)
		if err != nil {
			panic(err) // a constant of this package
		}
		c.URIs = []*url.URL{u}
	}
}

// excludedDirectory is a name constraint that excludes the common name of good.
func excludedDirectory(isCritical bool) patch {
	name := must(pkix.Name{CommonName: "localhost"}.ToRDNSequence())
	subtree := sequence(tagged(asn1.ClassContextSpecific, 4, true, name))
	return func(c *rawCertificate) {
		c.TBS.Extensions = append(c.TBS.Extensions, extension{ID: idNameConstraints, Critical: isCritical,
			Value: sequence(tagged(asn1.ClassContextSpecific, 1, true, subtree))})
	}
}

// nameConstraints are about names that a CA may not certify.
var nameConstraints = []Deviation{
	{
		Name: "name-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, OpenSSL: "excluded subtree violation",
		Defect: "Its DNS name is below one that its CA excludes.",
		issue:  within(func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"example.org"} }, onlyHost(exampleHost)),
	},
	{
		Name: "name-not-permitted", Clause: "RFC 5280 6.1.3 (b)", Binds: BindsVerifier, OpenSSL: "permitted subtree violation",
		Defect: "Its DNS name is not below the one that its CA permits.",
		issue:  within(func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }, onlyHost(exampleHost)),
	},
	{
		Name: "name-permitted", Clause: "RFC 5280 6.1.3 (b)", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its DNS name is below the one that its CA permits.",
		issue:  within(func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.org"} }, onlyHost(exampleHost)),
	},
	{
		Name: "address-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, OpenSSL: "excluded subtree violation",
		Defect: "Its address is in a network that its CA excludes.",
		issue:  within(func(c *x509.Certificate) { c.ExcludedIPRanges = block("127.0.0.0/8") }, nil),
	},
	{
		Name: "address-not-permitted", Clause: "RFC 5280 6.1.3 (b)", Binds: BindsVerifier, OpenSSL: "permitted subtree violation",
		Defect: "Its address is not in the network that its CA permits.",
		issue:  within(func(c *x509.Certificate) { c.PermittedIPRanges = block("192.0.2.0/24") }, nil),
	},
	{
		Name: "email-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, OpenSSL: "excluded subtree violation",
		Defect: "Its mail address is of a domain that its CA excludes.",
		issue:  within(func(c *x509.Certificate) { c.ExcludedEmailAddresses = []string{"example.org"} }, addressed),
	},
	{
		Name: "uri-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, OpenSSL: "excluded subtree violation",
		Defect: "Its URI is of a host that its CA excludes.",
		issue:  within(func(c *x509.Certificate) { c.ExcludedURIDomains = []string{exampleHost} }, located("https://"+exampleHost+"/")),
	},
	{
		Name: "uri-with-zone", Clause: "RFC 5280 6.1.3 (b)", Binds: BindsVerifier, Go: Served{Since: "1", Before: "1.22.11"}, OpenSSL: "permitted subtree violation",
		Defect: "Its URI's host is an IPv6 address with a zone that ends in the domain that its CA permits (CVE-2024-45341).",
		issue:  within(func(c *x509.Certificate) { c.PermittedURIDomains = []string{".example.org"} }, located("https://[fe80::1%25a.example.org]:443/")),
	},
	{
		Name: "wildcard-above-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, Go: Served{Since: "1", Before: "1.24.11"}, OpenSSL: ok,
		Defect: "Its wildcard stands for a DNS name that its CA excludes, too (CVE-2025-61727).",
		issue:  within(func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{exampleHost} }, onlyHost("*.example.org")),
	},
	{
		Name: "directory-name-excluded", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, OpenSSL: "excluded subtree violation",
		Defect: "Its CA excludes its subject, in a critical extension.", issue: below(nil, excludedDirectory(true), nil),
	},
	{
		Name: "directory-name-excluded-not-critical", Clause: "RFC 5280 6.1.3 (c)", Binds: BindsVerifier, Go: EveryGo, OpenSSL: "excluded subtree violation",
		Defect: "Its CA excludes its subject, in an extension that is not critical.", issue: below(nil, excludedDirectory(false), nil),
	},
	{
		Name: "email-in-subject-excluded", Clause: "RFC 5280 4.2.1.10", Binds: BindsVerifier, Go: EveryGo, OpenSSL: "excluded subtree violation",
		Defect: "The mail address in its subject, beside which it has no alternative name, is of a domain that its CA excludes.",
		issue: within(func(c *x509.Certificate) { c.ExcludedEmailAddresses = []string{"example.org"} }, nameless(pkix.Name{
			ExtraNames: []pkix.AttributeTypeAndValue{{Type: idEmailAddress, Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(exampleEmail)}}},
		})),
	},
	{
		Name: "common-name-excluded", Clause: "RFC 5280 4.2.1.10", Binds: BindsNobody, Go: EveryGo, OpenSSL: "excluded subtree violation",
		Defect: "Its common name, beside which it has no alternative name, looks like a DNS name that its CA excludes.",
		issue: within(func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"example.org"} },
			nameless(pkix.Name{CommonName: exampleHost})),
	},
	{
		Name: "leaf-with-name-constraints", Clause: "RFC 5280 4.2.1.10", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It has name constraints although it is no CA.",
		issue: leaf(func(c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, []string{"example.org"}
		}),
	},
}
