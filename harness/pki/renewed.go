package pki

import "fmt"

// WithRenewedServerCert returns the same certificate set with a new certificate and key for the server,
// which the same CA has issued, as an operator renews them before they end.
func (w *CertSet) WithRenewedServerCert() (*CertSet, error) {
	more := *w
	var err error
	if more.server, err = w.ca.Issue(Leaf{Usages: ServerAuth, Kind: ECDSAP256}); err != nil {
		return nil, fmt.Errorf("renew the server's certificate: %w", err)
	}
	return &more, nil
}

// WithSecondCA returns the same certificate set, whose server trusts the CA of ForeignCA's
// certificate as well, as it does while clients go over from one CA to another.
func (w *CertSet) WithSecondCA() *CertSet {
	more := *w
	more.joining = w.stranger
	return &more
}
