package pki

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"milvus-tls-e2e/harness"
)

// inForm returns what a file holds in another form; the same text where the defect is none of
// form. other is what the file of the other kind holds.
func (w *CertSet) inForm(text []byte, defect harness.Defect, owner Cert) ([]byte, error) {
	switch defect {
	case harness.WithCRLF:
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), nil
	case harness.WithBOM:
		return append([]byte("\xef\xbb\xbf"), text...), nil
	case harness.WithText:
		return append(bytes.Clone(text), "what an editor left behind\n-----BEGIN NOTHING-----\n"...), nil
	case harness.Traditional:
		return owner.traditionalKey()
	case harness.Encrypted:
		return owner.encryptedKey("a password that no server is told")
	case harness.OtherKind:
		if block, _ := pem.Decode(text); block != nil && block.Type == "CERTIFICATE" {
			return owner.KeyPEM()
		}
		return owner.CertPEM(), nil
	default:
		return text, nil
	}
}

// traditionalKey returns the key in its algorithm's own form: PKCS#1 or SEC 1.
func (c Cert) traditionalKey() ([]byte, error) {
	switch key := c.key.(type) {
	case *rsa.PrivateKey:
		return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(key)
		return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
	}
	return nil, fmt.Errorf("encode key: %T has no form of its own", c.key)
}

// The algorithms of a key that a password protects, from RFC 8018.
var (
	pbes2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	pbkdf2ID   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	hmacSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	aes256CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

// encryptedKey returns the key as PKCS#8 that a password protects.
func (c Cert) encryptedKey(password string) ([]byte, error) {
	const rounds = 2048
	plain, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	_, _ = rand.Read(salt) // which does not fail
	_, _ = rand.Read(iv)
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	var sealed encryptedInfo
	sealed.Algorithm.ID, sealed.Data = pbes2, plain
	sealed.Algorithm.With.Derivation = derivation{ID: pbkdf2ID, With: derivationParameters{salt, rounds, pkix.AlgorithmIdentifier{Algorithm: hmacSHA256, Parameters: asn1.NullRawValue}}}
	sealed.Algorithm.With.Encryption.ID, sealed.Algorithm.With.Encryption.IV = aes256CBC, iv
	der, err := asn1.Marshal(sealed)
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), err
}

// What such a key consists of, from RFC 5958 and RFC 8018.
type (
	encryptedInfo struct {
		Algorithm struct {
			ID   asn1.ObjectIdentifier
			With struct {
				Derivation derivation
				Encryption struct {
					ID asn1.ObjectIdentifier
					IV []byte
				}
			}
		}
		Data []byte
	}
	derivation struct {
		ID   asn1.ObjectIdentifier
		With derivationParameters
	}
	derivationParameters struct {
		Salt   []byte
		Rounds int
		PRF    pkix.AlgorithmIdentifier
	}
)

// writeOdd puts something in a file's place that is no file: a folder, a pipe or a link to
// the file. It does nothing where the defect is none of those.
func writeOdd(path string, defect harness.Defect) error {
	switch defect {
	case harness.Folder:
		return errors.Join(os.Remove(path), os.Mkdir(path, folderMode))
	case harness.Pipe:
		return errors.Join(os.Remove(path), syscall.Mkfifo(path, uint32(keyMode)))
	case harness.Link:
		real := filepath.Join(filepath.Dir(path), "really-"+filepath.Base(path))
		return errors.Join(os.Rename(path, real), os.Symlink(filepath.Base(real), path))
	default:
		return nil
	}
}
