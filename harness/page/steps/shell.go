package steps

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var shells = []string{"sh", "shell", "bash", "zsh", "shellscript"}

// Commands that a block of no language is known by.
var known = regexp.MustCompile(`^(?:\./\S+|openssl|mkdir|cd|touch|chmod|cp|mv|rm|ls|cat|echo|export|printf|tar|curl|sudo|docker|docker-compose|kubectl|helm|apt|apt-get|yum|dnf|brew|pip|pip3|wget|git|sh|bash)$`)

// Commands that are not run, and why.
var refused = map[string]string{
	"sudo": root, "su": root, "doas": root,
	"apt": packages, "apt-get": packages, "yum": packages, "dnf": packages, "apk": packages, "brew": packages, "zypper": packages,
	"pacman": packages, "snap": packages, "pip": packages, "pip3": packages, "npm": packages, "yarn": packages,
	"docker": containers, "docker-compose": containers, "podman": containers,
	"kubectl": cluster, "helm": cluster, "minikube": cluster, "kind": cluster,
	"systemctl": "it changes the machine's services", "service": "it changes the machine's services",
	"wget": network, "git": network, "ssh": network, "scp": network,
}

const (
	root       = "it asks for root"
	packages   = "it installs packages"
	containers = "it needs a container engine"
	cluster    = "it needs a Kubernetes"
	network    = "it needs the network"
)

func isShell(text, lang string) bool {
	if slices.Contains(shells, lang) || slices.Contains(sessions, lang) {
		return true
	}
	if lang != "" && lang != "text" {
		return false
	}
	commands, prompted, _ := typed(text, lang)
	words := parse(commands).programs()
	return prompted || len(words) > 0 && known.MatchString(words[0])
}

// commands makes the step one for a terminal. follows means that another one precedes it in its
// section.
func (s *Step) commands(after [][]string, follows bool) {
	s.Kind, s.What, s.Claim = Shell, "commands", "page-block-runs"
	commands, prompted, shown := typed(s.Block.Text, s.Block.Lang)
	s.Typed = commands
	if shown {
		s.Notes = append(s.Notes, "what the block shows of a command's output is not typed")
	}
	if strings.TrimSpace(commands) == "" {
		s.leave("output", "it shows what a command prints")
		return
	}
	sc := parse(commands)
	switch {
	case sc.fragment():
		s.leave("fragment of a command", "it is options to a command, or its end, and no command")
		return
	case !prompted && isOutput(sc, follows):
		s.leave("output", "it shows what a command prints")
		return
	}
	if why := s.withoutRoot(sc); why != "" {
		s.leave("commands", why)
		return
	}
	if blank := placeholder.FindString(sc.bare()); blank != "" {
		s.leave("commands", "it has a place for a value of the reader's own ("+blank+")")
		return
	}
	words := sc.programs()
	if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return w != "curl" }) {
		s.curl()
		return
	}
	for _, w := range words {
		if strings.HasPrefix(w, "./") {
			s.Script = strings.TrimPrefix(w, "./")
		}
	}
	s.Outputs = outputs(s.Typed)
	if first := sc.calls; len(first) > 0 && len(first[0].words) == 2 && first[0].words[0] == "cd" && !strings.HasPrefix(first[0].words[1], "/") {
		s.Enters = first[0].words[1]
	}
	if s.Script == "" {
		return
	}
	for _, marks := range after {
		if files := slices.DeleteFunc(slices.Clone(marks), func(m string) bool { return !fileName.MatchString(m) }); len(files) >= 3 {
			s.Leaves = files
			return
		}
	}
}

var (
	curlCert = regexp.MustCompile(`(?:^|\s)(?:--cert|-E)(?:[\s=]|$)`)
	curlTo   = regexp.MustCompile(`https?://(?:localhost|127\.0\.0\.1|\[::1\])[:/]`)
)

func (s *Step) curl() {
	switch text := s.Typed; {
	case !curlTo.MatchString(text):
		s.leave("curl", network+": it asks another machine than this")
	case !strings.Contains(text, "https://"):
		s.Kind, s.What, s.Claim = Curl, "curl client", "mode-0-plain"
	case curlCert.MatchString(text):
		s.Kind, s.What, s.Claim, s.Mode, s.Mutual = Curl, "curl client", "curl-two-way", 2, true
	default:
		s.Kind, s.What, s.Claim, s.Mode = Curl, "curl client", "curl-one-way", 1
	}
}

var outFlag = regexp.MustCompile(`\s-(?:out|keyout)\s+(\S+)`)

func outputs(text string) (files []string) {
	for _, m := range outFlag.FindAllStringSubmatch(text, -1) {
		if !strings.ContainsAny(m[1], `$"'/`) && !slices.Contains(files, m[1]) {
			files = append(files, m[1])
		}
	}
	return files
}

// name gives the commands that run a script of the page the claim about it,
// and those that make files by hand theirs.
func name(all []Step) {
	scripts := map[string]string{}
	for i := range all {
		s := &all[i]
		switch {
		case s.Kind == File:
			scripts[s.Name] = s.Block.Text
		case s.Kind == Shell && scripts[s.Script] != "":
			s.Claim, s.What = scriptClaim(scripts[s.Script]), fmt.Sprintf("commands that run %s", s.Script)
			s.Makes = outputs(scripts[s.Script])
		case s.Kind == Shell && len(s.Outputs) > 0:
			s.Claim, s.What = "recipe-manual-steps", "commands that make "+strings.Join(s.Outputs, ", ")
		}
	}
}

// scriptClaim distinguishes the scripts of the pages by what they do.
func scriptClaim(text string) string {
	switch {
	case !strings.Contains(text, "openssl"):
		return "page-block-runs"
	case !strings.Contains(text, "-x509"):
		return "recipe-renew" // it makes no CA
	case strings.Contains(text, ".csr"):
		return "recipe-legacy-files"
	}
	return "recipe-2.5-runs"
}
