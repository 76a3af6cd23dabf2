package run

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// Why a command failed is what itself says, and no line that names an error in what
// a command before it printed.
func TestTheReasonIsTheCommandsOwn(t *testing.T) {
	for name, c := range map[string]struct{ block, says string }{
		"after a line that speaks of errors": {"echo 'errors: 0, unknown keys: none'\ncp none here", "cp: cannot stat 'none'"},
		"after a command that complains":     {"ls no-such-file || true\n! grep -q x /dev/null; echo done\ncat missing.pem", "cat: missing.pem"},
		"a command that there is not":        {"echo ok\nno-such-command", "no-such-command: "},
		"OpenSSL's first word":               {"openssl x509 -in nothing.pem -noout", "from nothing.pem"},
		"a usage behind the reason":          {"openssl req -no-such-option", "req: Unknown option"},
		"nothing that names an error":        {"echo first; echo last; false", "status 1"},
		"a word of its own":                  {"echo 'no error here'; sh -c 'echo it is broken >&2; exit 4'", "it is broken"},
		"within a pipe":                      {"echo 'error: old'\necho x | cat gone", "gone"},
	} {
		r := carry(t, parse(t, "```sh\n"+c.block+"\n```\n"))[0]
		if r.Verdict != harness.Refuted || !strings.Contains(r.Reason, c.says) || strings.Contains(r.Reason, "block.sh") || strings.ContainsRune(r.Reason, '\x1e') {
			t.Errorf("%s: %s: %s", name, r.Verdict, r.Reason)
		}
		for _, line := range transcript(r) {
			if strings.ContainsRune(line, '\x1e') {
				t.Errorf("%s: a mark is left in %q", name, line)
			}
		}
	}
}

// What a recipe's claim advises is no advice where the commands fail.
func TestARecipeThatFailsIsAdvisedByItsCause(t *testing.T) {
	page := "`renew.sh`\n\n```\n#!/bin/sh\nopenssl genpkey -algorithm no-such -out server.key\nopenssl x509 -in none -CA ca.pem -out server.pem\n```\n\n```\nsh -x renew.sh; ./renew.sh\n```\n"
	for _, r := range carry(t, parse(t, strings.Replace(page, "sh -x renew.sh; ", "chmod +x renew.sh\n", 1))) {
		if r.Claim == "recipe-renew" && (!strings.Contains(r.Remediation, "no-such") || !strings.Contains(r.Finding, "no-such")) {
			t.Errorf("found %q, advised %q", r.Finding, r.Remediation)
		}
	}
}
