package pki

import (
	"crypto/x509"
	"encoding/asn1"
)

// The extensions that deviations are about, by RFC 5280.
var (
	idKeyUsage         = asn1.ObjectIdentifier{2, 5, 29, 15}
	idSubjectKey       = asn1.ObjectIdentifier{2, 5, 29, 14}
	idAlternativeName  = asn1.ObjectIdentifier{2, 5, 29, 17}
	idBasicConstraints = asn1.ObjectIdentifier{2, 5, 29, 19}
	idNameConstraints  = asn1.ObjectIdentifier{2, 5, 29, 30}
	idAuthorityKey     = asn1.ObjectIdentifier{2, 5, 29, 35}
	idPolicyConstraint = asn1.ObjectIdentifier{2, 5, 29, 36}
	idExtendedUsage    = asn1.ObjectIdentifier{2, 5, 29, 37}

	idNobodys    = asn1.ObjectIdentifier{1, 2, 3, 4} // has no meaning
	idClientAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	idServerAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
)

func usage(u x509.KeyUsage) change { return func(c *x509.Certificate) { c.KeyUsage = u } }

func extendedUsage(u ...x509.ExtKeyUsage) change {
	return func(c *x509.Certificate) { c.ExtKeyUsage = u }
}

// usages are about what a key may be used for.
var usages = []Deviation{
	{
		Name: "key-usage-encipherment-only", Clause: "RFC 5280 4.2.1.3", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "certificate purpose",
		Defect: "Its key usage allows keyEncipherment and no signature, and a client signs.", issue: leaf(usage(x509.KeyUsageKeyEncipherment)),
	},
	{
		Name: "key-usage-empty", Clause: "RFC 5280 4.2.1.3", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "unable to get local issuer certificate",
		Defect: "Its key usage allows nothing.", issue: replaced(extension{ID: idKeyUsage, Critical: true, Value: must(asn1.BitString{Bytes: []byte{0}, BitLength: 1})}),
	},
	{
		Name: "key-usage-not-critical", Clause: "RFC 5280 4.2.1.3", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its key usage is not marked critical.", issue: patched(critical(idKeyUsage, false)),
	},
	{
		Name: "intermediate-may-not-sign", Clause: "RFC 5280 6.1.4 (n)", Binds: BindsVerifier, OpenSSL: "invalid CA certificate",
		Defect: "The key usage of the intermediate CA that issued it does not allow to sign certificates.", issue: below(usage(x509.KeyUsageCRLSign), nil, nil),
	},
	{
		Name: "intermediate-without-key-usage", Clause: "RFC 5280 4.2.1.3", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "The intermediate CA that issued it has no key usage.", issue: below(usage(0), nil, nil),
	},
	{
		Name: "usage-email-only", Clause: "RFC 5280 4.2.1.12", Binds: BindsVerifier, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage allows emailProtection alone.", issue: leaf(extendedUsage(x509.ExtKeyUsageEmailProtection)),
	},
	{
		Name: "usage-unknown-only", Clause: "RFC 5280 4.2.1.12", Binds: BindsVerifier, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage allows alone what nobody knows.",
		issue: leaf(func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, []asn1.ObjectIdentifier{idNobodys}
		}),
	},
	{
		Name: "usage-server-auth-critical", Clause: "RFC 5280 4.2.1.12", Binds: BindsVerifier, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage is critical and allows serverAuth alone.",
		issue:  replaced(extension{ID: idExtendedUsage, Critical: true, Value: must([]asn1.ObjectIdentifier{idServerAuth})}),
	},
	{
		Name: "usage-client-auth-critical", Clause: "RFC 5280 4.2.1.12", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its extended key usage, which allows clientAuth, is critical.", issue: patched(critical(idExtendedUsage, true)),
	},
	{
		Name: "usage-any", Clause: "RFC 5280 4.2.1.12", Binds: BindsNobody, Go: EveryGo, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage allows anything, and does not name clientAuth.", issue: leaf(extendedUsage(x509.ExtKeyUsageAny)),
	},
	{
		Name: "usage-empty", Clause: "RFC 5280 4.2.1.12", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "certificate purpose",
		Defect: "Its extended key usage is there and lists nothing.", issue: replaced(extension{ID: idExtendedUsage, Value: sequence()}),
	},
	{
		Name: "usage-not-readable", Clause: "RFC 5280 4.2.1.12", Binds: BindsVerifier, OpenSSL: "unable to get local issuer certificate",
		Defect: "Its extended key usage is a number and no list.", issue: replaced(extension{ID: idExtendedUsage, Value: must(7)}),
	},
	{
		Name: "intermediate-usage-server-auth", Clause: "RFC 5280 4.2.1.12", Binds: BindsNobody, OpenSSL: "certificate purpose",
		Defect: "The extended key usage of the intermediate CA that issued it allows serverAuth alone.", issue: below(extendedUsage(x509.ExtKeyUsageServerAuth), nil, nil),
	},
}
