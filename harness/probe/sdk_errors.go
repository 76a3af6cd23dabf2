package probe

import (
	"strings"

	"milvus-tls-e2e/harness"
)

// What SDKs in other languages say of a server's certificate that they do not
// accept, in lower case. Java's says nothing of the kind (seen of 2.6.22).
var (
	saysWrongName = []string{
		"is not in peer certificate",             // gRPC's C core, below Python
		"hostname/ip does not match certificate", // Node
	}
	saysUntrusted = []string{
		"certificate_verify_failed",                    // Python
		"unable to verify the first certificate",       // Node
		"unable to get local issuer certificate",       // Node
		"self-signed certificate in certificate chain", // Node
		"self-signed certificate",                      // Node
	}
)

// certErrorIn tells whether a client says that it did not accept the server's
// certificate, and why.
func certErrorIn(said string) harness.End {
	said = strings.ToLower(said)
	switch {
	case holdsOne(said, saysWrongName):
		return harness.EndWrongName
	case holdsOne(said, saysUntrusted):
		return harness.EndUntrusted
	}
	return ""
}

func holdsOne(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// answer tells an answer of the API from a connection that failed, as
// sdkAnswer does for Go.
func (r workerReply) answer() harness.Answer {
	low := strings.ToLower(r.Message)
	switch {
	case r.Code == "UNAUTHENTICATED", noLogin(low):
		return harness.AnswerNoLogin
	case r.Code == "UNIMPLEMENTED":
		return harness.AnswerNoService
	case notReady(low):
		return harness.AnswerNotReady
	case r.Code == "" && r.Step != "" && r.Step != "connect":
		return harness.AnswerError // without gRPC's status it is an answer, or the search found what was not searched
	}
	return ""
}
