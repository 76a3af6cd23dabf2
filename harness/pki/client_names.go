package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	nc "github.com/Netflix/bettertls/test-suites/nameconstraints"
)

// trinary encodes one value of a case as a letter: none, inside the constraint, or outside.
func trinary(v nc.TrinaryValue) string {
	return map[nc.TrinaryValue]string{nc.EXTVAL_NONE: "-", nc.EXTVAL_VALID: "v", nc.EXTVAL_INVALID: "i"}[v]
}

func constraintsName(i uint, c nc.NameConstraintsTestCase) string {
	name := fmt.Sprintf("nameconstraints-%d for %s: %s CN %s, DNS %s, IP %s; permitted DNS %s, IP %s; excluded DNS %s, IP %s", i, c.ClientHostnameType,
		c.CommonNameType, trinary(c.CommonNameValue), trinary(c.DnsSan), trinary(c.IpSan), trinary(c.NameConstraintsDnsWhitelist),
		trinary(c.NameConstraintsIpWhitelist), trinary(c.NameConstraintsDnsBlacklist), trinary(c.NameConstraintsIpBlacklist))
	if tag, value, err := extraName(c.ExtraSan); err == nil && c.ExtraSan != nil {
		name += fmt.Sprintf("; and name [%d] %q", tag, value)
	}
	return name
}

// extraName returns the additional alternative name of a case, which only its JSON has.
func extraName(s *nc.ExtraSan) (tag int, value []byte, err error) {
	if s == nil {
		return 0, nil, nil
	}
	text, err := s.MarshalJSON()
	if err != nil {
		return 0, nil, err
	}
	var told struct {
		Tag   int    `json:"tag"`
		Value []byte `json:"value"`
	}
	err = json.Unmarshal(text, &told)
	return told.Tag, told.Value, err
}

// constrained returns a leaf below a CA with name constraints, which is below another CA. The
// CAs of all cases have one name and one key, so that one leaf serves every case with its
// names: what is sent differs from case to case by one of the two.
func (m *chainMaker) constrained(c nc.NameConstraintsTestCase) (ClientChain, error) {
	ca, err := m.constrainedCA(c)
	if err != nil {
		return ClientChain{}, err
	}
	key, err := m.key("constrained leaf")
	if err != nil {
		return ClientChain{}, err
	}
	names, err := alternatives(c)
	if err != nil {
		return ClientChain{}, err
	}
	like := commonName(c) + "\x00" + string(slices.Concat(names...))
	if made, is := m.leaves[like]; is {
		return ClientChain{Cert: Cert{chain: append([][]byte{made}, ca.sent...), key: key}}, nil
	}
	now := time.Now()
	template := &x509.Certificate{
		Subject: subject(commonName(c)), NotBefore: now.Add(-backdate), NotAfter: now.Add(caMargin), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}
	if len(names) > 0 {
		template.ExtraExtensions = []pkix.Extension{{Id: idAlternativeName, Value: sequence(names...)}}
	}
	der, err := ca.sign(template, key.Public())
	m.leaves[like] = der
	return ClientChain{Cert: Cert{chain: append([][]byte{der}, ca.sent...), key: key}}, err
}

func (m *chainMaker) constrainedCA(c nc.NameConstraintsTestCase) (*CA, error) {
	like := "constrained " + strings.Join([]string{trinary(c.NameConstraintsDnsWhitelist), trinary(c.NameConstraintsIpWhitelist),
		trinary(c.NameConstraintsDnsBlacklist), trinary(c.NameConstraintsIpBlacklist)}, " ")
	if made, is := m.cas[like]; is {
		return made, nil
	}
	above, err := m.upperCA()
	if err != nil {
		return nil, err
	}
	shared, err := m.key("constrained CA")
	if err != nil {
		return nil, err
	}
	template, key, err := Authority{Key: shared, subject: must(subject("constrained CA").ToRDNSequence())}.template()
	if err != nil {
		return nil, err
	}
	made, err := above.sub(template, key, func(t *x509.Certificate) { constrain(t, c) }, nil)
	if err == nil {
		m.cas[like] = made
	}
	return made, err
}

func (m *chainMaker) upperCA() (*CA, error) {
	const name = "upper CA of constrained ones"
	if made, is := m.cas[name]; is {
		return made, nil
	}
	template, key, err := Authority{Kind: ECDSAP256, subject: must(subject(name).ToRDNSequence())}.template()
	if err != nil {
		return nil, err
	}
	made, err := m.w.ca.sub(template, key, nil, nil)
	if err == nil {
		m.cas[name] = made
	}
	return made, err
}

// chosen returns what a case means by a value; none for none.
func chosen[T any](v nc.TrinaryValue, valid, invalid T) []T {
	switch v {
	case nc.EXTVAL_VALID:
		return []T{valid}
	case nc.EXTVAL_INVALID:
		return []T{invalid}
	default:
		return nil
	}
}

func constrain(t *x509.Certificate, c nc.NameConstraintsTestCase) {
	valid, invalid := block(nc.VALID_IP_RANGE)[0], block(nc.INVALID_IP_RANGE)[0]
	t.PermittedDNSDomains = chosen(c.NameConstraintsDnsWhitelist, nc.VALID_DNS_TREE, nc.INVALID_DNS_TREE)
	t.ExcludedDNSDomains = chosen(c.NameConstraintsDnsBlacklist, nc.VALID_DNS_TREE, nc.INVALID_DNS_NAME)
	t.PermittedIPRanges = chosen(c.NameConstraintsIpWhitelist, valid, invalid)
	t.ExcludedIPRanges = chosen(c.NameConstraintsIpBlacklist, valid, invalid)
	t.PermittedDNSDomainsCritical = len(t.PermittedDNSDomains)+len(t.ExcludedDNSDomains)+len(t.PermittedIPRanges)+len(t.ExcludedIPRanges) > 0
}

func commonName(c nc.NameConstraintsTestCase) string {
	names := chosen(c.CommonNameValue, nc.VALID_DNS_NAME, nc.INVALID_DNS_NAME)
	if c.CommonNameType == nc.CN_TYPE_IP {
		names = chosen(c.CommonNameValue, nc.VALID_IP, nc.INVALID_IP)
	}
	return strings.Join(names, "")
}

func alternatives(c nc.NameConstraintsTestCase) (names [][]byte, err error) {
	const dns, ip = 2, 7
	for _, name := range chosen(c.DnsSan, nc.VALID_DNS_NAME, nc.INVALID_DNS_NAME) {
		names = append(names, tagged(asn1.ClassContextSpecific, dns, false, []byte(name)))
	}
	for _, name := range chosen(c.IpSan, nc.VALID_IP, nc.INVALID_IP) {
		names = append(names, tagged(asn1.ClassContextSpecific, ip, false, net.ParseIP(name).To4()))
	}
	if c.ExtraSan != nil {
		tag, value, err := extraName(c.ExtraSan)
		if err != nil {
			return nil, err
		}
		names = append(names, tagged(asn1.ClassContextSpecific, tag, false, value))
	}
	return names, nil
}
