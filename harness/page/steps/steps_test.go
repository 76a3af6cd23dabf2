package steps

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/page"
)

func read(t *testing.T, text string) []Step {
	t.Helper()
	p, err := page.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Read(p)
}

func TestThePageOfOurOwnIsUnderstood(t *testing.T) {
	want := []string{
		"commands, page-block-runs", "not run: it installs packages (apt)", "commands, page-block-runs", "file make.sh",
		"commands that run make.sh, recipe-2.5-runs", "server configuration, config-block-takes-effect",
		"not run: it is a picture of a folder", "Python client, py-one-way, mode 1", "curl client, curl-two-way, mode 2",
	}
	for _, name := range []string{"tls.md", "tls-html.md"} {
		p, err := page.Read(filepath.Join("..", "..", "..", "fixtures", "pages", name))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range Read(p) {
			text := s.What
			switch {
			case s.Kind == NotRun:
				text = "not run: " + s.Why
			case s.Claim != "":
				text += ", " + s.Claim
			}
			if s.Mode > 0 {
				text += fmt.Sprintf(", mode %d", s.Mode)
			}
			got = append(got, text)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: got\n%s", name, strings.Join(got, "\n"))
		}
	}
}

func TestABlockIsKnownByItsContent(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		kind Kind
		why  string
	}{
		"commands without a language":     {"```\nmkdir a && cd a\n```", Shell, ""},
		"a script under a foreign name":   {"将以下内容保存到 `gen.sh`：\n\n```\n#!/bin/sh\ntrue\n```", File, ""},
		"a script without a name":         {"Save this:\n\n```\n#!/bin/sh\ntrue\n```", NotRun, "no file name"},
		"a script named outside":          {"Save `../../etc/x.sh`:\n\n```\n#!/bin/sh\ntrue\n```", NotRun, "no file name"},
		"an OpenSSL configuration":        {"`openssl.cnf`\n\n```\n[ v3_req ]\nbasicConstraints = CA:FALSE\n```", File, ""},
		"a server's YAML":                 {"```\ntls:\n  caPemPath: x\n```", Config, ""},
		"YAML that lost its indentation":  {"```yaml\ncommon:\nsecurity:\ntlsMode: 1\n```", Config, ""},
		"YAML that is none":               {"```yaml\ntls:\n a: 1\nb\n  - c\n```", Config, ""},
		"a Kubernetes resource":           {"```\napiVersion: v1\nkind: Milvus\n```", Manifest, "Kubernetes"},
		"a Helm chart's values":           {"```yaml\nextraConfigFiles:\n  user.yaml: x\n```", Manifest, "Kubernetes"},
		"a Compose file's part":           {"```yaml\n  standalone:\n    image: milvus\n```", NotRun, "container"},
		"other YAML":                      {"```yaml\na: 1\n```", NotRun, "about TLS"},
		"a log line":                      {"```\n[now] [INFO] [x.go:1] [\"on\"]\n```", NotRun, "log"},
		"a folder":                        {"```\n├── a\n└── b\n```", NotRun, "picture"},
		"Python without a language":       {"```\nfrom pymilvus import connections\nconnections.connect(client_pem_path='a')\n```", Python, ""},
		"Python without pymilvus":         {"```python\nprint(1)\n```", NotRun, "pymilvus"},
		"Python that connects to nothing": {"```python\nfrom pymilvus import MilvusClient\n```", NotRun, "connects to nothing"},
		"a curl to this machine":          {"```\ncurl --cacert a https://localhost:8080/\n```", Curl, ""},
		"a curl to another":               {"```\ncurl https://example.org/\n```", NotRun, "network"},
		"root within":                     {"```sh\ntrue && sudo rm -rf /\n```", NotRun, "root"},
		"packages":                        {"```sh\napt-get install x\n```", NotRun, "packages"},
		"containers":                      {"```sh\nFOO=1 docker run x\n```", NotRun, "container"},
		"a word in quotes is no command":  {"```sh\necho 'sudo; docker'\n```", Shell, ""},
		"a language that nobody runs":     {"```java\nclass A {}\n```", NotRun, `"java"`},
		"a block of no language, unknown": {"```\nlorem ipsum dolor\n```", NotRun, "neither"},
		"an empty block":                  {"```sh\n\n```", NotRun, "nothing in it"},
	} {
		s := read(t, c.page+"\n")[0]
		if s.Kind != c.kind || !strings.Contains(s.Why, c.why) {
			t.Errorf("%s: got %q (%s)", name, s.Kind, s.Why)
		}
	}
}

// A client that says nothing of TLS wants a server without it, and shows nothing
// about a server with it.
func TestAClientIsForTheModeThatItIsWrittenFor(t *testing.T) {
	const python = "```python\nfrom pymilvus import MilvusClient\n"
	for text, want := range map[string]string{
		python + "MilvusClient(uri='http://localhost:19530')\n```":                       "Python client, mode-0-plain, mode 0",
		python + "MilvusClient(uri='http://localhost:19530', secure=True)\n```":          "Python client, py-one-way, mode 1",
		python + "MilvusClient(uri='https://localhost:19530')\n```":                      "Python client, py-one-way, mode 1",
		python + "MilvusClient(uri='https://localhost:19530', client_pem_path='a')\n```": "Python client, py-two-way, mode 2",
		"```\ncurl http://localhost:8080/\n```":                                          "curl client, mode-0-plain, mode 0",
		"```\ncurl https://localhost:8080/\n```":                                         "curl client, curl-one-way, mode 1",
		"```\ncurl --cert a -k https://localhost:8080/\n```":                             "curl client, curl-two-way, mode 2",
	} {
		s := read(t, text+"\n")[0]
		if got := fmt.Sprintf("%s, %s, mode %d", s.Kind, s.Claim, s.Mode); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestScriptsAreToldApartByWhatTheyDo(t *testing.T) {
	for script, claim := range map[string]string{
		"openssl req -x509 -out ca.pem":                                   "recipe-2.5-runs",
		"openssl req -x509 -out ca.pem\nopenssl req -new -out server.csr": "recipe-legacy-files",
		"openssl x509 -req -CA ca.pem -out server.pem":                    "recipe-renew",
		"date": "page-block-runs",
	} {
		all := read(t, "`a.sh`\n\n```\n#!/bin/sh\n"+script+"\n```\n\n```\n./a.sh\n```\n")
		if got := all[1].Claim; got != claim {
			t.Errorf("%q stands under %s", script, got)
		}
	}
}

func TestThePageSaysWhatAScriptLeaves(t *testing.T) {
	all := read(t, "`a.sh`\n\n```\n#!/bin/sh\nopenssl x -out b.key -out $c\n```\n\n```\n./a.sh\n```\n\n生成 `a.key`、`b.key` 和 `c.pem`。\n")
	if got := strings.Join(all[1].Leaves, " ") + "|" + strings.Join(all[1].Makes, " "); got != "a.key b.key c.pem|b.key" {
		t.Errorf("got %s", got)
	}
}
