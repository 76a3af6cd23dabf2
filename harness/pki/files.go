package pki

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
)

// The modes of what is written. A folder or a file is open to nobody else
// where a key may be in it.
const (
	folderMode fs.FileMode = 0o700
	certMode   fs.FileMode = 0o644
	keyMode    fs.FileMode = 0o600
)

// ServerFiles is a folder with what a server is configured with.
type ServerFiles struct{ Dir string }

// Path returns the path of one of the server's files.
func (f ServerFiles) Path(file harness.File) string { return filepath.Join(f.Dir, string(file)) }

// Files is a folder with a whole certificate set, for clients that read files: what a
// server is configured with, another-ca.pem and every identity.
type Files struct{ ServerFiles }

// Trust returns the path of what a client trusts; zero means ca.pem.
func (f Files) Trust(t harness.TrustStore) string {
	if t == "" {
		t = harness.TrustCA
	}
	return filepath.Join(f.Dir, string(t))
}

// Client returns the paths of an identity's chain and key, and "" for both where
// the identity is harness.Nobody.
func (f Files) Client(name string) (certPath, keyPath string) {
	if name == harness.Nobody {
		return "", ""
	}
	base := filepath.Join(f.Dir, clientsFolder, name)
	return base + ".pem", base + ".key"
}

const clientsFolder = "clients"

// Write writes everything that a client may need into dir: ca.pem,
// another-ca.pem, server.pem, server.key, and clients/NAME.pem and .key for
// each of the catalogue; what an assembled certificate set was not given is left out.
// Folders that it makes have mode 0700, keys 0600.
func (w *CertSet) Write(dir string) (Files, error) {
	files := Files{ServerFiles{Dir: dir}}
	var err error
	switch {
	case w.server.key != nil:
		_, err = w.WriteServer(dir, harness.ConfigChange{})
	default:
		err = w.writeTrust(files)
	}
	if err != nil {
		return Files{}, fmt.Errorf("write certificates: %w", err)
	}
	if err := writeFile(files.Trust(harness.TrustOther), w.another.PEM(), certMode); err != nil {
		return Files{}, fmt.Errorf("write certificates: %w", err)
	}
	for name, cert := range w.identities {
		if _, _, err := cert.Write(filepath.Join(dir, clientsFolder), name); err != nil {
			return Files{}, fmt.Errorf("write certificates: %w", err)
		}
	}
	return files, nil
}

// writeTrust writes what clients may trust of a server whose key is not here.
func (w *CertSet) writeTrust(files Files) error {
	if err := os.MkdirAll(files.Dir, folderMode); err != nil {
		return err
	}
	if err := writeFile(files.Trust(harness.TrustCA), w.ca.PEM(), certMode); err != nil || len(w.server.chain) == 0 {
		return err
	}
	return writeFile(files.Trust(harness.TrustServer), w.server.CertPEM(), certMode)
}

// serverFiles are all that a server may be configured with; what it shows to
// etcd is a good client's.
func (w *CertSet) serverFiles() []harness.File {
	files := []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert, harness.EtcdCA, harness.StoreCA}
	if w.identities[harness.Good].key != nil {
		files = append(files, harness.EtcdCert, harness.EtcdKey)
	}
	if w.inside.key != nil {
		files = append(files, harness.InternalCert, harness.InternalKey, harness.InternalCA)
	}
	return files
}

// WriteServer writes server.pem, server.key, ca.pem and what a server shows and
// trusts as a client of its backends into dir, one of them spoilt where the
// change says so. Missing and Relative spoil nothing, because
// it is the configuration that expresses them. A defect that a file cannot
// have is an error.
func (w *CertSet) WriteServer(dir string, change harness.ConfigChange) (ServerFiles, error) {
	if err := w.possible(change); err != nil {
		return ServerFiles{}, fmt.Errorf("write server files: %w", err)
	}
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return ServerFiles{}, fmt.Errorf("write server files: %w", err)
	}
	files := ServerFiles{Dir: dir}
	for _, file := range w.serverFiles() {
		defect := harness.Defect("")
		if file == change.File {
			defect = change.Defect
		}
		text, mode, err := w.serverFile(file, defect)
		if err != nil {
			return ServerFiles{}, fmt.Errorf("write server files: %w", err)
		}
		if err := writeFile(files.Path(file), text, mode); err != nil {
			return ServerFiles{}, fmt.Errorf("write server files: %w", err)
		}
		if err := writeOdd(files.Path(file), defect); err != nil {
			return ServerFiles{}, fmt.Errorf("write server files: %w", err)
		}
	}
	return files, nil
}

// possible reports whether the change, as far as it is one of files, makes sense.
func (w *CertSet) possible(change harness.ConfigChange) error {
	if change.Defect == harness.Relative || (change.Defect == "" && change.File == "") {
		return nil
	}
	if !slices.Contains(append(w.serverFiles(), harness.EtcdServer, harness.StoreServer), change.File) {
		return fmt.Errorf("spoil %q: a server has no such file", change.File)
	}
	switch change.Defect {
	case harness.Missing, harness.Unreadable, harness.Empty, harness.NotPEM, harness.Relative,
		harness.WithCRLF, harness.WithBOM, harness.WithText, harness.OtherKind, harness.Folder, harness.Pipe, harness.Link:
		return nil
	case harness.Encrypted, harness.Traditional:
		if change.File == harness.ServerKey || change.File == harness.InternalKey {
			return nil
		}
		return fmt.Errorf("spoil %s: only a key can be %s", change.File, change.Defect)
	case harness.Foreign:
		if change.File == harness.EtcdCA || change.File == harness.StoreCA || change.File == harness.InternalCA {
			return nil
		}
		return fmt.Errorf("spoil %s: only the CA files of backends and components can be %s", change.File, change.Defect)
	case harness.Expired:
		if change.File == harness.InternalCert {
			return nil
		}
		return fmt.Errorf("spoil %s: only %s can be %s", change.File, harness.InternalCert, change.Defect)
	case harness.OnlyTLS12:
		if change.File == harness.EtcdServer || change.File == harness.StoreServer {
			return nil
		}
		return fmt.Errorf("spoil %s: only %s and the %s itself can speak %s alone", change.File, harness.EtcdServer, harness.StoreServer, change.Defect)
	case harness.Mismatched:
		if change.File == harness.ServerKey || change.File == harness.InternalKey {
			return nil
		}
		return fmt.Errorf("spoil %s: only %s and %s can be %s", change.File, harness.ServerKey, harness.InternalKey, change.Defect)
	}
	return fmt.Errorf("spoil %s: unknown defect %q", change.File, change.Defect)
}

// ownerOf returns whose key a key file holds.
func (w *CertSet) ownerOf(key harness.File) Cert {
	switch key {
	case harness.EtcdKey:
		return w.identities[harness.Good]
	case harness.InternalKey:
		return w.inside
	default:
		return w.server
	}
}

// bundle returns the certificates of several CAs as one file.
func bundle(of []*CA) (text []byte) {
	for _, ca := range of {
		text = append(text, ca.PEM()...)
	}
	return text
}

// serverFile returns what a file of the server holds, and its mode.
func (w *CertSet) serverFile(file harness.File, defect harness.Defect) ([]byte, fs.FileMode, error) {
	text, mode := w.server.CertPEM(), certMode
	switch file {
	case harness.CACert, harness.EtcdCA, harness.StoreCA, harness.InternalCA:
		text = w.ca.PEM()
		if own := map[harness.File][]*CA{harness.CACert: w.clientCAs, harness.InternalCA: w.insideCAs}[file]; own != nil {
			text = bundle(own)
		}
		if defect == harness.Foreign {
			text = w.another.PEM()
		}
	case harness.EtcdCert:
		text = w.identities[harness.Good].CertPEM()
	case harness.InternalCert:
		cert := w.inside
		if defect == harness.Expired {
			var err error
			leaf := insideLeaf
			leaf.Key, leaf.NotBefore = w.inside.key, time.Now().Add(-lifetime-24*time.Hour)
			if cert, err = w.ca.Issue(leaf); err != nil {
				return nil, 0, err
			}
		}
		text = cert.CertPEM()
	case harness.ServerKey, harness.EtcdKey, harness.InternalKey:
		owner := w.ownerOf(file)
		if defect == harness.Mismatched {
			owner.key = w.spare
		}
		key, err := owner.KeyPEM()
		if err != nil {
			return nil, 0, err
		}
		text, mode = key, keyMode
	case harness.ServerCert, harness.EtcdServer, harness.StoreServer:
	}
	switch defect {
	case harness.Empty:
		text = nil
	case harness.NotPEM:
		text = []byte("this file was spoilt on purpose and holds no such thing\n")
	case harness.Unreadable:
		mode = 0
	default:
		var err error
		if text, err = w.inForm(text, defect, w.ownerOf(file)); err != nil {
			return nil, 0, err
		}
	}
	return text, mode, nil
}

// writeFile replaces a file rather than writing into it: an old file would
// keep its mode, and one of mode 0000 could not be opened.
func writeFile(path string, text []byte, mode fs.FileMode) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace file: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	_, err = file.Write(text)
	// The process's umask may have taken bits from the mode.
	if err := errors.Join(err, file.Chmod(mode), file.Close()); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return nil
}

// Read returns the text of one of the server's files. Its mode may keep its owner
// out (a case of its own): then it is lifted for the moment.
func (f ServerFiles) Read(file harness.File) ([]byte, error) {
	path := f.Path(file)
	text, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrPermission) {
		return text, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, keyMode); err != nil {
		return nil, err
	}
	text, err = os.ReadFile(path)
	return text, errors.Join(err, os.Chmod(path, info.Mode().Perm()))
}
