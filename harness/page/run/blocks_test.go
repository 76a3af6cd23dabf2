package run

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// A block is carried out as a reader does: without prompts, with what a heredoc
// holds, from where the last one ended.
func TestBlocksAreTypedAsAReaderTypesThem(t *testing.T) {
	for name, page := range map[string]string{
		"prompts":                           "```sh\n$ mkdir -p a\n$ echo x > a/b\nprinted\n$ cat a/b\n```\n",
		"a heredoc":                         "```bash\ncat > x.cnf <<'EOF'\n[ req ]\nkeyUsage = x\nEOF\ngrep keyUsage x.cnf\n```\n",
		"what only bash understands":        "```bash\n[[ a == a ]] && files=(one two) && [ ${#files[@]} = 2 ]\n```\n",
		"sudo in the page's folder":         "```sh\nsudo mkdir certs\nsudo touch certs/a\n```\n",
		"a folder that lasts":               "# A\n\n```sh\nmkdir tls && cd tls\n```\n\n```sh\ntouch a\n```\n\n# B\n\n```sh\nls a\n```\n",
		"a folder that a section begins in": "# A\n\n```sh\nmkdir tls && cd tls\n```\n\n# B\n\n```sh\ncd tls\ntouch a\n```\n\n```sh\nls a\n```\n",
		"a folder behind a prompt":          "# A\n\n```sh\n$ mkdir tls\n$ cd tls\n```\n\n```sh\n$ touch a\n```\n\n# B\n\n```sh\n$ ls a\n```\n",
	} {
		for _, r := range carry(t, parse(t, page)) {
			if r.Verdict != harness.Confirmed {
				t.Errorf("%s: %s: %s: %s", name, r.Case, r.Verdict, r.Reason)
			}
		}
	}
}

// A folder that a section changes to and that is nowhere is the page's own mistake.
func TestAFolderThatIsNowhereIsRefuted(t *testing.T) {
	results := carry(t, parse(t, "# A\n\n```sh\nmkdir tls && cd tls\n```\n\n# B\n\n```sh\ncd tsl\n```\n"))
	if got := results[1]; got.Verdict != harness.Refuted || !strings.Contains(got.Reason, "tsl") {
		t.Errorf("%s: %s", got.Verdict, got.Reason)
	}
	results = carry(t, parse(t, "# A\n\n```sh\nmkdir tls && cd tls\n```\n\n```sh\ncd tls\n```\n"))
	if got := results[1]; got.Verdict != harness.Refuted {
		t.Errorf("in one section: %s: %s", got.Verdict, got.Reason)
	}
}

// A manifest that cannot be run is judged by what check-manifest finds in it.
func TestManifestsOfAPageAreRead(t *testing.T) {
	const (
		head  = "```yaml\napiVersion: milvus.io/v1beta1\nkind: Milvus\nmetadata: {name: m}\nspec:\n  config:\n    proxy: {http: {port: 8080}}\n"
		files = "tls: {serverPemPath: /certs/server.pem, serverKeyPath: /certs/server.key, caPemPath: /certs/ca.pem}\n"
		mount = "  components:\n    image: milvusdb/milvus:v2.6.20\n    volumes: [{name: certs, secret: {secretName: certs}}]\n    volumeMounts: [{name: certs, mountPath: /certs, readOnly: true}]\n```\n"
	)
	for name, c := range map[string]struct {
		page    string
		verdict harness.Verdict
		says    string
	}{
		"sound":                        {head + "    common: {security: {tlsMode: 2}}\n    " + files + mount, harness.Confirmed, "nothing"},
		"tls under common":             {head + "    common:\n      security: {tlsMode: 2}\n      " + files + mount, harness.Refuted, "common.tls"},
		"tlsMode in the wrong place":   {head + "    common: {tlsMode: 2}\n    " + files + mount, harness.Refuted, "tlsMode"},
		"nothing mounted":              {head + "    common: {security: {tlsMode: 2}}\n    " + files + "```\n", harness.Refuted, "/certs/"},
		"a chart's values":             {"```yaml\nextraConfigFiles:\n  user.yaml: |\n    proxy: {http: {port: 8080}}\n    common: {security: {tlsMode: 7}}\n```\n", harness.Refuted, "7"},
		"a Compose file":               {"```yaml\nservices:\n  standalone:\n    image: milvusdb/milvus:v2.6.20\n    command: [milvus, run, standalone]\n    environment: {COMMON_SECURITY_TLSMODE: 7}\n```\n", harness.Refuted, "7"},
		"a resource that is no Milvus": {"```yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: m}\n```\n", harness.NotApplicable, "Kubernetes"},
		"a part of a Compose file":     {"```yaml\n  standalone:\n    image: milvusdb/milvus\n```\n", harness.NotApplicable, "container engine"},
	} {
		r := carry(t, parse(t, c.page))[0]
		if r.Verdict != c.verdict || !strings.Contains(r.Reason, c.says) || strings.Contains(r.Reason, "\n") {
			t.Errorf("%s: %s: %s", name, r.Verdict, r.Reason)
		}
	}
}
