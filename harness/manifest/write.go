package manifest

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

//go:embed templates/*
var templates embed.FS

// DefaultImage is the official image that manifests name where no other is
// asked for.
const DefaultImage = "milvusdb/milvus:v2.6.22"

// The paths of certificates in manifests, as in the pages.
const (
	podCerts     = "/certs"
	composeCerts = "/milvus/tls"
)

// The files that Write gives.
const (
	ComposeFile  = "compose.yaml"
	OperatorFile = "operator.yaml"
	ChartFile    = "values.yaml"
	ReadmeFile   = "README.md"
)

// written is what the templates are filled with.
type written struct {
	Topology         harness.Topology
	Image            string // whole
	Repository, Tag  string
	Etcd, MinIO      string
	Config           string // of the pod
	Environment      []string
	Certs            bool     // certificates are mounted
	Files            []string // which ones, by their names in the secret and in ./tls
	Internal         bool     // components have certificates of their own among them
	InternalName     string   // the name that these are valid for
	Chart            bool     // the chart can deploy this
	REST             bool     // REST has a port of its own
	RESTPort         int
	Compose          string // where the Compose file mounts certificates
	Pod              string // where the others do
	ChartFlag        string // which chart, where the newest does not suit the release
	Scheme, Protocol string // of the commands that try the server out
}

// Write returns ready-to-use files for a topology, by their names. They name the
// user's certificates and hold none.
func Write(t harness.Topology, image string) (map[string][]byte, error) {
	w, err := fill(t, image)
	if err != nil {
		return nil, fmt.Errorf("write manifests for %s: %w", t.Name, err)
	}
	all, err := template.New("").Funcs(template.FuncMap{"indent": indent}).ParseFS(templates, "templates/*")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{ComposeFile, OperatorFile, ChartFile, ReadmeFile} {
		if name == ChartFile && !w.Chart {
			continue // the README explains why
		}
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, name, w); err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = append(bytes.TrimSpace(out.Bytes()), '\n')
	}
	return files, nil
}

func fill(t harness.Topology, image string) (written, error) {
	if t.EtcdTLS || t.StoreTLS {
		return written{}, errors.New("its etcd or object store is encrypted, and what is written starts both in plaintext: bring your own, and write those settings by hand")
	}
	if t.Internal != harness.InternalOff && t.Internal != harness.InternalOn {
		return written{}, errors.New("its components cannot speak to each other, or only by chance: write TOPOLOGY=internal, and break what you want to see broken")
	}
	named, _, _ := strings.Cut(image, "@") // a digest may follow
	i := strings.LastIndex(named, ":")
	if i <= 0 || i == len(named)-1 || strings.ContainsAny(image, " \t\n'\"{}") || strings.Contains(named[i:], "/") {
		return written{}, fmt.Errorf("the image %q has no tag: write it as %s", image, DefaultImage)
	}
	release := named[i+1:]
	if t.Internal != harness.InternalOff && !milvus.HasInternalTLS(release) {
		return written{}, fmt.Errorf("the image is Milvus %s, which has no TLS between components: name one of 2.5 or later", release)
	}
	w := written{
		Topology: t, Image: image, Repository: image[:i], Tag: image[i+1:], Certs: t.Mode != 0 || t.Internal != harness.InternalOff,
		REST: t.REST == harness.OwnPort, RESTPort: milvus.DefaultRESTPort, Compose: composeCerts, Pod: podCerts,
		Scheme: "http", Protocol: "in plaintext", Internal: t.Internal == harness.InternalOn, InternalName: harness.InternalName,
	}
	w.Files = certFiles(t)
	// A chart that merges user.yaml for a release which does not (before 4.2.0)
	// mounts no volumes into standalone (before 4.2.31): read in its templates.
	w.Chart = milvus.ReadsUserYAML(release) || !w.Certs
	if t.TLS() {
		w.Scheme, w.Protocol = "https", "over TLS"
	}
	if !milvus.ReadsUserYAML(release) {
		w.ChartFlag = " --version 4.1.36"
	}
	w.Etcd, w.MinIO = milvus.Pairings[0].Etcd, milvus.Pairings[0].MinIO
	line := milvus.Line(milvus.Core(release))
	for _, p := range milvus.Pairings {
		if p.Line == line {
			w.Etcd, w.MinIO = p.Etcd, p.MinIO
		}
	}
	var config bytes.Buffer
	e := yaml.NewEncoder(&config)
	e.SetIndent(2)
	err := e.Encode(milvus.TLSConfig(t, podCerts))
	w.Config = config.String()
	for key, value := range milvus.Flat(milvus.TLSConfig(t, composeCerts)) {
		w.Environment = append(w.Environment, fmt.Sprintf("%s: %q", milvus.Variable(key), fmt.Sprint(value)))
	}
	slices.Sort(w.Environment)
	return w, err
}

// certFiles names the files that a topology's configuration names, in the order
// in which people list them.
func certFiles(t harness.Topology) (names []string) {
	config := milvus.Flat(milvus.TLSConfig(t, podCerts))
	for _, f := range []harness.File{
		harness.ServerCert, harness.ServerKey, harness.CACert, harness.InternalCert, harness.InternalKey, harness.InternalCA,
	} {
		for _, value := range config {
			if fmt.Sprint(value) == path.Join(podCerts, string(f)) {
				names = append(names, string(f))
				break
			}
		}
	}
	return names
}

func indent(by int, text string) string {
	pad := strings.Repeat(" ", by)
	return pad + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+pad)
}

// base returns the last part of an image's name, and its tag without a digest.
func base(image string) (name, tag string) {
	image, _, _ = strings.Cut(image, "@")
	name, tag, _ = strings.Cut(path.Base(image), ":")
	return name, tag
}
