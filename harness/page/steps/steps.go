// Package steps classifies each code block of a page and what a reader does with it: by the
// block's own content and by file names in code font near it, never by prose.
package steps

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"milvus-tls-e2e/harness/page"
)

// Kind is what a reader does with a block.
type Kind string

// The kinds.
const (
	Shell    Kind = "commands"             // typed into a terminal
	File     Kind = "file"                 // saved under a name
	Config   Kind = "server configuration" // put into the server's milvus.yaml
	Python   Kind = "Python client"        // run against the server
	Curl     Kind = "curl client"          // typed into a terminal, with the server running
	Manifest Kind = "manifest"             // given to something that is not here, and read by check-manifest
	NotRun   Kind = "not run"              // nothing that can be done here
)

// A Step is one code block of a page.
type Step struct {
	Number  int // counted over the page, from 1
	Section page.Section
	Block   page.Part
	Kind    Kind
	What    string   // what it is in a few words: "commands", "file gen.sh", "folder tree"
	Name    string   // of a file: the name to save it under
	Why     string   // of what is not run: the reason
	Mode    int      // of a client: the tlsMode that it is written for
	Mutual  bool     // of a client: it names a certificate of its own
	Claim   string   // the claim of its result; empty for none
	Leaves  []string // of commands: the files that they should create
	Script  string   // of commands: the script of the page that they run, if one
	Outputs []string // of commands: the files that they name as output
	Typed   string   // of commands: what is typed of the block
	Enters  string   // of commands: the folder below the one they start in that they change to first
	Notes   []string // of commands: how that differs from what is printed
	Makes   []string // of commands that run a script: the files that the script names as output
}

// Read returns the page's blocks as steps, in order.
func Read(p page.Page) []Step {
	var all []Step
	for _, s := range p.Sections {
		typed := false
		for i, part := range s.Parts {
			if part.Kind == page.Code {
				step := Step{Number: len(all) + 1, Section: s, Block: part}
				step.classify(near(s.Parts[:i]), near(reversed(s.Parts[i+1:])), typed)
				typed = typed || step.What == "commands" || step.Kind == Curl
				all = append(all, step)
			}
		}
	}
	name(all)
	return all
}

// near returns the marks of the parts between the last code block and the end,
// the nearest part first.
func near(parts []page.Part) (marks [][]string) {
	for _, part := range slices.Backward(parts) {
		if part.Kind == page.Code {
			break
		}
		if len(part.Marks) > 0 {
			marks = append(marks, part.Marks)
		}
	}
	return marks
}

func reversed(parts []page.Part) []page.Part {
	r := slices.Clone(parts)
	slices.Reverse(r)
	return r
}

// classify sets the step's kind. marks are the names in code font before and after the block;
// follows means that commands precede it in its section.
func (s *Step) classify(before, after [][]string, follows bool) {
	text, lang := s.Block.Text, s.Block.Lang
	shell := isShell(text, lang)
	// Text that commands write into a file does not classify the block.
	bare := text
	if shell {
		bare = parse(text).bare()
	}
	switch {
	case strings.TrimSpace(text) == "":
		s.leave("empty block", "there is nothing in it")
	case isTree(bare):
		s.leave("folder tree", "it is a picture of a folder")
	case strings.HasPrefix(text, "#!"):
		s.file(before, scriptName)
	case iniSection.MatchString(bare) && opensslKey.MatchString(bare):
		s.file(before, configName)
	case logLine.MatchString(bare):
		s.leave("log line", "it shows what a log holds")
	case isPython(bare, lang):
		s.python()
	case shell:
		s.commands(after, follows)
	case s.yaml():
	case lang != "":
		s.leave("block of "+lang, fmt.Sprintf("blocks of %q are not run", lang))
	default:
		s.leave("block of an unknown kind", "it is neither commands, YAML, Python, a script nor an OpenSSL configuration, and the page names no language")
	}
}

func (s *Step) leave(what, why string) { s.Kind, s.What, s.Why = NotRun, what, why }

var (
	scriptName = regexp.MustCompile(`^[\w./-]+\.(?:sh|bash|py)$`)
	configName = regexp.MustCompile(`^[\w./-]+\.(?:cnf|conf|cfg)$`)
	fileName   = regexp.MustCompile(`^[\w.-]+\.[A-Za-z]\w{1,4}$`)
)

func (s *Step) file(before [][]string, fits *regexp.Regexp) {
	s.Kind = File
	for _, marks := range before {
		for _, m := range slices.Backward(marks) {
			if m = strings.TrimPrefix(m, "./"); fits.MatchString(m) && !path.IsAbs(m) && !strings.Contains(m, "..") {
				s.Name, s.What = m, "file "+m
				return
			}
		}
	}
	s.leave("file without a name", "no file name in code font is near it, so what to save it as is not known")
}

func isTree(text string) bool {
	return strings.Contains(text, "├──") || strings.Contains(text, "└──")
}

var (
	iniSection = regexp.MustCompile(`(?m)^\s*\[\s*\w+\s*\]\s*$`)
	opensslKey = regexp.MustCompile(`(?m)^\s*(?:basicConstraints|keyUsage|extendedKeyUsage|subjectAltName|distinguished_name|req_extensions|x509_extensions|default_ca)\s*=`)
	logLine    = regexp.MustCompile(`(?m)^\[.*\[(?:DEBUG|INFO|WARN|ERROR|FATAL)\]`)
	pythonSign = regexp.MustCompile(`(?m)^(?:from\s+[\w.]+\s+import\s|import\s+[\w.]+\s*$)`)
)

func isPython(text, lang string) bool {
	if slices.Contains([]string{"python", "py", "python3"}, lang) {
		return true
	}
	return pythonSign.MatchString(text) && (lang == "" || lang == "text")
}

var (
	pythonConnects = regexp.MustCompile(`\bconnections\.connect\(|Milvus(?:Client)?\(`)
	pythonTLS      = regexp.MustCompile(`https://|\bsecure\b|_(?:pem|key)_path\b`)
)

// python makes the step a client. A certificate of its own asks for mode 2, and
// nothing about TLS for mode 0.
func (s *Step) python() {
	text := s.Block.Text
	s.Kind, s.What, s.Mode = Python, "Python client", 1
	if strings.Contains(text, "client_pem_path") || strings.Contains(text, "client_key_path") {
		s.Mode, s.Mutual = 2, true
	}
	switch {
	case !strings.Contains(text, "pymilvus"):
		s.leave("Python", "it does not use pymilvus, the only Python client that is known here")
	case !pythonConnects.MatchString(text):
		s.leave("Python", "it connects to nothing")
	case !pythonTLS.MatchString(text):
		s.Claim, s.Mode = "mode-0-plain", 0
	case strings.Contains(text, "connections.connect("):
		s.Claim = "py-connections"
	case s.Mutual:
		s.Claim = "py-two-way"
	default:
		s.Claim = "py-one-way"
	}
}
