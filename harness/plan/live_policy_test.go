package plan

import (
	"errors"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/checks/httpget"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
)

type strangeCheck struct{ harness.Attempt }

func (strangeCheck) Resolve(harness.Topology) harness.Check {
	return strangeCheck{harness.Attempt{Port: harness.GRPC}}
}
func (strangeCheck) Traits(harness.Topology) harness.Traits { return harness.Traits{} }

// What nobody has said to be harmless is not asked of somebody's deployment.
func TestAttachedAllowsAndDoesNotForbid(t *testing.T) {
	s := LivePolicy{
		Ports: []harness.Port{harness.GRPC, harness.HTTP}, Trusts: []harness.TrustStore{harness.TrustCA},
		Lacks: func(id string) string { return map[string]string{"expired": "no key"}[id] },
		Filed: func(id string) bool { return id == harness.Good },
	}
	topology := harness.Topology{Name: "it", Mode: 2, Attached: true}
	ended := s
	ended.Ended = true
	if why := ended.reason(harness.Claim{Live: true}, harness.Case{Check: harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Identity: harness.Good}}, topology); !strings.Contains(why, "has ended") {
		t.Errorf("curl at a server whose certificate has ended: %q", why)
	}
	if why := ended.reason(harness.Claim{Live: true}, harness.Case{Check: harness.Attempt{Client: harness.Raw, Port: harness.HTTP, Identity: harness.Good}}, topology); why != "" {
		t.Errorf("raw at a server whose certificate has ended: %q", why)
	}
	live := harness.Claim{Live: true}
	for name, tt := range map[string]struct {
		claim harness.Claim
		check harness.Check
		want  string // part of the reason; empty where it is asked
	}{
		"an attempt":                 {live, harness.Attempt{Client: harness.Raw, Port: harness.GRPC}, ""},
		"a claim that is silent":     {harness.Claim{}, harness.Attempt{Client: harness.Raw, Port: harness.GRPC}, "judged on servers that are started for it"},
		"a start":                    {live, start.Check{}, "already runs"},
		"a resilience check":         {live, resilience.Check{Port: harness.GRPC, Idle: resilience.IdleSilent}, "may end a server"},
		"an inspection":              {live, recipe.Check{}, "not known to be harmless"},
		"a check of no known kind":   {live, strangeCheck{}, "not known to be harmless"},
		"a request of no known kind": {live, harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Request: "flood"}, "not known to be harmless"},
		"writing":                    {live, harness.Attempt{Client: harness.Go, Port: harness.GRPC, Request: harness.RequestData}, "WRITES=yes"},
		"a port without address":     {live, harness.Attempt{Client: harness.Raw, Port: harness.Management}, "no address was given for management"},
		"an identity that lacks":     {live, harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Identity: "expired"}, "no key"},
		"a trust without file":       {live, harness.Attempt{Client: harness.Raw, Port: harness.GRPC, TrustStore: harness.TrustServer}, "no file was given"},
		"curl with a made key":       {live, harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Identity: "ed25519"}, "written nowhere"},
		"curl with the owner's":      {live, harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Identity: harness.Good}, ""},
	} {
		got := s.reason(tt.claim, harness.Case{Check: tt.check, Want: harness.Served}, topology)
		if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A password goes to nobody without TLS where TLS is configured.
func TestAPasswordIsNotOverheard(t *testing.T) {
	for mode, want := range map[int]harness.Login{0: harness.LoginRoot, 1: harness.LoginNone, 2: harness.LoginNone} {
		a := harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Transport: harness.TransportPlain}.In(harness.Topology{Mode: mode, Users: true, Attached: true})
		if a.Login != want {
			t.Errorf("mode %d: %s in plaintext", mode, a.Login)
		}
	}
	if a := (harness.Attempt{Client: harness.Raw, Port: harness.GRPC, TrustStore: harness.TrustAnything}).In(harness.Topology{Mode: 1, Users: true, Attached: true}); a.Login != harness.LoginNone {
		t.Errorf("%s to a server that nobody checked", a.Login)
	}
}

func TestJudgeCertFacts(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	good := certificate.Certificate{Subject: "CN=a", Issuer: "CN=b", Starts: now.AddDate(-1, 0, 0), Ends: now.AddDate(0, 0, 31), Key: "RSA", Bits: 2048, Signature: "SHA256-RSA"}
	for name, tt := range map[string]struct {
		trait  certificate.Trait
		change func(*certificate.Certificate)
		want   harness.Verdict
		says   string
	}{
		"lasts":          {certificate.Lasting, func(*certificate.Certificate) {}, harness.Confirmed, "for 31 days"},
		"ends soon":      {certificate.Lasting, func(c *certificate.Certificate) { c.Ends = now.AddDate(0, 0, 29) }, harness.Refuted, "in 29 days, and 30 are asked for"},
		"has ended":      {certificate.Lasting, func(c *certificate.Certificate) { c.Ends = now.AddDate(0, 0, -3) }, harness.Refuted, "3 days ago"},
		"has not begun":  {certificate.Lasting, func(c *certificate.Certificate) { c.Starts = now.AddDate(0, 0, 1) }, harness.Refuted, "starts only on 2026-01-02"},
		"is strong":      {certificate.Strong, func(*certificate.Certificate) {}, harness.Confirmed, "RSA 2048 bits"},
		"RSA 1024":       {certificate.Strong, func(c *certificate.Certificate) { c.Bits = 1024 }, harness.Refuted, "1024 bits"},
		"P-224":          {certificate.Strong, func(c *certificate.Certificate) { c.Key, c.Bits = "ECDSA", 224 }, harness.Refuted, "224 bits"},
		"Ed25519":        {certificate.Strong, func(c *certificate.Certificate) { c.Key, c.Bits, c.Signature = "Ed25519", 256, "Ed25519" }, harness.Confirmed, "Ed25519"},
		"SHA-1":          {certificate.Strong, func(c *certificate.Certificate) { c.Signature = "SHA1-RSA" }, harness.Refuted, "SHA1-RSA"},
		"DSA":            {certificate.Strong, func(c *certificate.Certificate) { c.Key = "DSA" }, harness.Refuted, "not known to be strong"},
		"ends, is asked": {certificate.Strong, func(c *certificate.Certificate) { c.Ends = now }, harness.Confirmed, ""},
	} {
		c := good
		tt.change(&c)
		j := checks.Judge(certificate.Check{}, certificate.OK, checks.Evidence{Saw: &certificate.Facts{Trait: tt.trait, Taken: now, Days: 30, Certificates: []certificate.Certificate{c}}})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v, %s", name, j.Verdict, j.Reason)
		}
	}
	if j := checks.Judge(certificate.Check{}, certificate.OK, checks.Evidence{Saw: &connection.Observation{End: connection.EndNotTLS}}); j.Verdict != harness.Inconclusive {
		t.Errorf("a port without a certificate: %v, %s", j.Verdict, j.Reason)
	}
}

func TestJudgeWhatIsWithheldAndKeptOut(t *testing.T) {
	served, gone, silent := &connection.Observation{Answer: connection.AnswerData}, &connection.Observation{End: connection.EndDialRefused}, &connection.Observation{End: connection.EndTimeout}
	refused := &connection.Observation{End: connection.EndAlert, Alert: &connection.Alert{Code: connection.AlertProtocolVersion}, HandshakeDone: true}
	none := &connection.Observation{Answer: connection.AnswerNoService}
	for name, tt := range map[string]struct {
		want    harness.Outcome
		saw     harness.Facts
		control harness.Facts
		lost    error
		verdict harness.Verdict
	}{
		"handed out":                         {httpget.Withheld, served, served, nil, harness.Refuted},
		"not there":                          {httpget.Withheld, none, served, nil, harness.Confirmed},
		"not there, but an answer":           {httpget.Unreachable, none, served, nil, harness.Refuted},
		"nothing listens":                    {httpget.Unreachable, gone, served, nil, harness.Confirmed},
		"dropped by a firewall":              {httpget.Unreachable, silent, refused, nil, harness.Confirmed},
		"dropped, and so is gRPC":            {httpget.Unreachable, silent, silent, nil, harness.Inconclusive},
		"dropped, and nobody asked gRPC":     {httpget.Unreachable, silent, nil, errors.New("x"), harness.Inconclusive},
		"let in":                             {harness.KeptOut, served, served, nil, harness.Refuted},
		"asked for a password":               {harness.KeptOut, &connection.Observation{Answer: connection.AnswerNoLogin}, nil, nil, harness.Refuted},
		"kept out":                           {harness.KeptOut, refused, nil, errors.New("x"), harness.Confirmed},
		"kept waiting":                       {harness.KeptOut, silent, nil, nil, harness.Inconclusive},
		"let in by both":                     {harness.NotWeaker, served, served, nil, harness.Confirmed},
		"let in by REST alone":               {harness.NotWeaker, served, refused, nil, harness.Refuted},
		"let in by REST, and gRPC is silent": {harness.NotWeaker, served, silent, nil, harness.Inconclusive},
		"kept out by REST":                   {harness.NotWeaker, refused, served, nil, harness.Confirmed},
	} {
		var check harness.Check = harness.Attempt{}
		switch tt.want {
		case httpget.Withheld, httpget.Unreachable:
			check = httpget.Check{}
		case harness.NotWeaker:
			check = compare.Ports{}
		default:
		}
		if j := checks.Judge(check, tt.want, checks.Evidence{Saw: tt.saw, Control: tt.control, ControlErr: tt.lost}); j.Verdict != tt.verdict {
			t.Errorf("%s: %v, %s", name, j.Verdict, j.Reason)
		}
	}
}
