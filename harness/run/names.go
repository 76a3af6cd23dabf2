package run

import (
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// names are the texts of which one has to be in the reason of a server that ended over a file:
// the setting, the path, or the file's name.
func names(change harness.ConfigChange) []string {
	kinds := map[harness.File][]string{
		harness.ServerCert: {"certificate", "server pem"},
		harness.ServerKey:  {"private key", "key input", "server key"},
		harness.CACert:     {"ca pem", "ca cert", "append ca"},
		harness.EtcdCert:   {"etcd cert key pair"},
		harness.EtcdKey:    {"etcd cert key pair"},
		harness.EtcdCA:     {"etcd ca", "load etcd", "unknown authority"},
		harness.StoreCA:    {"unknown authority"},

		harness.InternalCert: {"creds"},
		harness.InternalKey:  {"creds"},
		harness.InternalCA:   {"unknown authority", "ca cert", "append ca", "ca pem"},
	}
	switch {
	case strings.HasPrefix(change.Key, "internaltls."):
		return []string{"x509"}
	case change.File == "":
		return nil
	case change.File == harness.StoreServer: // no file: what the two sides cannot agree on
		return []string{"protocol version", "tlsminversion"}
	}
	setting := milvus.SettingFor(change.File)
	return append([]string{setting, setting[strings.LastIndex(setting, ".")+1:], string(change.File)}, kinds[change.File]...)
}
