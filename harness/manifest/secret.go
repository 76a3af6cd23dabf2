package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "sigs.k8s.io/yaml"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// CertsSecret is the name that the pages give the secret with the certificates.
const CertsSecret = "certs"

// ReadSecret reads a Secret as `kubectl get secret -o yaml` and `kubectl create
// secret --dry-run=client -o yaml` print it.
func ReadSecret(file string, text []byte) (corev1.Secret, error) {
	if _, err := document(text); err != nil {
		return corev1.Secret{}, fmt.Errorf("read %s: %w", file, err)
	}
	var s corev1.Secret
	if err := k8s.UnmarshalStrict(text, &s); err != nil {
		return corev1.Secret{}, fmt.Errorf("read %s: it is no Secret: %s", file, oneLine(err))
	}
	if s.Kind != "Secret" || s.Name == "" {
		return corev1.Secret{}, fmt.Errorf("read %s: it is no Secret with a name", file)
	}
	return s, nil
}

// Certs returns the secret that the pages' kubectl command makes of a server's
// files.
func Certs(files pki.ServerFiles) (corev1.Secret, error) {
	s := corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: CertsSecret}, Data: map[string][]byte{}}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		text, err := os.ReadFile(files.Path(f))
		if err != nil {
			return corev1.Secret{}, fmt.Errorf("make secret %s: %w", s.Name, err)
		}
		s.Data[string(f)] = text
	}
	// Where components have certificates of their own, these go along.
	for _, f := range []harness.File{harness.InternalCert, harness.InternalKey, harness.InternalCA} {
		text, err := os.ReadFile(files.Path(f))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return corev1.Secret{}, fmt.Errorf("make secret %s: %w", s.Name, err)
		}
		s.Data[string(f)] = text
	}
	return s, nil
}
