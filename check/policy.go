package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// attached is what this deployment may be asked, and with what.
func (r *session) attached() plan.LivePolicy {
	t := &r.target
	s := plan.LivePolicy{
		Ports: []harness.Port{harness.GRPC}, Trusts: []harness.TrustStore{harness.TrustCA, harness.TrustOther, harness.TrustAnything}, Writes: r.Writes, Ended: r.ended,
		Lacks: func(identity string) string {
			if identity == harness.Nobody {
				return ""
			}
			if _, err := r.certs.Identity(identity); err != nil {
				return fmt.Sprintf("%s does not give what a client with the certificate %s would be made from", filepath.Base(t.File), identity)
			}
			return ""
		},
		Given: func(a harness.Authority) bool { return a != harness.AuthorityClients || t.ClientCA.Certificate != "" },
		Filed: func(identity string) bool { return identity == harness.Good && t.Client.Certificate != "" },
	}
	if t.Addresses.REST != "" {
		s.Ports = append(s.Ports, harness.HTTP)
	}
	if t.Addresses.Management != managementMissing {
		s.Ports = append(s.Ports, harness.Management)
	}
	s.Ports = append(s.Ports, t.Internal.ports()...)
	if t.Certificate != "" && len(r.parts.Server) > 0 {
		s.Trusts = append(s.Trusts, harness.TrustServer)
	}
	return s
}

func (r *session) reproduce(p plan.Planned) string {
	if p.Case == plan.AllCases {
		return fmt.Sprintf("%s --only '%s'", r.Again, p.Claim)
	}
	return fmt.Sprintf("%s --only '%s: %s'", r.Again, p.Claim, strings.ReplaceAll(p.Case, "'", `'\''`))
}

// Only returns the selection of what text names: a claim, or "claim: case". It
// fails where there is no such claim or case.
func Only(text string, claims []harness.Claim) (func(plan.Planned) bool, error) {
	id, name, one := strings.Cut(text, ": ")
	at := slices.IndexFunc(claims, func(c harness.Claim) bool { return c.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("there is no claim %q", id)
	}
	if one && !slices.ContainsFunc(claims[at].Cases, func(c harness.Case) bool { return c.Name == name }) {
		return nil, fmt.Errorf("%s has no case %q", id, name)
	}
	return func(p plan.Planned) bool {
		return p.Claim == id && (!one || p.Case == name || p.Case == plan.AllCases)
	}, nil
}
