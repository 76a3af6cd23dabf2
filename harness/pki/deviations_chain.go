package pki

import (
	"bytes"
	"crypto/x509/pkix"
	"slices"
	"time"
)

// sent issues a leaf below two intermediate CAs, and changes what is sent.
func sent(arrange func(w *CertSet, chain [][]byte) [][]byte) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		made, err := w.deep(2)
		if err != nil {
			return Cert{}, err
		}
		return Cert{chain: arrange(w, made.chain), key: made.key}, nil
	}
}

// issuedAs issues a leaf that names another issuer than the run's CA, whose key signs it.
func issuedAs(issuer pkix.Name) func(*CertSet) (Cert, error) {
	return patched(func(c *rawCertificate) { c.TBS.Issuer = raw(must(issuer.ToRDNSequence())) })
}

// crossSigned issues a leaf from an intermediate CA that the run's CA has certified, within
// some time, and a CA that the server does not know. Both certificates are sent.
func crossSigned(ours change) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		template, key, err := Authority{Name: "bridge CA", Kind: ECDSAP256}.template()
		if err != nil {
			return Cert{}, err
		}
		theirs, err := w.stranger.sub(template, key, nil, nil)
		if err != nil {
			return Cert{}, err
		}
		own := *template
		bridge, err := w.ca.sub(&own, key, ours, nil)
		if err != nil {
			return Cert{}, err
		}
		bridge.sent = append(slices.Clone(theirs.sent), bridge.sent...)
		return bridge.issueWith(Leaf{Key: w.key}, nil, nil)
	}
}

// chains are about the certificates sent with the leaf, and their order.
var chains = []Deviation{
	{
		Name: "chain-out-of-order", Clause: "RFC 8446 4.4.2", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its two intermediate CAs are sent in the wrong order.",
		issue:  sent(func(_ *CertSet, c [][]byte) [][]byte { return [][]byte{c[0], c[2], c[1]} }),
	},
	{
		Name: "chain-with-duplicates", Clause: "RFC 8446 4.4.2", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Every certificate of its chain is sent twice.",
		issue:  sent(func(_ *CertSet, c [][]byte) [][]byte { return slices.Concat(c, c) }),
	},
	{
		Name: "chain-with-root", Clause: "RFC 8446 4.4.2", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "The run's CA is sent with it.",
		issue:  sent(func(w *CertSet, c [][]byte) [][]byte { return append(c, w.ca.cert.Raw) }),
	},
	{
		Name: "chain-with-stranger", Clause: "RFC 8446 4.4.2", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "A CA is sent with it that has nothing to do with it.",
		issue:  sent(func(w *CertSet, c [][]byte) [][]byte { return append(c, w.stranger.cert.Raw) }),
	},
	{
		Name: "chain-with-trailing-data", Clause: "RFC 8446 4.4.2", Binds: BindsVerifier, OpenSSL: ok,
		Defect: "It is sent once more, with a byte after it.",
		issue: sent(func(_ *CertSet, c [][]byte) [][]byte {
			return append(c, append(slices.Clone(c[0]), 0))
		}),
	},
	{
		Name: "chain-begins-with-ca", Clause: "RFC 8446 4.4.2", Binds: BindsVerifier, OpenSSL: "certificate purpose",
		Defect: "The CA that issued it is sent before it, so that the client has not that certificate's key.",
		issue:  sent(func(_ *CertSet, c [][]byte) [][]byte { return [][]byte{c[1], c[0], c[2]} }),
	},
	{
		Name: "chain-without-middle", Clause: "RFC 5280 6.1.3 (a)(4)", Binds: BindsVerifier, OpenSSL: "unable to get local issuer certificate",
		Defect: "The upper one of its two intermediate CAs is not sent.",
		issue:  sent(func(_ *CertSet, c [][]byte) [][]byte { return c[:2] }),
	},
	{
		Name: "cross-signed", Clause: "RFC 5280 6.1", Binds: BindsNobody, Go: EveryGo, OpenSSL: "unable to get local issuer certificate",
		Defect: "A CA that the server does not know has certified its intermediate CA as well, and that certificate comes first.",
		issue:  crossSigned(nil),
	},
	{
		Name: "cross-signed-and-expired", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "unable to get local issuer certificate",
		Defect: "The same, and what the run's CA has certified ended an hour ago.", issue: crossSigned(from(-day, -time.Hour)),
	},
	{
		Name: "issuer-of-another-name", Clause: "RFC 5280 6.1.3 (a)(4)", Binds: BindsVerifier, OpenSSL: "unable to get local issuer certificate",
		Defect: "It names another issuer than the run's CA, whose signature it has.", issue: issuedAs(pkix.Name{CommonName: "another CA"}),
	},
	{
		Name: "issuer-in-capitals", Clause: "RFC 5280 7.1", Binds: BindsNobody, OpenSSL: ok,
		Defect: "It names its issuer in capitals, which compare as equal.", issue: issuedAs(pkix.Name{CommonName: "MILVUS-TLS-E2E CA"}),
	},
	{
		Name: "issuer-empty", Clause: "RFC 5280 4.1.2.4", Binds: BindsVerifier, OpenSSL: "unable to get local issuer certificate",
		Defect: "It names no issuer.", issue: issuedAs(pkix.Name{}),
	},
}

// encodings are about how the finished certificate is written.
var encodings = []Deviation{
	{
		Name: "trailing-data", Clause: "RFC 5280 4.1", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "A byte follows it.", issue: encoded(func(der []byte) []byte { return append(slices.Clone(der), 0) }),
	},
	{
		Name: "length-of-three-bytes", Clause: "RFC 5280 4.1", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "The length of what is signed of it is written in three bytes where two do, which BER allows and DER does not.",
		issue: leafResigned(func(signed []byte) []byte {
			return slices.Concat([]byte{signed[0], 0x83, 0}, signed[2:])
		}),
	},
	{
		Name: "length-not-given", Clause: "RFC 5280 4.1", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "What is signed of it is written without a length, which BER allows and DER does not.",
		issue: leafResigned(func(signed []byte) []byte {
			return slices.Concat([]byte{signed[0], 0x80}, signed[4:], []byte{0, 0})
		}),
	},
	{
		Name: "boolean-of-one", Clause: "RFC 5280 4.1", Binds: BindsIssuer, OpenSSL: ok,
		Defect: "A true in it is written as 1, which BER allows and DER does not.",
		issue:  leafResigned(func(tbs []byte) []byte { return bytes.Replace(tbs, []byte{1, 1, 0xff}, []byte{1, 1, 1}, 1) }),
	},
}
