// Package pkitest gives tests the certificates of a run without the time that
// making and using them takes a run.
package pkitest

import (
	"sync"
	"testing"

	"milvus-tls-e2e/harness/pki"
)

// certs is made once in a test binary: nothing changes it, so all tests may
// share it.
var certs = sync.OnceValues(func() (*pki.CertSet, error) { return pki.NewCertSetOf(pki.ECDSAP256) })

// CertSet returns the one set of certificates of this test binary, with keys of
// ECDSA P-256. A test of RSA itself takes pki.NewWallet.
func CertSet(t testing.TB) *pki.CertSet {
	t.Helper()
	w, err := certs()
	if err != nil {
		t.Fatal(err)
	}
	return w
}
