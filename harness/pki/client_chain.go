package pki

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"go/version"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/Netflix/bettertls/test-suites/nameconstraints"
	"github.com/Netflix/bettertls/test-suites/pathbuilding"
)

// A ClientChain is a chain of one of Netflix's BetterTLS test cases, issued anew: for a
// client instead of a server, below the run's CA, by this package. A case of its suite
// `pathbuilding` is a graph of CAs some of whose certificates are invalid; one of
// `nameconstraints` is a leaf with names below a CA that permits and excludes names.
type ClientChain struct {
	Name      string // the suite and the number of the case in it, and what it is about
	Cert      Cert
	Reachable Reachable

	accepted func() error // whether crypto/x509 of this Go accepts it, and why not
}

// Reachable is a graph's own result: whether a valid path leads from the run's CA to the leaf.
type Reachable string

// The results of graphs. The zero value is that of a case that is no graph.
const (
	PathThere Reachable = "path"
	PathNone  Reachable = "no-path"
)

type chainCase struct {
	name  string
	issue func(*chainMaker) (ClientChain, error)
}

// chainMaker issues chains. Names have one key each, whichever case they are in.
type chainMaker struct {
	w      *CertSet
	keys   map[string]crypto.Signer
	cas    map[string]*CA    // by name
	leaves map[string][]byte // by what they are made out to
}

func (m *chainMaker) key(of string) (crypto.Signer, error) {
	if key, made := m.keys[of]; made {
		return key, nil
	}
	key, err := newKey(ECDSAP256)
	if err == nil {
		m.keys[of] = key
	}
	return key, err
}

func chainCases() ([]chainCase, error) {
	var all []chainCase
	graphs, names := pathbuilding.NewTestCaseProvider(), nameconstraints.NewTestCaseProvider()
	for i := range count(graphs.GetTestCaseCount()) {
		one, err := graphs.GetTestCase(i)
		if err != nil {
			return nil, err
		}
		graph, is := one.(*pathbuilding.TestCaseImpl)
		if !is {
			return nil, fmt.Errorf("read BetterTLS: path building's case %d is a %T", i, one)
		}
		all = append(all, chainCase{graphName(i, graph), func(m *chainMaker) (ClientChain, error) { return m.graph(graph) }})
	}
	for i := range count(names.GetTestCaseCount()) {
		one, err := names.GetTestCase(i)
		if err != nil {
			return nil, err
		}
		named, is := one.(nameconstraints.NameConstraintsTestCase)
		if !is {
			return nil, fmt.Errorf("read BetterTLS: name constraints' case %d is a %T", i, one)
		}
		all = append(all, chainCase{constraintsName(i, named), func(m *chainMaker) (ClientChain, error) { return m.constrained(named) }})
	}
	return all, nil
}

// count leaves out an error that the suites never give.
func count(n uint, _ error) uint { return n }

// issuedChains are the chains that were requested of a certificate set, by their number.
type issuedChains struct {
	mu   sync.Mutex
	made map[int][]ClientChain
}

// ClientChains returns the chains of BetterTLS, which are issued once: all of them, or a
// sample of so many, which holds every graph and is the same each time. The CA file of a
// server that judges them is the run's own.
func (w *CertSet) ClientChains(sample int) ([]ClientChain, error) {
	if w.chains == nil {
		return nil, fmt.Errorf("issue chains: %w", errNotGiven)
	}
	w.chains.mu.Lock()
	defer w.chains.mu.Unlock()
	if made, done := w.chains.made[sample]; done {
		return made, nil
	}
	made, err := w.issueChains(sample)
	if err == nil {
		w.chains.made[sample] = made
	}
	return made, err
}

func (w *CertSet) issueChains(sample int) ([]ClientChain, error) {
	cases, err := chainCases()
	if err != nil {
		return nil, err
	}
	m := &chainMaker{w: w, keys: map[string]crypto.Signer{}, cas: map[string]*CA{}, leaves: map[string][]byte{}}
	chains := make([]ClientChain, 0, len(cases))
	for _, c := range sampled(cases, sample) {
		made, err := c.issue(m)
		if err != nil {
			return nil, fmt.Errorf("issue chain %s: %w", c.name, err)
		}
		made.Name = c.name
		made.accepted = sync.OnceValue(func() error { return w.accepts(made.Cert, func(*x509.Certificate) {}) })
		chains = append(chains, made)
	}
	return chains, nil
}

// sampled returns all for 0, and else every graph and, of the others, as many as are left,
// evenly spread.
func sampled(cases []chainCase, n int) []chainCase {
	if n <= 0 || n >= len(cases) {
		return cases
	}
	graphs := int(count(pathbuilding.NewTestCaseProvider().GetTestCaseCount()))
	some := append([]chainCase{}, cases[:min(n, graphs)]...)
	others := cases[graphs:]
	for i := range n - len(some) {
		some = append(some, others[i*len(others)/(n-len(some)+i)])
	}
	return some
}

func subject(name string) pkix.Name {
	return pkix.Name{CommonName: name, Organization: []string{"milvus-tls-e2e chains"}}
}

// hostlessURIs is the first Go release that refuses a URI without a host below a CA with any
// name constraint. Earlier ones held URIs against constraints about URIs alone (seen of
// 1.20.4 to 1.25.11, and of 1.26.0).
const hostlessURIs = "1.26"

// lostPath is the graph whose one valid path Go releases before foundPath do not find (seen
// of 1.18.2, 1.18.4 and 1.18.10, and of a 2.2.16 with 1.18.3; 1.19.2 finds it).
const (
	lostPath  = "pathbuilding-57 "
	foundPath = "1.19"
)

// errLostPath is why such a release refuses it.
var errLostPath = errors.New("x509: certificate specifies an incompatible key usage")

// Accepts reports whether crypto/x509 of this Go accepts a chain below the certificate set's
// CA, and why not.
func (c ClientChain) Accepts() error { return c.accepted() }

// AcceptsAs is Accepts as an earlier Go release than this one has it, as far as it is known
// what chains of BetterTLS they treat otherwise; and whether this is one of those.
func (w *CertSet) AcceptsAs(release string, c ClientChain) (differs bool, why error) {
	before := func(other string) bool { return release != "" && version.Compare("go"+release, "go"+other) < 0 }
	now, then := c.Accepts(), error(nil)
	switch {
	case before(foundPath) && strings.HasPrefix(c.Name, lostPath):
		then = errLostPath
	case now != nil && before(hostlessURIs):
		then = w.accepts(c.Cert, func(leaf *x509.Certificate) {
			leaf.URIs = slices.DeleteFunc(leaf.URIs, func(u *url.URL) bool { return u.Host == "" })
		})
	default:
		then = now
	}
	return (then == nil) != (now == nil), then
}

// accepts verifies a chain whose leaf is read otherwise.
func (w *CertSet) accepts(c Cert, read func(leaf *x509.Certificate)) error {
	var certs []*x509.Certificate
	for _, der := range c.chain {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return errNotGiven
	}
	read(certs[0])
	between := x509.NewCertPool()
	for _, cert := range certs[1:] {
		between.AddCert(cert)
	}
	_, err := certs[0].Verify(x509.VerifyOptions{Roots: w.ca.Pool(), Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err
}
