package harness

// Outcome is what came of one look at a server. It is a closed set: a case
// wants one, an observation shows one, and Judge compares the two.
type Outcome int

// The outcomes. The zero value is none of them.
const (
	_ Outcome = iota

	// What a connection can come to.

	Served               // the API carried the request out
	RefusedNoCertificate // the server refused the client for want of a certificate
	RefusedCertificate   // the server refused the certificate that the client showed
	RefusedProtocol      // the server refused the protocol version
	RefusedALPN          // the server agreed to none of the application protocols that the client offered
	RefusedPlaintext     // a TLS port answered nothing of the protocol to a client without TLS
	RefusedTLS           // a port without TLS did not take part in a handshake
	RefusedCredentials   // the API refused the user name and password, or their absence
	RefusedByClient      // the client refused the server's certificate (wrong name, unknown CA)
	NotOffered           // something answered, but the service asked for is not there
	NotReady             // the API answered that it is not ready yet
	ClosedWithoutAlert   // the server closed or reset the connection and gave no reason
	TimedOut             // nothing came within the bound
	NothingListens       // the connection was refused by the operating system
	FailedInClient       // the client failed on its own, before it said anything to the server
	APIError             // the API answered with an error of its own

	// What a start can come to.

	StartedTLS       // the server started and serves gRPC over TLS
	StartedPlain     // the server started and serves gRPC in plaintext
	StartedUnserving // the server started and serves gRPC in no way that was tried
	NotStarted       // the server ended by itself
	NeverReady       // the server neither ended nor became ready within the bound

	// What a recipe check of a recipe's files can come to.

	AsDocumented    // what the page says is what was found
	NotAsDocumented // something else was found
	RecipeFailed    // the recipe could not be carried out, so nothing was found

	// What running something that a page prints can come to.

	Ran         // it ended by itself with status 0, and left what it should
	FailedToRun // it did not

	// What a comparison of clients can come to.

	Agreed    // every client was served, or none
	Disagreed // some clients were served, and some were not

	// What an upgrade from one release to another can come to.

	Kept    // all that was compared is as it was
	Altered // some of it is not

	// What an examination of certificates can come to.

	CertOK    // they are what they should be
	CertNotOK // one of them is not

	// What a resilience check can come to.

	Survived    // the server was not the worse for it
	NotSurvived // it ended, or served whom it should not, or did not serve whom it should

	// What only a case can want: each stands for several of the above.

	Answered      // any application answer after a handshake, whatever it says
	NotServed     // any outcome in which the request was not carried out
	RESTExplained // REST is served, or the server says why it is not
	Unreachable   // nothing answers in plaintext, whatever it is asked
	Withheld      // what is asked for is not handed out
	KeptOut       // TLS lets nobody through to the API who lacks what it asks for
	NotWeaker     // the same, unless gRPC's port does otherwise too

	// What a look at a hop can come to.

	CanaryHidden // what was sent crossed the hop, and was never seen on it
	CanarySeen   // it was seen on the hop

	InternalOverTLS     // the server started, and components speak to it over TLS alone
	InternalLogged      // the log says of TLS between components what is configured
	Unready             // the server did not become ready, and its log says why
	UnreadyShown        // the server did not become ready, and its health address says so
	FailedClosed        // the component at the port answers nothing in plaintext
	Operable            // the server creates and drops collections, or its log says why it is not ready
	FailureStatus       // the server ended by itself, with a status other than 0
	LockedOut           // the server ended, or refuses who has what everybody can make
	ServedNoCertRequest // served, and not asked for a certificate

	HSTSAsConfigured // the server started, and REST's answers over TLS have the configured Strict-Transport-Security header, or none

	// What a client's way to Milvus can come to, in one aspect.

	AccessGiven  // the way is clear
	AccessFailed // it is not

	outcomeEnd
)

var outcomeNames = [outcomeEnd]string{
	Served:               "served",
	RefusedNoCertificate: "refused-no-certificate",
	RefusedCertificate:   "refused-certificate",
	RefusedProtocol:      "refused-protocol",
	RefusedALPN:          "refused-alpn",
	RefusedPlaintext:     "refused-plaintext",
	RefusedTLS:           "refused-tls",
	RefusedCredentials:   "refused-credentials",
	RefusedByClient:      "refused-by-client",
	NotOffered:           "not-offered",
	NotReady:             "not-ready",
	ClosedWithoutAlert:   "closed-without-alert",
	TimedOut:             "timed-out",
	NothingListens:       "nothing-listens",
	FailedInClient:       "failed-in-client",
	APIError:             "api-error",
	StartedTLS:           "started-tls",
	StartedPlain:         "started-plaintext",
	StartedUnserving:     "started-unserving",
	NotStarted:           "not-started",
	NeverReady:           "never-ready",
	AsDocumented:         "as-documented",
	NotAsDocumented:      "not-as-documented",
	RecipeFailed:         "recipe-failed",
	Ran:                  "ran",
	FailedToRun:          "failed-to-run",
	Agreed:               "agreed",
	Disagreed:            "disagreed",
	Kept:                 "kept",
	Altered:              "altered",
	Answered:             "answered",
	NotServed:            "not-served",
	RESTExplained:        "rest-explained",
	InternalOverTLS:      "internal-over-tls",
	CanaryHidden:         "canary-hidden",
	CanarySeen:           "canary-seen",
	InternalLogged:       "internal-logged",
	Unready:              "unready",
	UnreadyShown:         "unready-shown",
	FailedClosed:         "failed-closed",
	Operable:             "operable",
	FailureStatus:        "failure-status",
	HSTSAsConfigured:     "hsts-as-configured",
	LockedOut:            "locked-out",
	ServedNoCertRequest:  "served-no-cert-request",
	CertOK:               "cert-ok",
	CertNotOK:            "cert-not-ok",
	Survived:             "survived",
	NotSurvived:          "not-survived",
	Unreachable:          "unreachable",
	Withheld:             "withheld",
	KeptOut:              "kept-out",
	NotWeaker:            "not-weaker",
	AccessGiven:          "access-given",
	AccessFailed:         "access-failed",
}

// String gives the outcome's name as it stands in results.json.
func (o Outcome) String() string { return enumName(o, outcomeNames[:], "outcome") }

// MarshalText writes the outcome by name.
func (o Outcome) MarshalText() ([]byte, error) { return enumMarshal(o, outcomeNames[:], "outcome") }

// UnmarshalText reads an outcome by name; an unknown name is an error.
func (o *Outcome) UnmarshalText(b []byte) error {
	return enumUnmarshal(o, b, outcomeNames[:], "outcome")
}

// Valid tells whether o is one of the closed set.
func (o Outcome) Valid() bool { return o > 0 && o < outcomeEnd }

// In words, for sentences: "expected it to be ...", "it was ...".
var outcomeSummaries = [outcomeEnd]string{
	Served:               "served",
	RefusedNoCertificate: "refused by the server for want of a client certificate",
	RefusedCertificate:   "refused by the server because of its certificate",
	RefusedProtocol:      "refused by the server because of its TLS version",
	RefusedALPN:          "left without a common application protocol (ALPN)",
	RefusedPlaintext:     "refused for speaking plaintext to a TLS port",
	RefusedTLS:           "turned away because the port speaks no TLS",
	RefusedCredentials:   "refused for its user name and password",
	RefusedByClient:      "broken off by the client, which did not accept the server's certificate",
	NotOffered:           "answered that there is no such service",
	NotReady:             "answered that the server is not ready",
	ClosedWithoutAlert:   "cut off without a TLS alert",
	TimedOut:             "left without an answer",
	NothingListens:       "refused because nothing listens",
	FailedInClient:       "given up by the client itself",
	APIError:             "answered with an API error",
	StartedTLS:           "started, serving gRPC over TLS",
	StartedPlain:         "started, serving gRPC in plaintext",
	StartedUnserving:     "started, serving no gRPC",
	NotStarted:           "ended at its start",
	NeverReady:           "neither ended nor became ready",
	AsDocumented:         "as the page says",
	NotAsDocumented:      "other than the page says",
	RecipeFailed:         "impossible, because the recipe failed",
	Ran:                  "run to its end",
	FailedToRun:          "run, and failed",
	Agreed:               "the same for every client",
	Disagreed:            "not the same for every client",
	Kept:                 "as it was",
	Altered:              "not as it was",
	Answered:             "answered after a verified handshake",
	NotServed:            "not served",
	RESTExplained:        "serving REST or saying why not",
	InternalOverTLS:      "started, serving its components over TLS alone",
	CanaryHidden:         "never seen on the wire",
	CanarySeen:           "seen on the wire",
	InternalLogged:       "told as configured in the log",
	Unready:              "not ready, with the reason in its log",
	UnreadyShown:         "not ready, and seen to be so at its health address",
	FailedClosed:         "closed to plaintext at the component's port",
	Operable:             "able to create and drop a collection, or not ready with the reason in its log",
	FailureStatus:        "ended at its start with a status other than 0",
	HSTSAsConfigured:     "started, sending the Strict-Transport-Security header as configured",
	LockedOut:            "closed to whoever has the CA key that the distribution ships",
	ServedNoCertRequest:  "served without being asked for a certificate",
	CertOK:               "all that it should be",
	CertNotOK:            "less than it should be",
	Survived:             "survived, with good clients served",
	NotSurvived:          "not survived",
	Unreachable:          "out of reach",
	Withheld:             "not handed out",
	KeptOut:              "kept out by TLS",
	NotWeaker:            "kept out by TLS, or let in by gRPC's port too",
	AccessGiven:          "clear for the client",
	AccessFailed:         "not clear for the client",
}

// Summary gives the outcome as the end of a sentence about an attempt.
func (o Outcome) Summary() string { return enumName(o, outcomeSummaries[:], "outcome") }

// Verdict is what one observation says about one claim. The zero value,
// Unjudged, is a failure of the harness: a planned case that nobody judged.
type Verdict int

// The verdicts.
const (
	Unjudged      Verdict = iota // planned and not judged: always red
	Confirmed                    // the server does what the claim says
	Refuted                      // the server does otherwise
	Inconclusive                 // the proof is incomplete: always red
	NotApplicable                // the case cannot be asked here, for the reason given
)

const verdicts = int(NotApplicable) + 1

var verdictNames = [verdicts]string{
	Unjudged: "unjudged", Confirmed: "confirmed", Refuted: "refuted",
	Inconclusive: "inconclusive", NotApplicable: "not-applicable",
}

// String gives the verdict's name as it stands in results.json.
func (v Verdict) String() string {
	if v >= 0 && int(v) < verdicts {
		return verdictNames[v]
	}
	return enumName(v, verdictNames[:], "verdict")
}

// MarshalText writes the verdict by name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict by name; an unknown name is an error.
func (v *Verdict) UnmarshalText(b []byte) error {
	if string(b) == verdictNames[Unjudged] {
		*v = Unjudged
		return nil
	}
	return enumUnmarshal(v, b, verdictNames[:], "verdict")
}
