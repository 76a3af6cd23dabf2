package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"time"

	"github.com/Netflix/bettertls/test-suites/pathbuilding"
)

func graphName(i uint, c *pathbuilding.TestCaseImpl) string {
	name := fmt.Sprintf("pathbuilding-%d %s from %s to %s", i, c.ExplicitTestCase.TrustGraph.Name(), c.ExplicitTestCase.SrcNode, c.ExplicitTestCase.DstNode)
	if len(c.ExplicitTestCase.InvalidEdges) > 0 {
		name += fmt.Sprintf(", %s of %v", c.InvalidReason, c.ExplicitTestCase.InvalidEdges)
	}
	return name
}

// graph issues every certificate of a graph. The run's CA is the node that is trusted.
func (m *chainMaker) graph(c *pathbuilding.TestCaseImpl) (ClientChain, error) {
	of := c.ExplicitTestCase
	made := ClientChain{Reachable: PathNone}
	if len(of.TrustGraph.Reachable(of.InvalidEdges, of.SrcNode, of.DstNode)) > 0 {
		made.Reachable = PathThere
	}
	key, err := m.key(of.DstNode)
	if err != nil {
		return made, err
	}
	var leaves, others [][]byte
	for _, edge := range of.TrustGraph.GetAllEdges() {
		why := pathbuilding.InvalidReason(pathbuilding.INVALID_REASON_UNSPECIFIED)
		if edge.MemberOf(of.InvalidEdges) {
			why = c.InvalidReason
		}
		der, err := m.edge(of, edge, why)
		if err != nil {
			return made, err
		}
		if edge.Destination == of.DstNode {
			leaves = append(leaves, der)
		} else {
			others = append(others, der)
		}
	}
	made.Cert = Cert{chain: slices.Concat(leaves, others), key: key}
	return made, nil
}

// edge issues the certificate that one node gives another, invalid for a reason.
func (m *chainMaker) edge(of *pathbuilding.ExplicitTestCase, e pathbuilding.Edge, why pathbuilding.InvalidReason) ([]byte, error) {
	issuer, err := m.node(of, e.Source)
	if err != nil {
		return nil, err
	}
	holder, err := m.node(of, e.Destination)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		RawSubject: holder.cert.RawSubject, NotBefore: now.Add(-caMargin), NotAfter: now.Add(caMargin),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	if e.Destination == of.DstNode {
		template.KeyUsage, template.IsCA = x509.KeyUsageDigitalSignature, false
		template.DNSNames, template.ExtKeyUsage = []string{"localhost"}, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if err := invalidate(template, why); err != nil {
		return nil, err
	}
	if why != pathbuilding.INVALID_REASON_DEPRECATED_CRYPTO {
		return issuer.sign(template, holder.cert.PublicKey)
	}
	return issuer.signSHA1(template, holder.cert.PublicKey)
}

func (m *chainMaker) node(of *pathbuilding.ExplicitTestCase, name string) (*CA, error) {
	if name == of.SrcNode {
		return m.w.ca, nil
	}
	if made, is := m.cas[name]; is {
		return made, nil
	}
	key, err := m.key(name)
	if err != nil {
		return nil, err
	}
	made, err := NewCA(Authority{Key: key, subject: must(subject(name).ToRDNSequence())})
	if err == nil {
		m.cas[name] = made
	}
	return made, err
}

func invalidate(c *x509.Certificate, why pathbuilding.InvalidReason) error {
	switch why {
	case pathbuilding.INVALID_REASON_UNSPECIFIED, pathbuilding.INVALID_REASON_DEPRECATED_CRYPTO:
	case pathbuilding.INVALID_REASON_EXPIRED:
		c.NotAfter = time.Now().Add(-time.Hour)
	case pathbuilding.INVALID_REASON_NAME_CONSTRAINTS:
		c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"bad.example.com"}
	case pathbuilding.INVALID_REASON_BAD_EKU:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	case pathbuilding.INVALID_REASON_MISSING_BASIC_CONSTRAINTS:
		c.BasicConstraintsValid, c.IsCA = false, false
	case pathbuilding.INVALID_REASON_NOT_A_CA:
		c.IsCA = false
	default:
		return fmt.Errorf("issue an invalid certificate: %s is no known reason", why)
	}
	return nil
}

// signSHA1 signs over SHA-1, which crypto/x509 does no more.
func (ca *CA) signSHA1(template *x509.Certificate, key crypto.PublicKey) ([]byte, error) {
	der, err := ca.sign(template, key)
	if err != nil {
		return nil, err
	}
	algorithm := null(idSHA1WithRSA)
	if _, is := ca.key.Public().(*ecdsa.PublicKey); is {
		algorithm = pkix.AlgorithmIdentifier{Algorithm: idECDSAWithSHA1}
	}
	made, err := Cert{chain: [][]byte{der}}.resigned(func(c *rawCertificate) { c.TBS.Algorithm, c.Algorithm = algorithm, algorithm }, signedWith(ca.key, crypto.SHA1))
	if err != nil {
		return nil, err
	}
	return made.chain[0], nil
}
