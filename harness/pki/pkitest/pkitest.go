// Package pkitest gives tests the certificates of a run without the time that
// making and using them takes a run.
package pkitest

import (
	"sync"
	"testing"

	"milvus-tls-e2e/harness/pki"
)

// wallet is made once in a test binary: nothing changes it, so all tests may
// share it.
var wallet = sync.OnceValues(func() (*pki.Wallet, error) { return pki.NewWalletOf(pki.ECDSAP256) })

// Wallet gives the one set of certificates of this test binary, with keys of
// ECDSA P-256. A test of RSA itself takes pki.NewWallet.
func Wallet(t testing.TB) *pki.Wallet {
	t.Helper()
	w, err := wallet()
	if err != nil {
		t.Fatal(err)
	}
	return w
}
