package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/pki"
)

// The files that the pages' recipes leave, by the names that all copies give
// them.
var recipeFiles = []string{"ca.pem", "ca.key", "server.pem", "server.key", "client.pem", "client.key"}

func number(s steps.Step) string { return strconv.Itoa(s.Number) }

// where returns the folder that holds a file of the page's, the latest first, as
// commands see it; "" where none does.
func (w *pageRun) where(name string) string {
	for _, dir := range slices.Backward(w.been) {
		if slices.Contains(w.Box.Files(dir), name) {
			return dir
		}
	}
	return ""
}

// need makes sure that there are certificates: where the page made none, the
// harness's own take their place.
func (w *pageRun) need(ctx context.Context) {
	if w.where("server.pem") == "" && w.where("ca.pem") == "" {
		w.lay(ctx, "no block of the page made any")
	}
}

// lay puts certificates of the harness's own where the page's recipe would
// have left its own, so that one broken block does not hide the rest.
func (w *pageRun) lay(ctx context.Context, why string) {
	if ctx.Err() != nil {
		return
	}
	if err := w.layAll(); err != nil {
		w.laid = why + ", and the harness could make none either: " + err.Error()
		return
	}
	w.laid = why
}

func (w *pageRun) layAll() error {
	ca, err := pki.NewCA(pki.Authority{})
	if err != nil {
		return err
	}
	caKey, err := ca.KeyPEM()
	if err != nil {
		return err
	}
	files := map[string][]byte{"ca.pem": ca.PEM(), "ca.key": caKey, "ca.srl": []byte("01\n")}
	for name, usages := range map[string]pki.Leaf{"server": {Usages: pki.ServerAuth}, "client": {}} {
		cert, err := ca.Issue(usages)
		if err != nil {
			return err
		}
		key, err := cert.KeyPEM()
		if err != nil {
			return err
		}
		files[name+".pem"], files[name+".key"] = cert.CertPEM(), key
	}
	for name, text := range files {
		mode := fs.FileMode(0o644)
		if path.Ext(name) == ".key" {
			mode = 0o600
		}
		if err := w.Box.Replace(path.Join(w.in, name), text, mode); err != nil {
			return err
		}
	}
	w.move(w.in)
	return nil
}

// whose returns the origin of the certificates that a block is judged with.
func (w *pageRun) whose() string {
	if w.laid == "" {
		return "certificates: the page's own"
	}
	return "certificates: the harness's own, in the same places, because " + w.laid
}

// serve copies the files that a configuration names to a folder, for a server
// to see: what the page's commands can still write must not change under it.
func (w *pageRun) serve(names []string) (string, error) {
	w.servers++
	dir := filepath.Join(w.Dir, "page-files", strconv.Itoa(w.servers))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for _, name := range names {
		from := w.where(name)
		if from == "" {
			continue // then it is missing for the server too
		}
		text, err := w.Box.Open(path.Join(from, name))
		if err != nil {
			return "", fmt.Errorf("take %s from the page's folder: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// certs makes the harness's own clients from the page's files.
func (w *pageRun) certs() (*pki.CertSet, error) {
	parts := map[string][]byte{}
	for _, name := range recipeFiles {
		dir := w.where(name)
		if dir == "" {
			continue
		}
		text, err := w.Box.Open(path.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		parts[name] = text
	}
	return pki.Assemble(pki.Parts{
		CA: parts["ca.pem"], CAKey: parts["ca.key"], Server: parts["server.pem"], ServerKey: parts["server.key"],
		Client: parts["client.pem"], ClientKey: parts["client.key"],
	})
}
