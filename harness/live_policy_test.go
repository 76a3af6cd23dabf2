package harness

import (
	"errors"
	"strings"
	"testing"
	"time"
)

type strangeCheck struct{ Attempt }

func (strangeCheck) Resolve(Topology) Check { return strangeCheck{Attempt{Port: GRPC}} }
func (strangeCheck) Traits(Topology) Traits { return Traits{} }

// What nobody has said to be harmless is not asked of somebody's deployment.
func TestAttachedAllowsAndDoesNotForbid(t *testing.T) {
	s := LivePolicy{
		Ports: []Port{GRPC, HTTP}, Trusts: []TrustStore{TrustCA},
		Lacks: func(id string) string { return map[string]string{"expired": "no key"}[id] },
		Filed: func(id string) bool { return id == Good },
	}
	topology := Topology{Name: "it", Mode: 2, Attached: true}
	ended := s
	ended.Ended = true
	if why := ended.reason(Claim{Live: true}, Case{Check: Attempt{Client: Curl, Port: HTTP, Identity: Good}}, topology); !strings.Contains(why, "has ended") {
		t.Errorf("curl at a server whose certificate has ended: %q", why)
	}
	if why := ended.reason(Claim{Live: true}, Case{Check: Attempt{Client: Raw, Port: HTTP, Identity: Good}}, topology); why != "" {
		t.Errorf("raw at a server whose certificate has ended: %q", why)
	}
	live := Claim{Live: true}
	for name, tt := range map[string]struct {
		claim Claim
		check Check
		want  string // part of the reason; empty where it is asked
	}{
		"an attempt":                 {live, Attempt{Client: Raw, Port: GRPC}, ""},
		"a claim that is silent":     {Claim{}, Attempt{Client: Raw, Port: GRPC}, "judged on servers that are started for it"},
		"a start":                    {live, Start{}, "already runs"},
		"an ordeal":                  {live, Resilience{Port: GRPC, Idle: IdleSilent}, "may end a server"},
		"an inspection":              {live, RecipeCheck{}, "not known to be harmless"},
		"a look of no known kind":    {live, strangeCheck{}, "not known to be harmless"},
		"a request of no known kind": {live, Attempt{Client: Raw, Port: GRPC, Request: "flood"}, "not known to be harmless"},
		"writing":                    {live, Attempt{Client: Go, Port: GRPC, Request: RequestData}, "WRITES=yes"},
		"a port without address":     {live, Attempt{Client: Raw, Port: Management}, "no address was given for management"},
		"an identity that lacks":     {live, Attempt{Client: Raw, Port: GRPC, Identity: "expired"}, "no key"},
		"a trust without file":       {live, Attempt{Client: Raw, Port: GRPC, TrustStore: TrustServer}, "no file was given"},
		"curl with a made key":       {live, Attempt{Client: Curl, Port: HTTP, Identity: "ed25519"}, "written nowhere"},
		"curl with the owner's":      {live, Attempt{Client: Curl, Port: HTTP, Identity: Good}, ""},
	} {
		got := s.reason(tt.claim, Case{Check: tt.check, Want: Served}, topology)
		if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A password goes to nobody without TLS where TLS is configured.
func TestAPasswordIsNotOverheard(t *testing.T) {
	for mode, want := range map[int]Login{0: LoginRoot, 1: LoginNone, 2: LoginNone} {
		a := Attempt{Client: Raw, Port: GRPC, Transport: TransportPlain}.resolve(Topology{Mode: mode, Users: true, Attached: true})
		if a.Login != want {
			t.Errorf("mode %d: %s in plaintext", mode, a.Login)
		}
	}
	if a := (Attempt{Client: Raw, Port: GRPC, TrustStore: TrustAnything}).resolve(Topology{Mode: 1, Users: true, Attached: true}); a.Login != LoginNone {
		t.Errorf("%s to a server that nobody checked", a.Login)
	}
}

func TestJudgeCertFacts(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	good := Certificate{Subject: "CN=a", Issuer: "CN=b", Starts: now.AddDate(-1, 0, 0), Ends: now.AddDate(0, 0, 31), Key: "RSA", Bits: 2048, Signature: "SHA256-RSA"}
	for name, tt := range map[string]struct {
		trait  Trait
		change func(*Certificate)
		want   Verdict
		says   string
	}{
		"lasts":          {Lasting, func(*Certificate) {}, Confirmed, "for 31 days"},
		"ends soon":      {Lasting, func(c *Certificate) { c.Ends = now.AddDate(0, 0, 29) }, Refuted, "in 29 days, and 30 are asked for"},
		"has ended":      {Lasting, func(c *Certificate) { c.Ends = now.AddDate(0, 0, -3) }, Refuted, "3 days ago"},
		"has not begun":  {Lasting, func(c *Certificate) { c.Starts = now.AddDate(0, 0, 1) }, Refuted, "starts only on 2026-01-02"},
		"is strong":      {Strong, func(*Certificate) {}, Confirmed, "RSA 2048 bits"},
		"RSA 1024":       {Strong, func(c *Certificate) { c.Bits = 1024 }, Refuted, "1024 bits"},
		"P-224":          {Strong, func(c *Certificate) { c.Key, c.Bits = "ECDSA", 224 }, Refuted, "224 bits"},
		"Ed25519":        {Strong, func(c *Certificate) { c.Key, c.Bits, c.Signature = "Ed25519", 256, "Ed25519" }, Confirmed, "Ed25519"},
		"SHA-1":          {Strong, func(c *Certificate) { c.Signature = "SHA1-RSA" }, Refuted, "SHA1-RSA"},
		"DSA":            {Strong, func(c *Certificate) { c.Key = "DSA" }, Refuted, "not known to be strong"},
		"ends, is asked": {Strong, func(c *Certificate) { c.Ends = now }, Confirmed, ""},
	} {
		c := good
		tt.change(&c)
		j := Judge(CertCheck{}, CertOK, Evidence{Saw: &CertFacts{Trait: tt.trait, Taken: now, Days: 30, Certificates: []Certificate{c}}})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v, %s", name, j.Verdict, j.Reason)
		}
	}
	if j := Judge(CertCheck{}, CertOK, Evidence{Saw: &Observation{End: EndNotTLS}}); j.Verdict != Inconclusive {
		t.Errorf("a port without a certificate: %v, %s", j.Verdict, j.Reason)
	}
}

func TestJudgeWhatIsWithheldAndKeptOut(t *testing.T) {
	served, gone, silent := &Observation{Answer: AnswerData}, &Observation{End: EndDialRefused}, &Observation{End: EndTimeout}
	refused := &Observation{End: EndAlert, Alert: &Alert{Code: alertProtocolVersion}, HandshakeDone: true}
	none := &Observation{Answer: AnswerNoService}
	for name, tt := range map[string]struct {
		want    Outcome
		saw     Facts
		control Facts
		lost    error
		verdict Verdict
	}{
		"handed out":                         {Withheld, served, served, nil, Refuted},
		"not there":                          {Withheld, none, served, nil, Confirmed},
		"not there, but an answer":           {Unreachable, none, served, nil, Refuted},
		"nothing listens":                    {Unreachable, gone, served, nil, Confirmed},
		"dropped by a firewall":              {Unreachable, silent, refused, nil, Confirmed},
		"dropped, and so is gRPC":            {Unreachable, silent, silent, nil, Inconclusive},
		"dropped, and nobody asked gRPC":     {Unreachable, silent, nil, errors.New("x"), Inconclusive},
		"let in":                             {KeptOut, served, served, nil, Refuted},
		"asked for a password":               {KeptOut, &Observation{Answer: AnswerNoLogin}, nil, nil, Refuted},
		"kept out":                           {KeptOut, refused, nil, errors.New("x"), Confirmed},
		"kept waiting":                       {KeptOut, silent, nil, nil, Inconclusive},
		"let in by both":                     {NotWeaker, served, served, nil, Confirmed},
		"let in by REST alone":               {NotWeaker, served, refused, nil, Refuted},
		"let in by REST, and gRPC is silent": {NotWeaker, served, silent, nil, Inconclusive},
		"kept out by REST":                   {NotWeaker, refused, served, nil, Confirmed},
	} {
		var check Check = Attempt{}
		switch tt.want {
		case Withheld, Unreachable:
			check = HTTPGet{}
		case NotWeaker:
			check = ComparePorts{}
		default:
		}
		if j := Judge(check, tt.want, Evidence{Saw: tt.saw, Control: tt.control, ControlErr: tt.lost}); j.Verdict != tt.verdict {
			t.Errorf("%s: %v, %s", name, j.Verdict, j.Reason)
		}
	}
}
