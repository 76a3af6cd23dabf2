package harness

// File is one of the files that a server is configured with.
type File string

// The files, by the names that the pages give them.
const (
	ServerCert File = "server.pem"
	ServerKey  File = "server.key"
	CACert     File = "ca.pem"
)

// The files with which a server goes to its backends as a TLS client, and the backends
// themselves, which may be what is not as it should be.
const (
	EtcdCert    File = "etcd-client.pem"
	EtcdKey     File = "etcd-client.key"
	EtcdCA      File = "etcd-ca.pem"
	StoreCA     File = "store-ca.pem"
	EtcdServer  File = "etcd"
	StoreServer File = "object store"
)

// The files of TLS between components.
const (
	InternalCert File = "internal.pem"
	InternalKey  File = "internal.key"
	InternalCA   File = "internal-ca.pem"
)

// SettingFor gives the configuration key that names a file.
func (f File) SettingFor() string {
	switch f {
	case ServerCert:
		return "tls.serverPemPath"
	case ServerKey:
		return "tls.serverKeyPath"
	case CACert:
		return "tls.caPemPath"
	case EtcdCert:
		return "etcd.ssl.tlsCert"
	case EtcdKey:
		return "etcd.ssl.tlsKey"
	case EtcdCA:
		return "etcd.ssl.tlsCACert"
	case StoreCA:
		return "minio.ssl.tlsCACert"
	case EtcdServer:
		return "etcd.ssl.tlsMinVersion"
	case StoreServer:
		return "minio.ssl.tlsMinVersion"
	case InternalCert:
		return "internaltls.serverPemPath"
	case InternalKey:
		return "internaltls.serverKeyPath"
	case InternalCA:
		return "internaltls.caPemPath"
	}
	return ""
}
