package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
)

func numbered(n *big.Int) func(*CertSet) (Cert, error) {
	return patched(func(c *rawCertificate) { c.TBS.Serial = n })
}

func subjected(tag int, value string) func(*CertSet) (Cert, error) {
	return patched(func(c *rawCertificate) {
		c.TBS.Subject = raw(sequence(tagged(0, asn1.TagSet, true, sequence(must(asn1.ObjectIdentifier{2, 5, 4, 3}), tagged(0, tag, false, []byte(value))))))
	})
}

func alternative(tag int, value []byte) extension {
	return extension{ID: idAlternativeName, Value: sequence(tagged(asn1.ClassContextSpecific, tag, false, value))}
}

func policies(isCritical bool) patch {
	return func(c *rawCertificate) {
		c.TBS.Extensions = append(c.TBS.Extensions, extension{ID: idPolicyConstraint, Critical: isCritical,
			Value: sequence(tagged(asn1.ClassContextSpecific, 0, false, []byte{0}))})
	}
}

// statements are about other fields of a certificate.
var statements = []Deviation{
	{
		Name: "extension-unknown-critical", Clause: "RFC 5280 6.1.5 (f)", Binds: BindsVerifier, OpenSSL: "unhandled critical extension",
		Defect: "It has a critical extension that nobody knows.", issue: extended(extension{ID: idNobodys, Critical: true, Value: must("x")}),
	},
	{
		Name: "extension-unknown", Clause: "RFC 5280 4.2", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "It has an extension that nobody knows, and that is not critical.", issue: extended(extension{ID: idNobodys, Value: must("x")}),
	},
	{
		Name: "intermediate-extension-unknown-critical", Clause: "RFC 5280 6.1.4 (o)", Binds: BindsVerifier, OpenSSL: "unhandled critical extension",
		Defect: "The intermediate CA that issued it has a critical extension that nobody knows.",
		issue: below(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: idNobodys, Critical: true, Value: must("x")}}
		}, nil, nil),
	},
	{
		Name: "extension-twice", Clause: "RFC 5280 4.2", Binds: BindsIssuer, Go: Served{Since: "1", Before: "1.19"}, OpenSSL: "unable to get local issuer certificate",
		Defect: "It has its extended key usage twice.", issue: extended(extension{ID: idExtendedUsage, Value: must([]asn1.ObjectIdentifier{idClientAuth})}),
	},
	{
		Name: "policy-demanded", Clause: "RFC 5280 6.1.5 (g)", Binds: BindsVerifier, OpenSSL: ok,
		Defect: "The intermediate CA that issued it demands a policy of what is below it, and it has none.", issue: below(nil, policies(true), nil),
	},
	{
		Name: "policy-demanded-not-critical", Clause: "RFC 5280 6.1.5 (g)", Binds: BindsVerifier, Go: Served{Since: "1", Before: "1.24"}, OpenSSL: ok,
		Defect: "The same, in an extension that is not critical.", issue: below(nil, policies(false), nil),
	},
	{
		Name: "alternative-names-none", Clause: "RFC 5280 4.2.1.6", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It has the extension for alternative names, and none in it.", issue: replaced(extension{ID: idAlternativeName, Value: sequence()}),
	},
	{
		Name: "alternative-address-of-five-bytes", Clause: "RFC 5280 4.2.1.6", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "Its alternative name is an address of five bytes.", issue: replaced(alternative(7, []byte{127, 0, 0, 0, 1})),
	},
	{
		Name: "alternative-name-not-ascii", Clause: "RFC 5280 4.2.1.6", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "Its alternative name is a DNS name with bytes beyond ASCII.", issue: replaced(alternative(2, []byte("loc\xe4lhost"))),
	},
	{
		Name: "alternative-name-with-zero", Clause: "RFC 5280 4.2.1.6", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "Its alternative name is a DNS name with a zero byte in it.", issue: replaced(alternative(2, []byte("localhost\x00.example.org"))),
	},
	{
		Name: "authority-key-critical", Clause: "RFC 5280 4.2.1.1", Binds: BindsIssuer, Go: Served{Since: "1", Before: "1.23"}, OpenSSL: "unhandled critical extension",
		Defect: "Its authority key identifier is critical.", issue: patched(critical(idAuthorityKey, true)),
	},
	{
		Name: "authority-key-of-another", Clause: "RFC 5280 4.2.1.1", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "unable to get local issuer certificate",
		Defect: "Its authority key identifier is not that of the CA that issued it.",
		issue:  replaced(extension{ID: idAuthorityKey, Value: sequence(tagged(asn1.ClassContextSpecific, 0, false, []byte("another key")))}),
	},
	{
		Name: "subject-key-critical", Clause: "RFC 5280 4.2.1.2", Binds: BindsIssuer, Go: Served{Since: "1", Before: "1.23"}, OpenSSL: "unhandled critical extension",
		Defect: "It has a critical subject key identifier.", issue: extended(extension{ID: idSubjectKey, Critical: true, Value: must([]byte("key"))}),
	},
	{
		Name: "subject-empty", Clause: "RFC 5280 4.1.2.6", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "Its subject is empty, and its alternative names are not critical.", issue: patched(func(c *rawCertificate) { c.TBS.Subject = raw(sequence()) }),
	},
	{
		Name: "subject-control-characters", Clause: "RFC 5280 4.1.2.6", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its subject holds a zero byte, a line feed and an escape.", issue: subjected(asn1.TagUTF8String, "root\x00\n\x1b[31mlocalhost"),
	},
	{
		Name: "subject-not-printable", Clause: "RFC 5280 4.1.2.4", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "Its subject is a PrintableString with characters that such a string may not have.", issue: subjected(asn1.TagPrintableString, "local\x01host_{}"),
	},
	{
		Name: "serial-zero", Clause: "RFC 5280 4.1.2.2", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "Its serial number is 0.", issue: numbered(big.NewInt(0)),
	},
	{
		Name: "serial-negative", Clause: "RFC 5280 4.1.2.2", Binds: BindsIssuer, Go: Served{Since: "1", Before: "1.23"}, OpenSSL: ok,
		Defect: "Its serial number is negative.", issue: numbered(big.NewInt(-4711)),
	},
	{
		Name: "serial-of-40-bytes", Clause: "RFC 5280 4.1.2.2", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "Its serial number has 40 bytes, where 20 are allowed.", issue: numbered(new(big.Int).Lsh(big.NewInt(1), 318)),
	},
	{
		Name: "version-1", Clause: "RFC 8446 4.4.2.3", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It is of version 1, and has no extensions.", issue: patched(func(c *rawCertificate) { c.TBS.Version, c.TBS.Extensions = 0, nil }),
	},
	{
		Name: "version-1-with-extensions", Clause: "RFC 5280 4.1.2.9", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It is of version 1, and has extensions.", issue: patched(func(c *rawCertificate) { c.TBS.Version = 0 }),
	},
	{
		Name: "version-1-for-servers", Clause: "RFC 5280 4.1.2.9", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "certificate purpose",
		Defect: "It is of version 1, and has an extended key usage that allows serverAuth alone.",
		issue: patched(func(c *rawCertificate) {
			c.TBS.Version = 0
			replacing(extension{ID: idExtendedUsage, Value: must([]asn1.ObjectIdentifier{idServerAuth})})(c)
		}),
	},
	{
		Name: "version-4", Clause: "RFC 5280 4.1.2.1", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "It is of version 4, which there is not.", issue: patched(func(c *rawCertificate) { c.TBS.Version = 3 }),
	},
	{
		Name: "unique-identifier", Clause: "RFC 5280 4.1.2.8", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "It has a unique identifier of its issuer.",
		issue:  patched(func(c *rawCertificate) { c.TBS.UniqueID = asn1.BitString{Bytes: []byte{1, 2}, BitLength: 16} }),
	},
}
