package main

import (
	"errors"
	"milvus-tls-e2e/harness"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The stand-ins of kubectl and helm write down how they were called, and kubectl
// forwards to nothing: what this shows is what the script asks of a cluster, and
// never that a cluster does it.
const (
	stubKubectl = `#!/usr/bin/env bash
echo "kubectl $*" >>"$CALLS"
case "$*" in
*" get pods "*--output\ name*) echo pod/my-release-milvus-standalone-0 ;;
*" create secret "*) for a in "$@"; do case $a in --from-file=*) [[ -s ${a#*=} ]] || exit 9 ;; esac; done ;;
*" wait "* | *" rollout status "*) exit "${NEVER_READY:-0}" ;;
*port-forward*)
	port=40000
	[[ -z ${NO_FORWARD:-} ]] || { echo "error: lost connection to pod"; exit 1; }
	for a in "$@"; do case $a in :*) port=$((port + 1)); echo "Forwarding from 127.0.0.1:$port -> ${a#:}" ;; esac; done
	exec sleep 60 ;;
esac
`
	stubHelm = `#!/usr/bin/env bash
echo "helm $*" >>"$CALLS"
[[ $1 != status ]] || exit 1
`
	// In the place of the built program: manifests are written by the real one.
	stubInspect = `#!/usr/bin/env bash
cp "$TARGET" "$SEEN_TARGET"
echo "inspect" >>"$CALLS"
exit "${INSPECTED:-0}"
`
)

// deployed runs the script in a copy of the scripts, and gives the calls, the target
// and the exit status.
func deployed(t *testing.T, env []string, args ...string) (calls []string, target map[string]any, status int) {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds the program")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		at := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte(text), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("../../scripts/kubernetes.sh")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	write("bin/kubectl", stubKubectl)
	write("bin/helm", stubHelm)
	write("scripts/kubernetes.sh", string(script))
	write("scripts/inspect.sh", stubInspect)
	write("scripts/manifests.sh", "#!/bin/sh\nWRITE_MANIFESTS=1 exec '"+self+"' -test.run=TestWriteManifestsForTheScript\n")
	cmd := exec.Command(filepath.Join(dir, "scripts", "kubernetes.sh"), args...)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "CALLS="+filepath.Join(dir, "calls"),
		"SEEN_TARGET="+filepath.Join(dir, "target.yaml"), "OUT="+filepath.Join(dir, "out"), "TMPDIR="+t.TempDir())
	cmd.Env = append(cmd.Env, env...)
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	t.Logf("%s", output)
	text, _ := os.ReadFile(filepath.Join(dir, "calls")) // a script that refuses calls nobody
	seen, _ := os.ReadFile(filepath.Join(dir, "target.yaml"))
	if err := yaml.Unmarshal(seen, &target); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), target, cmd.ProcessState.ExitCode()
}

// TestWriteManifestsForTheScript writes manifests where the script's test asks for it.
func TestWriteManifestsForTheScript(t *testing.T) {
	if os.Getenv("WRITE_MANIFESTS") == "" {
		return
	}
	image := os.Getenv("IMAGE")
	if image == "" {
		image = "milvusdb/milvus:v2.6.22"
	}
	if err := writeManifests(os.Stderr, os.Getenv("TOPOLOGY"), os.Getenv("OUT"), image, false); err != nil {
		t.Fatal(err)
	}
}

func TestTheScriptDeploysWhatIsWrittenAndCleansUp(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		env    []string
		status int
		calls  []string // in this order
		mode   int
	}{
		"the chart, mode 2": {
			args: []string{"helm", "mode-2"}, mode: 2,
			calls: []string{"create namespace", "create secret generic certs .*ca.pem.*server.key.*server.pem", "install my-release .*--version 5", "rollout status", "port-forward", "inspect", "delete namespace"},
		},
		"the Operator, mode 1": {
			args: []string{"operator", "mode-1"}, mode: 1,
			calls: []string{"create secret", "install milvus-operator .*--version 1", "apply", "wait", "inspect", "delete milvus", "delete namespace", "uninstall milvus-operator"},
		},
		"internal TLS": {
			args: []string{"helm", "internal-mode-2"}, mode: 2,
			calls: []string{"create secret generic certs .*internal-ca.pem.*internal.key.*internal.pem", "port-forward .*:19529", "inspect", "delete namespace"},
		},
		"a finding": {
			args: []string{"helm", "mode-1"}, env: []string{"INSPECTED=1"}, status: 1, mode: 1,
			calls: []string{"inspect", "delete namespace"},
		},
		"a pod that is never ready": {
			args: []string{"operator", "mode-1"}, env: []string{"NEVER_READY=1"}, status: 1, mode: -1,
			calls: []string{"create namespace", "delete namespace"},
		},
		"a port that is not forwarded": {
			args: []string{"helm", "mode-1"}, env: []string{"NO_FORWARD=1"}, status: 3, mode: -1,
			calls: []string{"create namespace", "delete namespace"},
		},
		"a release that the chart cannot deploy": {
			args: []string{"helm", "mode-1", "milvusdb/milvus:v2.3.5"}, status: 3, mode: -1,
		},
		"neither": {args: []string{"compose", "mode-1"}, status: 2, mode: -1},
	} {
		t.Run(name, func(t *testing.T) {
			calls, target, status := deployed(t, c.env, c.args...)
			if status != c.status {
				t.Errorf("status %d", status)
			}
			at := 0
			for _, want := range c.calls {
				next := slices.IndexFunc(calls[at:], regexp.MustCompile(want).MatchString)
				if next < 0 {
					t.Fatalf("%s is not called, or too early, in\n%s", want, strings.Join(calls, "\n"))
				}
				at += next
			}
			if c.mode >= 0 && target["mode"] != c.mode || c.mode < 0 && target != nil {
				t.Errorf("the target is %v", target)
			}
			components, _ := target["internal"].(map[string]any)
			if is := slices.ContainsFunc(c.args, func(a string) bool { return strings.HasPrefix(a, "internal") }); is != (components["name"] == harness.InternalName) {
				t.Errorf("of components the target has %v", components)
			}
		})
	}
}
