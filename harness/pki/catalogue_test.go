package pki

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// traits describes a certificate in the respects in which a server may judge
// it, each independent of the others.
func traits(t *testing.T, cert Cert) map[string]string {
	t.Helper()
	leaf := parsed(t, cert.chain[0])
	root := sharedCerts(t).CA().cert
	validity := "now"
	switch now := time.Now(); {
	case now.After(leaf.NotAfter):
		validity = "past"
	case now.Before(leaf.NotBefore):
		validity = "future"
	}
	voucher := "issuer " + leaf.Issuer.CommonName
	if root.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil {
		voucher += ", signed by the CA"
	}
	if slices.Equal(leaf.RawIssuer, root.RawSubject) {
		voucher += ", naming the CA"
	}
	pair := "matches"
	if !leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(cert.key.Public()) {
		pair = "does not match"
	}
	return map[string]string{
		"names":     fmt.Sprint(leaf.Subject, leaf.DNSNames, leaf.IPAddresses),
		"authority": fmt.Sprint(leaf.BasicConstraintsValid, leaf.IsCA, leaf.KeyUsage&x509.KeyUsageCertSign),
		"signature": leaf.SignatureAlgorithm.String(),
		"lifetime":  leaf.NotAfter.Sub(leaf.NotBefore).String(),
		"validity":  validity,
		"voucher":   fmt.Sprintf("%s, %d sent", voucher, len(cert.chain)),
		"usages":    fmt.Sprint(leaf.ExtKeyUsage),
		"key":       fmt.Sprint(leaf.PublicKeyAlgorithm, leaf.KeyUsage&x509.KeyUsageKeyEncipherment != 0),
		"pair":      pair,
	}
}

func TestEachEntryDiffersFromGoodInOneThing(t *testing.T) {
	// An entry that is not here still has to differ in exactly one trait.
	differs := map[string]string{
		"no-extended-usage":        "usages: []",
		"both-usages":              "usages: [clientAuth serverAuth]",
		"server-auth-only":         "usages: [serverAuth]",
		"ecdsa-p256":               "key: ECDSA false",
		"ed25519":                  "key: Ed25519 false",
		"expired":                  "validity: past",
		"not-yet-valid":            "validity: future",
		"key-mismatch":             "pair: does not match",
		"intermediate-sent":        "voucher: issuer intermediate CA, 2 sent",
		"intermediate-missing":     "voucher: issuer intermediate CA, 1 sent",
		"foreign-ca-same-subject":  "voucher: issuer " + rootName + ", naming the CA, 1 sent",
		"foreign-ca-other-subject": "voucher: issuer foreign CA, 1 sent",
		"self-signed":              "voucher: issuer localhost, 1 sent",
		"issued-by-leaf":           "voucher: issuer not a CA, 2 sent",
	}
	good := traits(t, identity(t, harness.Good))
	for _, id := range Catalogue[1:] {
		var found []string
		for name, value := range traits(t, identity(t, id.Name)) {
			if value != good[name] {
				found = append(found, name+": "+value)
			}
		}
		if want, known := differs[id.Name]; len(found) != 1 || (known && found[0] != want) {
			t.Errorf("%s differs from good in %q, not in %q alone", id.Name, found, want)
		}
	}
}

// A certificate with one defect is good wherever that one does not count.
func TestARepairedEntryIsGood(t *testing.T) {
	w := sharedCerts(t)
	issuer := x509.NewCertPool()
	issuer.AddCert(w.middle.cert)
	itself := x509.NewCertPool()
	itself.AddCert(parsed(t, identity(t, "self-signed").chain[0]))
	hours := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
	client := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	server := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for name, repaired := range map[string]x509.VerifyOptions{
		"foreign-ca-same-subject":  {Roots: w.twin.Pool(), KeyUsages: client},
		"foreign-ca-other-subject": {Roots: w.stranger.Pool(), KeyUsages: client},
		"expired":                  {Roots: w.ca.Pool(), KeyUsages: client, CurrentTime: hours(-2)},
		"not-yet-valid":            {Roots: w.ca.Pool(), KeyUsages: client, CurrentTime: hours(25)},
		"server-auth-only":         {Roots: w.ca.Pool(), KeyUsages: server},
		"self-signed":              {Roots: itself, KeyUsages: client},
		"intermediate-missing":     {Roots: w.ca.Pool(), KeyUsages: client, Intermediates: issuer},
	} {
		if _, err := parsed(t, identity(t, name).chain[0]).Verify(repaired); err != nil {
			t.Errorf("%s, repaired: %v", name, err)
		}
	}
	other := parsed(t, identity(t, "issued-by-leaf").chain[1])
	if _, err := other.Verify(x509.VerifyOptions{Roots: w.ca.Pool(), KeyUsages: client}); err != nil || other.IsCA {
		t.Errorf("the issuer of issued-by-leaf is no good leaf: CA %t, %v", other.IsCA, err)
	}
	if mismatch := identity(t, "key-mismatch"); mismatch.Fingerprint() != identity(t, harness.Good).Fingerprint() {
		t.Error("the certificate of key-mismatch is not good's")
	}
}

func TestCheckRefusesAnIllFormedCatalogue(t *testing.T) {
	if err := check(Catalogue); err != nil {
		t.Fatal(err)
	}
	bad := Catalogue[len(Catalogue)-1]
	for want, spoil := range map[string]func(*Identity){
		"not lower case":  func(id *Identity) { id.Name = "Two, words" },
		"there twice":     func(id *Identity) { id.Name = "expired" },
		"nobody is there": func(id *Identity) { id.Name = harness.Nobody },
		"incomplete":      func(id *Identity) { id.Defect = "" },
		"says otherwise":  func(id *Identity) { id.OpenSSL = ok },
		`"invalid"`:       func(id *Identity) { id.Good, id.OpenSSL = true, "invalid" },
	} {
		entry := bad
		spoil(&entry)
		err := check(append(slices.Clone(Catalogue), entry))
		if entry.Name == bad.Name { // or the repetition would be what is found
			err = check(append(slices.Clone(Catalogue[:len(Catalogue)-1]), entry))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v does not say %q", entry.Name, err, want)
		}
	}
	if err := check(Catalogue[1:]); err == nil || !strings.Contains(err.Error(), "not good") {
		t.Errorf("without good: %v", err)
	}
}

// The order is that of reports.
func TestNames(t *testing.T) {
	good := "good no-extended-usage both-usages intermediate-sent ecdsa-p256 ed25519"
	bad := "foreign-ca-same-subject foreign-ca-other-subject expired not-yet-valid server-auth-only " +
		"self-signed issued-by-leaf key-mismatch intermediate-missing"
	if got := strings.Join(Names(true), " "); !strings.HasPrefix(got, good) {
		t.Errorf("the good ones are %s", got)
	}
	if got := strings.Join(Names(false), " "); !strings.HasPrefix(got, bad) {
		t.Errorf("the bad ones are %s", got)
	}
}

func TestUnknownIdentityIsAnErrorThatNamesTheKnownOnes(t *testing.T) {
	_, lookup := Lookup("goood")
	_, take := sharedCerts(t).Identity("goood")
	for _, err := range []error{lookup, take} {
		for _, want := range append([]string{`"goood"`, harness.Nobody}, append(Names(true), Names(false)...)...) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v does not name %s", err, want)
			}
		}
	}
}

func TestNobodyHasNoCertificate(t *testing.T) {
	id, err := Lookup(harness.Nobody)
	if err != nil || id.Name != harness.Nobody || id.Good {
		t.Errorf("nobody is %+v, %v", id, err)
	}
	nobody := identity(t, harness.Nobody)
	if len(nobody.chain) > 0 || len(nobody.TLS().Certificate) > 0 || nobody.TLS().PrivateKey != nil || len(nobody.CertPEM()) > 0 {
		t.Error("nobody has a certificate")
	}
	if _, err := nobody.KeyPEM(); err == nil || !strings.Contains(err.Error(), "there is none") {
		t.Errorf("nobody has a key, or the error does not say so: %v", err)
	}
	if id, err := Lookup("expired"); err != nil || id.Name != "expired" {
		t.Errorf("expired is %+v, %v", id, err)
	}
}
