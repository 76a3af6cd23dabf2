package standin

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // what a server that tells AcceptsSHA1 hashes with
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"strings"
)

// leniences are the faults that overlook something of a certificate that Go checks: how each
// changes the leaf and the certificates sent with it.
var leniences = map[Fault]func(c *x509.Certificate, leaf bool){
	IgnoresIntermediateExpiry: func(c *x509.Certificate, leaf bool) {
		if !leaf {
			alwaysValid(c)
		}
	},
	IgnoresPathLength: func(c *x509.Certificate, _ bool) { c.MaxPathLen, c.MaxPathLenZero = -1, false },
	IgnoresNameConstraints: func(c *x509.Certificate, _ bool) {
		c.PermittedDNSDomains, c.PermittedEmailAddresses, c.PermittedIPRanges, c.PermittedURIDomains = nil, nil, nil, nil
		c.ExcludedDNSDomains, c.ExcludedEmailAddresses, c.ExcludedIPRanges, c.ExcludedURIDomains = nil, nil, nil, nil
	},
	IgnoresCriticalExtensions: func(c *x509.Certificate, _ bool) { c.UnhandledCriticalExtensions = nil },
	IgnoresIntermediateUsage: func(c *x509.Certificate, leaf bool) {
		if !leaf {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, nil
		}
	},
	TakesAnyIssuerForCA: func(c *x509.Certificate, leaf bool) {
		if !leaf {
			c.Version, c.IsCA, c.BasicConstraintsValid, c.KeyUsage = 3, true, true, 0
		}
	},
	AcceptsSHA1:       nil, // which is about how a signature is checked
	TriesOnePathAlone: nil, // and this is about which CAs are tried
}

func (p policy) lenient() bool {
	for fault := range leniences {
		if p.faults[fault] {
			return true
		}
	}
	return false
}

func (p policy) overlook(shown []*x509.Certificate) []*x509.Certificate {
	copies := make([]*x509.Certificate, len(shown))
	for i, cert := range shown {
		c := *cert
		for fault, change := range leniences {
			if p.faults[fault] && change != nil {
				change(&c, i == 0)
			}
		}
		copies[i] = &c
	}
	return copies
}

func firstOfEachName(shown []*x509.Certificate) (first []*x509.Certificate) {
	for i, cert := range shown {
		same := func(other *x509.Certificate) bool { return bytes.Equal(other.RawSubject, cert.RawSubject) }
		if i == 0 || !slices.ContainsFunc(first[1:], same) {
			first = append(first, cert)
		}
	}
	return first
}

// signedWithSHA1 reports whether the second certificate's key made the first one's signature,
// over SHA-1.
func signedWithSHA1(shown []*x509.Certificate) bool {
	if len(shown) < 2 {
		return false
	}
	hash := sha1.Sum(shown[0].RawTBSCertificate) //nolint:gosec // see above
	switch key := shown[1].PublicKey.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, hash[:], shown[0].Signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA1, hash[:], shown[0].Signature) == nil
	}
	return false
}

// unseenByGo refuses what RFC 5280 forbids and Go's crypto/x509 does not check. An honest server
// does, and ChecksAsGoDoes does not.
func unseenByGo(shown []*x509.Certificate) error {
	if len(shown) < 2 {
		return nil
	}
	leaf := shown[0]
	for _, ca := range shown[1:] {
		if excludesSubject(ca, leaf) || excludesEmail(ca, leaf) {
			return errors.New("tls: failed to verify certificate: its CA excludes its subject")
		}
	}
	return nil
}

func excludesSubject(ca, leaf *x509.Certificate) bool {
	type subtree struct{ Base asn1.RawValue }
	var constraints struct {
		Permitted []subtree `asn1:"optional,tag:0"`
		Excluded  []subtree `asn1:"optional,tag:1"`
	}
	for _, e := range ca.Extensions {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 30}) {
			continue
		}
		if _, err := asn1.Unmarshal(e.Value, &constraints); err != nil {
			return true
		}
	}
	const directoryName = 4
	return slices.ContainsFunc(constraints.Excluded, func(s subtree) bool {
		return s.Base.Tag == directoryName && bytes.Equal(s.Base.Bytes, leaf.RawSubject)
	})
}

func excludesEmail(ca, leaf *x509.Certificate) bool {
	for _, name := range leaf.Subject.Names {
		text, is := name.Value.(string)
		_, domain, _ := strings.Cut(text, "@")
		if is && name.Type.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}) && slices.Contains(ca.ExcludedEmailAddresses, domain) {
			return true
		}
	}
	return false
}
