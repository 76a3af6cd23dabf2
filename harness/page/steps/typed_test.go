package steps

import (
	"strings"
	"testing"
	"time"
)

// What a reader types of a block: no prompt, and nothing that a command printed.
func TestWhatIsTypedOfABlock(t *testing.T) {
	for name, c := range map[string]struct{ block, want string }{
		"prompts":                   {"```shell\n$ mkdir -p certs\n$ openssl genpkey -algorithm RSA -out certs/server.key\n```", "mkdir -p certs\nopenssl genpkey -algorithm RSA -out certs/server.key\n"},
		"prompts with output":       {"```sh\n$ ls\na.pem  b.pem\n$ cat a\nx\n```", "ls\ncat a\n"},
		"a root's prompt":           {"```console\n# ls\n# date\n```", "ls\ndate\n"},
		"a comment is no prompt":    {"```sh\n# a comment\nls\n```", "# a comment\nls\n"},
		"a user's prompt":           {"```\nme@host:~/certs$ ls\n```", "ls\n"},
		"a root's with a machine":   {"```\nroot@host:/etc# ls\n```", "ls\n"},
		"an environment's prompt":   {"```bash\n(venv) $ python -V\n```", "python -V\n"},
		"a bracketed prompt":        {"```\n[me@host certs]$ ls\n```", "ls\n"},
		"a prompt that goes on":     {"```sh\n$ echo a \\\n>   b\nprinted\n```", "echo a \\\n  b\n"},
		"a quote that goes on":      {"```sh\n$ echo 'a\n> b'\nprinted\n```", "echo 'a\nb'\n"},
		"a heredoc behind a prompt": {"```sh\n$ cat > a <<EOF\nx = $ y\nEOF\n$ ls\n```", "cat > a <<EOF\nx = $ y\nEOF\nls\n"},
		"a variable is no prompt":   {"```sh\n$HOME/x\n```", "$HOME/x\n"},
		"sudo in the page's folder": {"```sh\nmkdir a\nsudo openssl genrsa -out a/b.key && sudo chmod 600 a/b.key\n```", "mkdir a\nopenssl genrsa -out a/b.key && chmod 600 a/b.key\n"},
		"sudo behind a prompt":      {"```sh\n$ sudo mkdir certs\n```", "mkdir certs\n"},
	} {
		s := read(t, c.block+"\n")[0]
		if s.Kind != Shell || s.Typed != c.want {
			t.Errorf("%s: got %q (%s %s)", name, s.Typed, s.Kind, s.Why)
		}
	}
}

// What differs from what is printed is said.
func TestWhatIsNotTypedIsSaid(t *testing.T) {
	for block, says := range map[string]string{
		"```sh\n$ ls\na\n```":          "output is not typed",
		"```sh\nsudo mkdir certs\n```": "without sudo",
		"```sh\nls\n```":               "",
		"```sh\n$ ls\n```":             "",
	} {
		if got := strings.Join(read(t, block+"\n")[0].Notes, "; "); !strings.Contains(got, says) || says == "" && got != "" {
			t.Errorf("%q: got %q", block, got)
		}
	}
}

func TestWhatIsNoCommandIsNotRun(t *testing.T) {
	const before = "```sh\nkubectl get pods\n```\n\n"
	for name, c := range map[string]struct {
		page string
		kind Kind
		why  string
	}{
		"options":                         {"```bash\n-v attu-data:/data \\\n-e ATTU_DB_PATH=/data/attu.db \\\n```", NotRun, "options to a command"},
		"long options":                    {"```sh\n--from-file=a.pem\n```", NotRun, "options to a command"},
		"the end of a pipe":               {"```sh\n| grep TLS\n```", NotRun, "options to a command"},
		"an operator":                     {"```sh\n&& ls\n```", NotRun, "options to a command"},
		"a value of the reader's own":     {"```sh\nopenssl x509 -in <your certificate> -noout\n```", NotRun, "<your certificate>"},
		"redirections":                    {"```sh\nsort <in >out\n```", Shell, ""},
		"root for what is not the page's": {"```sh\nsudo mkdir /etc/milvus\n```", NotRun, "root"},
		"root for an owner":               {"```sh\nsudo chown 1000 a\n```", NotRun, "root"},
		"another user":                    {"```sh\nsudo -u milvus ls\n```", NotRun, "root"},
		"root below root":                 {"```sh\nsudo env A=1 docker ps\n```", NotRun, "container"},
		"a table":                         {"```bash\nNAME         READY   STATUS\nmilvus-0     1/1     Running\n```", NotRun, "prints"},
		"JSON":                            {"```shell\n{\"code\": 0}\n```", NotRun, "prints"},
		"a status line":                   {"```sh\nHTTP/1.1 200 OK\nDate: today\n```", NotRun, "prints"},
		"what kubectl says":               {"```sh\nsecret/certs created\n```", NotRun, "prints"},
		"a terminal without a prompt":     {"```console\nsubject=CN = localhost\n```", NotRun, "prints"},
		"output behind commands":          {before + "```bash\nCertificate request self-signature ok\nsubject=CN=localhost\n```", NotRun, "prints"},
		"commands behind commands":        {before + "```bash\n./make.sh\n```", Shell, ""},
		"output in another section":       {before + "# Next\n\n```bash\nno-such-command\n```", Shell, ""},
		"a command that nobody knows":     {"```bash\nno-such-command --x\n```", Shell, ""},
		"a heredoc of INI":                {"```bash\ncat > x.cnf <<'EOF'\n[ req ]\nkeyUsage = x\nEOF\nopenssl version\n```", Shell, ""},
		"a heredoc of Python":             {"```sh\ncat > a.py <<EOF\nimport pymilvus\nEOF\n```", Shell, ""},
		"a heredoc that names sudo":       {"```sh\ncat > a <<EOF\nsudo docker\nEOF\n```", Shell, ""},
		"a heredoc of a tree":             {"```\ncat <<EOF\n├── a\nEOF\n```", Shell, ""},
		"an apostrophe in a comment":      {"```sh\n# don't\nsudo docker ps # isn't\n```", NotRun, "container"},
		"INI under a shell's name":        {"`x.cnf`\n\n```shell\n[ v3_req ]\nbasicConstraints = CA:FALSE\n```", File, ""},
		"a Compose file":                  {"```yaml\nservices:\n  standalone:\n    image: milvusdb/milvus\n```", Manifest, "container"},
	} {
		all := read(t, c.page+"\n")
		if s := all[len(all)-1]; s.Kind != c.kind || !strings.Contains(s.Why, c.why) {
			t.Errorf("%s: got %q (%s)", name, s.Kind, s.Why)
		}
	}
}

// Marks change nothing that a script does.
func TestMarksStandBeforeCommands(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb; c\n":               "M; a\nM; b; M; c\n",
		"cat <<E\na\nE\nb\n":      "M; cat <<E\na\nE\nM; b\n",
		"# x\nf() {\n  a\n}\nf\n": "# x\nM; f() {\n  a\n}\nM; f\n",
		"a || echo $?\n":          "a || echo $?\n",
		"a 'b\n":                  "a 'b\n",
		"a |\n  b\n":              "M; a |\n  b\n",
	} {
		if got := Marked(text, "M"); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// A block that is made to be slow or deep is read in bounded time.
func TestABlockWithoutEndIsBounded(t *testing.T) {
	begin := time.Now()
	for _, unit := range []string{"$ echo '\n", "$(", "(", "{ ", "`", "$((", "<<E\n", "a && ", "if ", "> ", "$ a \\\n"} {
		text := strings.Repeat(unit, maxScript/len(unit))
		for _, text := range []string{text, strings.Repeat(text+"\n", 8)} {
			commands, _, _ := typed(text, "sh")
			s := parse(commands)
			s.bare()
			Marked(commands, "M")
		}
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %s", took)
	}
}

func FuzzTyped(f *testing.F) {
	for _, text := range []string{"$ a \\\n> b\nc", "# a\n", "cat <<E\nE\n", "sudo sudo a", "$ cat <<'E'\n> $ x", "a <b> c", "$(", "`", "\"$("} {
		f.Add(text, "sh")
		f.Add(text, "console")
	}
	f.Fuzz(func(_ *testing.T, text, lang string) {
		commands, _, _ := typed(text, lang)
		s := parse(commands)
		s.programs()
		s.fragment()
		s.bare()
		Marked(commands, "M")
		step := Step{Typed: commands}
		step.withoutRoot(s)
		if strings.TrimSpace(commands) != "" {
			isOutput(s, true)
		}
	})
}
