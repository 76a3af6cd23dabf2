package check

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/pki"
)

// An obstacle is why a client's result shows nothing about a claim. It names the finding with
// the remedy.
type obstacle struct {
	finding string
	why     string
}

// modeNotWeaker is the claim that a port enforces its mode.
const modeNotWeaker = "mode-not-weaker"

func (o *obstacle) Error() string { return o.why + " (" + o.finding + ")" }

// Cause is that of what cannot be judged for it.
func (*obstacle) Cause() harness.Cause { return harness.CauseNoAccess }

// asksNobody reports whether a port that is meant to be in mode 2 serves without asking for
// a certificate. That is one finding, and not one for each client that it lets in.
func (e *entry) asksNobody(p harness.Port) bool {
	f := e.facts[p]
	return e.topology.Mode == 2 && f != nil && f.Call.Version != "" && f.Call.Outcome() == harness.Served && !f.Call.CertRequested
}

// shutAt returns why no client of this deployment is served at a port, whether or not it accepts
// the server; nil where it may be.
func (r *session) shutAt(p harness.Port, f *access.Facts) *obstacle {
	switch saw := f.Call.Outcome(); {
	case aspect(f, access.AccessReplicas) == access.Failed && f.Unlike():
		return &obstacle{string(access.AccessReplicas), "which of the servers behind " + f.Addr + " answers is chance, and they treat clients differently"}
	case aspect(f, access.Address) == access.Failed:
		return &obstacle{string(access.Address), map[harness.Port]string{harness.GRPC: "gRPC", harness.HTTP: "REST"}[p] + " does not answer at " + f.Addr}
	case saw == harness.RefusedALPN:
		return &obstacle{string(access.ALPN), f.Addr + " selects no protocol that Milvus speaks"}
	case r.topology.TLS() && saw == harness.RefusedTLS:
		return &obstacle{modeNotWeaker, f.Addr + " speaks no TLS"}
	case r.topology.TLS() && aspect(f, access.Client) == access.Failed:
		return &obstacle{string(access.Client), "the client of the target was " + saw.Summary()}
	case r.users.User != "" && f.Untrusted != "":
		return &obstacle{string(access.Trust), "no password is sent to a server whose certificate clients do not trust"}
	case r.users.User != "" && f.Misnamed != "":
		return &obstacle{string(access.Name), "no password is sent to a server whose certificate is for another name"}
	}
	return nil
}

func (e *entry) found() bool { return len(e.shut) > 0 || e.noALPN != nil || e.past != "" }

// goPast makes clients accept the server as it is where they do not: that is a finding of its
// own, and must hide no other.
func (r *session) goPast() error {
	var why []string
	p, e := r.parts, r.entry
	for _, port := range []harness.Port{harness.GRPC, harness.HTTP} {
		f, chain := e.facts[port], e.chains[port]
		if f == nil || len(chain) == 0 || e.shut[port] != nil {
			continue
		}
		leaf := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: chain[0].Raw})
		if r.refuses(chain, p.Trust, "") && !bytes.Contains(p.Trust, leaf) {
			p.Trust = append(bytes.TrimRight(slices.Clone(p.Trust), "\n"), append([]byte("\n"), leaf...)...)
			finding := string(access.Trust)
			if f.Untrusted == "" {
				finding = "the findings about validity"
			}
			why = append(why, finding+", with the certificate that "+f.Addr+" shows trusted as it is")
		}
		if f.Misnamed != "" {
			if name := nameOf(chain[0]); name != "" && r.topology.ServerName == r.target.Name {
				r.topology.ServerName = name
				why = append(why, string(access.Name)+", with "+name+" expected instead")
			}
		}
		if aspect(f, access.AccessReplicas) == access.Failed {
			p.Server = nil
			why = append(why, string(access.AccessReplicas)+", with whatever certificate is shown taken for the configured one")
		} else if f.Another {
			if port == harness.GRPC {
				p.Server = leaf
			}
			why = append(why, string(access.Certificate)+", with the certificate that "+f.Addr+" shows taken for the configured one")
		}
		if r.refuses(chain, p.Trust, r.topology.ServerName) {
			e.shut[port] = &obstacle{string(access.Name), "the certificate at " + f.Addr + " can be accepted under no name and trust"}
			if f.Untrusted != "" {
				e.shut[port].finding = string(access.Trust)
			}
		}
	}
	if len(why) == 0 {
		return nil
	}
	slices.Sort(why)
	e.past = "judged past " + strings.Join(slices.Compact(why), "; ")
	r.pinned = true
	r.parts = p
	if g, h := e.chains[harness.GRPC], e.chains[harness.HTTP]; len(g) > 0 && len(h) > 0 && !g[0].Equal(h[0]) && (e.facts[harness.GRPC].Another || e.facts[harness.HTTP].Another) {
		r.parts.Server = nil // the ports show different ones
	}
	w, err := pki.Assemble(r.parts)
	if err != nil {
		return fmt.Errorf("%s: %w", r.target.File, err)
	}
	r.certs, r.caller.certs, r.caller.topology = w, w, r.topology
	return nil
}

// refuses reports whether a client with a trust file refuses a chain, its leaf's end and,
// where none is given, its name aside.
func (r *session) refuses(chain []*x509.Certificate, trust []byte, name string) bool {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM(trust)
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	leaf := *chain[0]
	if now := time.Now(); now.After(leaf.NotAfter) {
		leaf.NotAfter = now.Add(time.Minute)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name})
	return err != nil
}

func nameOf(c *x509.Certificate) string {
	for _, name := range c.DNSNames {
		if rest, wild := strings.CutPrefix(name, "*."); wild {
			name = "any." + rest
		}
		if c.VerifyHostname(name) == nil {
			return name
		}
	}
	for _, ip := range c.IPAddresses {
		return ip.String()
	}
	return ""
}
