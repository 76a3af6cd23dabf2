package harness

import (
	"fmt"
	"slices"
)

// plainREST tells whether REST was served in plaintext anywhere.
func (b *StartResult) plainREST() bool {
	return slices.ContainsFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Client == REST && s.Transport == TransportPlain && s.Outcome == Served
	})
}

// servesNobody tells whether a client without a certificate was served that
// should not have been.
func (b *StartResult) servesNobody() bool {
	return slices.ContainsFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Identity == Nobody && s.Port == GRPC && s.Outcome == Served
	})
}

// judgeInternal asks at the port that components use: the call that is made
// there is none of theirs, so any answer of the API shows what the port speaks.
func judgeInternal(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	switch saw {
	case NeverReady:
		return LeaveOpen(CauseNotReady, fmt.Sprintf("it was neither ready nor ended after %.1f s", b.Seconds))
	case NotStarted:
		return Refute(b.ended())
	default:
	}
	secure := false
	for _, s := range b.Survey {
		if s.Port != InternalProxy || !answeredByAPI(s.Outcome) {
			continue
		}
		switch {
		case s.Transport == TransportPlain:
			return Refute("it started, and components speak to it in plaintext")
		case s.ServerCert != e.ConfiguredCert:
			return Refute("it started, and shows components another certificate than the configured one")
		}
		secure = true
	}
	if !secure {
		return LeaveOpen(CauseNotObserved, "it started, and nothing answered at the port that components use")
	}
	return Confirm("it started, and components speak to it over TLS alone")
}

// ByShippedCA is the identity that everybody can make who has the distribution
// of a server that ships a CA with its key.
const ByShippedCA = "shipped-ca"

// judgeLockedOut judges a start on the certificates that a distribution ships by
// whom the server lets in.
func judgeLockedOut(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	switch saw {
	case NeverReady:
		return LeaveOpen(CauseNotReady, fmt.Sprintf("it was neither ready nor ended after %.1f s", b.Seconds))
	case NotStarted:
		return e.ConfirmWithControl(b.ended())
	default:
	}
	for _, s := range b.Survey {
		switch {
		case s.Identity != ByShippedCA:
		case s.Outcome == Served:
			return Refute("it started, and serves a client whose certificate everybody can make who has the distribution")
		case s.Outcome == RefusedCertificate:
			return Confirm("it started, and refuses a client whose certificate everybody can make who has the distribution")
		}
	}
	return LeaveOpen(CauseNotObserved, "it started, and nobody was served or refused who had a certificate of the shipped CA")
}

// answeredByAPI tells whether an outcome came from the API behind a port.
func answeredByAPI(o Outcome) bool {
	switch o {
	case Served, NotOffered, NotReady, APIError, RefusedCredentials:
		return true
	default:
		return false
	}
}
