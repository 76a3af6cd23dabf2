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
	more.clientCAs = []*CA{w.ca, w.stranger}
	return &more
}

// A Pass is what every server is given, or every component of one, before the next pass
// begins.
type Pass struct {
	Name  string
	Certs *CertSet
}

// ClientCAHandover returns the passes in which a server goes over to the CA of ForeignCA's
// certificate, so that each client is served as long as it has either certificate.
func (w *CertSet) ClientCAHandover() []Pass {
	only := *w
	only.clientCAs = []*CA{w.stranger}
	return []Pass{{"both CAs in ca.pem", w.WithSecondCA()}, {"the new CA alone", &only}}
}

// InternalCAHandover returns the passes in which components go over to another CA, so that
// each trusts every other at any time: first both CAs, then the certificates of the new
// one, then that alone.
func (w *CertSet) InternalCAHandover() ([]Pass, error) {
	both, renewed := *w, *w
	both.insideCAs = []*CA{w.ca, w.another}
	renewed.insideCAs = both.insideCAs
	var err error
	if renewed.inside, err = w.another.Issue(insideLeaf); err != nil {
		return nil, fmt.Errorf("issue the internal certificate anew: %w", err)
	}
	only := renewed
	only.insideCAs = []*CA{w.another}
	return []Pass{{"both CAs trusted", &both}, {"certificates of the new CA", &renewed}, {"the new CA alone", &only}}, nil
}
