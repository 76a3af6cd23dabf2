// Package check judges a deployment that already runs, as its owner describes
// it in a target file: it connects and asks, and starts and stops nothing.
package check

import (
	"bytes"
	_ "embed" // for the example
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// Example is a target file with everything in it, commented.
//
//go:embed example.yaml
var Example string

// A Target is a deployment as a target file describes it.
type Target struct {
	Addresses struct {
		GRPC       string `yaml:"grpc"`
		REST       string `yaml:"rest"`
		Management string `yaml:"management"`
	} `yaml:"addresses"`
	Mode        *int     `yaml:"mode"`
	Name        string   `yaml:"name"`
	Trust       string   `yaml:"trust"`
	Client      Pair     `yaml:"client"`
	Login       Login    `yaml:"login"`
	Certificate string   `yaml:"server_certificate"`
	ClientCA    Pair     `yaml:"client_ca"`
	ShippedCA   string   `yaml:"shipped_ca"`
	Internal    Internal `yaml:"internal"`
	Log         string   `yaml:"log"`
	LogCommand  []string `yaml:"log_command"`
	Days        *int     `yaml:"expires_within_days"`
	Rate        *float64 `yaml:"rate"`
	Version     string   `yaml:"version"`
	Accept      []Accept `yaml:"accept"`

	File string `yaml:"-"` // where it was read from
}

// Pair is a certificate and its key, by their paths.
type Pair struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// Login is a user, and where the password is.
type Login struct {
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
	Password     any    `yaml:"password"` // always an error, about where it belongs
}

// Accept is a finding that is known.
type Accept struct {
	Claim  string `yaml:"claim"`
	Case   string `yaml:"case"` // empty for all
	Reason string `yaml:"reason"`
}

// The defaults of what a target file may leave out.
const (
	defaultDays       = 30
	defaultRate       = 5.0
	managementPort    = "9091"
	managementMissing = "none"
)

// Read reads a target file. Its errors are one line with the line number in the file.
func Read(path string, claims []harness.Claim) (Target, error) {
	text, err := readBounded(path)
	if err != nil {
		return Target{}, fmt.Errorf("read target: %w", err)
	}
	t := Target{File: path}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
		return Target{}, located(path, err)
	}
	var tree, more yaml.Node
	switch err := d.Decode(&more); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return Target{}, located(path, err)
	default:
		return Target{}, fmt.Errorf("%s:%d: another document begins here: a target file describes one deployment", path, more.Line)
	}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return Target{}, located(path, err)
	}
	if wrong := t.wrong(claims); wrong != nil {
		if at := line(&tree, strings.Split(wrong.key, ".")); at > 0 {
			return Target{}, fmt.Errorf("%s:%d: %s: %s", path, at, wrong.key, wrong.why)
		}
		return Target{}, fmt.Errorf("%s: %s: %s", path, wrong.key, wrong.why)
	}
	t.complete()
	return t, nil
}

const mostText = 1 << 20

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostText+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > mostText:
		return nil, fmt.Errorf("%s is larger than %d KB: it is no target file", path, mostText>>10)
	}
	return text, nil
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+): (.*)`)
	yamlValue = regexp.MustCompile("`[^`]*` ") // which may be a password in the wrong place
	yamlKind  = regexp.MustCompile(`cannot unmarshal !!\w+ into \S+`)
	yamlField = regexp.MustCompile(`field (\S+) not found in type \S+`)
)

// located reduces the YAML library's error to one line, the file's line first.
func located(path string, err error) error {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("%s: %s", path, strings.Join(strings.Fields(err.Error()), " "))
	}
	m[2] = yamlKind.ReplaceAllString(yamlValue.ReplaceAllString(m[2], ""), "what stands here is of the wrong kind (inspect --example shows how it is written)")
	return fmt.Errorf("%s:%s: %s", path, m[1], yamlField.ReplaceAllString(m[2], "unknown key $1 (inspect --example shows those that there are)"))
}

// line returns the line of a key, or of the last part of it that is there.
func line(n *yaml.Node, key []string) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		return line(n.Content[0], key)
	}
	for i := 0; len(key) > 0 && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key[0] {
			return max(n.Content[i].Line, line(n.Content[i+1], key[1:]))
		}
	}
	var index int
	if len(key) > 0 && n.Kind == yaml.SequenceNode {
		if _, err := fmt.Sscan(key[0], &index); err == nil && index < len(n.Content) {
			return max(n.Content[index].Line, line(n.Content[index], key[1:]))
		}
	}
	return 0
}

// complete fills in the defaults, and starts relative paths from the file's
// folder.
func (t *Target) complete() {
	host, _, _ := net.SplitHostPort(t.Addresses.GRPC)
	if t.Name == "" {
		t.Name = host
	}
	if t.Addresses.Management == "" {
		t.Addresses.Management = net.JoinHostPort(host, managementPort)
	}
	if t.Days == nil {
		t.Days = new(int)
		*t.Days = defaultDays
	}
	if t.Rate == nil {
		t.Rate = new(float64)
		*t.Rate = defaultRate
	}
	for _, path := range []*string{&t.Trust, &t.Client.Certificate, &t.Client.Key, &t.Certificate, &t.ClientCA.Certificate,
		&t.ClientCA.Key, &t.ShippedCA, &t.Internal.Trust, &t.Internal.Certificate, &t.Log, &t.Login.PasswordFile} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(filepath.Dir(t.File), *path)
		}
	}
}
