package probe

import (
	"strings"

	"milvus-tls-e2e/harness/connection"
)

// certError recognises a client's error about the server's certificate.
func (f foreign) certError(said string) connection.End {
	said = strings.ToLower(said)
	switch {
	case holdsOne(said, f.wrongName):
		return connection.EndWrongName
	case holdsOne(said, f.untrusted):
		return connection.EndUntrusted
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

// answer distinguishes an answer of the API from a failed connection, as sdkAnswer does for Go.
func (r workerReply) answer() connection.Answer {
	low := strings.ToLower(r.Message)
	switch {
	case r.Code == "UNAUTHENTICATED", noLogin(low):
		return connection.AnswerNoLogin
	case r.Code == "UNIMPLEMENTED":
		return connection.AnswerNoService
	case notReady(low):
		return connection.AnswerNotReady
	case r.Code == "" && r.Step != "" && r.Step != "connect":
		return connection.AnswerError // without gRPC's status it is an answer, or the search found what was not searched
	}
	return ""
}
