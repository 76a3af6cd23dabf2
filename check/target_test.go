package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/suites/claims"
)

// described writes a target file.
func described(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestExampleIsATarget(t *testing.T) {
	if _, err := check.Read(described(t, check.Example), claims.All()); err != nil {
		t.Error(err)
	}
	// With everything in it that is commented out, but for what excludes each other.
	var lines []string
	for _, l := range strings.Split(check.Example, "\n") {
		bare, commented := strings.CutPrefix(l, "# ")
		key := strings.TrimLeft(bare, " -")
		word, _, isKey := strings.Cut(key, ":")
		if commented && isKey && !strings.Contains(word, " ") && word != "log_command" && word != "password_env" {
			l = bare
		}
		lines = append(lines, l)
	}
	target, err := check.Read(described(t, strings.Join(lines, "\n")), claims.All())
	if err != nil {
		t.Fatal(err)
	}
	if target.Login.User == "" || target.ClientCA.Key == "" || target.ShippedCA == "" || len(target.Accept) != 1 || target.Log == "" {
		t.Errorf("the example lacks something: %+v", target)
	}
}

func TestWhatATargetLeavesOut(t *testing.T) {
	file := described(t, "addresses: {grpc: 'milvus.example:19530'}\nmode: 1\ntrust: ca.pem\n")
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	if target.Name != "milvus.example" || target.Addresses.Management != "milvus.example:9091" || *target.Days != 30 || *target.Rate != 5 ||
		target.Trust != filepath.Join(filepath.Dir(file), "ca.pem") {
		t.Errorf("%+v", target)
	}
}

func TestBadTargets(t *testing.T) {
	const sound = "addresses:\n  grpc: localhost:19530\nmode: 1\ntrust: ca.pem\n"
	for text, want := range map[string]string{
		"":                        "addresses.grpc: is missing",
		sound + "---\nmode: 2\n":  "target.yaml:5: another document begins here",
		sound + "...\n---\n- x\n": "another document begins here",
		sound + strings.Repeat("# a comment\n", 100_000): "is larger than 1024 KB",
		"\x00\x01\xff\xfe":             "target.yaml: ",
		"mode: &m [*m]\n":              "target.yaml:1: ",
		"mode: [":                      "target.yaml:1: ",
		sound + "trusted: x\n":         `target.yaml:5: unknown key trusted`,
		sound + "rate: quick\n":        "target.yaml:5: ",
		sound + "login: root:secret\n": "target.yaml:5: ",
		"addresses:\n  grcp: localhost:19530\nmode: 0\n":                   "target.yaml:2: unknown key grcp",
		"addresses:\n  grpc: localhost\nmode: 0\n":                         `target.yaml:2: addresses.grpc: "localhost" is no host:port`,
		"addresses:\n  grpc: localhost:19530\nmode: 3\n":                   "target.yaml:3: mode: 3 is none",
		"addresses:\n  grpc: localhost:19530\n":                            "mode: is missing",
		"addresses:\n  grpc: localhost:19530\nmode: 2\n":                   "trust: is missing",
		sound + "login:\n  user: root\n  password: secret\n":               "target.yaml:7: login.password: a password does not belong",
		sound + "login:\n  user: root\n":                                   "target.yaml:6: login.user: has no password",
		sound + "client:\n  certificate: a.pem\n":                          "client.key: is missing",
		sound + "rate: 0\n":                                                "target.yaml:5: rate: ",
		sound + "rate: 1000\n":                                             "target.yaml:5: rate: ",
		sound + "version: two\n":                                           "target.yaml:5: version: ",
		sound + "log: a\nlog_command: [b]\n":                               "exclude each other",
		sound + "internal:\n  trust: a.pem\n":                              "internal.addresses: is missing",
		sound + "internal:\n  addresses: {proxi: a:1}\n":                   "target.yaml:6: internal.addresses.proxi: is no component",
		sound + "internal:\n  addresses: {proxy: a}\n":                     `internal.addresses.proxy: "a" is no host:port`,
		sound + "internal:\n  addresses: {proxy: a:1}\n  name: b\n":        "internal.trust: is missing",
		sound + "internal:\n  addresses: {proxy: a:1}\n  trust: a.pem\n":   "internal.name: is missing",
		sound + "accept:\n- {claim: no-such, reason: x}\n":                 `target.yaml:6: accept.0: there is no claim "no-such"`,
		sound + "accept:\n- {claim: mode-2-both}\n":                        "target.yaml:6: accept.0: names no claim, or gives no reason",
		sound + "accept:\n- {claim: mode-2-both, case: none, reason: x}\n": `mode-2-both has no case "none"`,
	} {
		_, err := check.Read(described(t, text), claims.All())
		switch {
		case err == nil || !strings.Contains(err.Error(), want):
			t.Errorf("%q: %v, want %q", text, err, want)
		case strings.Contains(err.Error(), "\n"), strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: %q", text, err)
		}
	}
	if _, err := check.Read(filepath.Join(t.TempDir(), "none.yaml"), nil); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestOnlySelects(t *testing.T) {
	one := plan.Planned{Claim: "mode-2-both", Case: "with a good certificate via raw at grpc"}
	for text, wanted := range map[string]bool{
		"mode-2-both": true, "mode-2-both: " + one.Case: true,
		"mode-2-both: without a certificate via raw at grpc": false, "mode-0-plain": false,
	} {
		selected, err := check.Only(text, claims.All())
		if err != nil || selected(one) != wanted {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "mode", "mode-2-both: nothing"} {
		if _, err := check.Only(text, claims.All()); err == nil {
			t.Errorf("%q names something", text)
		}
	}
}
