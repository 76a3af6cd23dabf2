package start

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

func (b *Facts) plainREST() bool {
	return slices.ContainsFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Client == harness.REST && s.Transport == harness.TransportPlain && s.Outcome == harness.Served
	})
}

// servesNobody reports whether a client without a certificate was served that
// should not have been.
func (b *Facts) servesNobody() bool {
	return slices.ContainsFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Identity == harness.Nobody && s.Port == harness.GRPC && s.Outcome == harness.Served
	})
}

// judgeInternal asks at the port that components use: the call that is made
// there is none of theirs, so any answer of the API shows what the port speaks.
func judgeInternal(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch saw {
	case NeverReady:
		return b.undecided()
	case NotStarted:
		return checks.Refute(b.ended())
	default:
	}
	secure := false
	for _, s := range b.Survey {
		if s.Port != harness.InternalProxy || !answeredByAPI(s.Outcome) {
			continue
		}
		switch {
		case s.Transport == harness.TransportPlain:
			return checks.Refute("it started, and components speak to it in plaintext")
		case s.ServerCert != e.ConfiguredCert:
			return checks.Refute("it started, and shows components another certificate than the configured one")
		}
		secure = true
	}
	if !secure {
		return checks.LeaveOpen(harness.CauseNotObserved, "it started, and nothing answered at the port that components use")
	}
	return checks.Confirm("it started, and components speak to it over TLS alone")
}

// judgeLockedOut judges a start on the certificates that a distribution ships by which clients
// the server serves.
func judgeLockedOut(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch saw {
	case NeverReady:
		return b.undecided()
	case NotStarted:
		return e.ConfirmWithControl(b.ended())
	default:
	}
	for _, s := range b.Survey {
		switch {
		case s.Identity != harness.ShippedCA:
		case s.Outcome == harness.Served:
			return checks.Refute("it started, and serves a client whose certificate everybody can make who has the distribution")
		case s.Outcome == harness.RefusedCertificate:
			return checks.Confirm("it started, and refuses a client whose certificate everybody can make who has the distribution")
		}
	}
	return checks.LeaveOpen(harness.CauseNotObserved, "it started, and no client with a certificate of the shipped CA was served or refused")
}

func answeredByAPI(o harness.Outcome) bool {
	switch o {
	case harness.Served, harness.NotOffered, harness.NotReady, harness.APIError, harness.RefusedCredentials:
		return true
	default:
		return false
	}
}
