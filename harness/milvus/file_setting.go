package milvus

import "milvus-tls-e2e/harness"

// SettingFor returns the configuration key that names a file.
func SettingFor(f harness.File) string {
	switch f {
	case harness.ServerCert:
		return "tls.serverPemPath"
	case harness.ServerKey:
		return "tls.serverKeyPath"
	case harness.CACert:
		return "tls.caPemPath"
	case harness.EtcdCert:
		return "etcd.ssl.tlsCert"
	case harness.EtcdKey:
		return "etcd.ssl.tlsKey"
	case harness.EtcdCA:
		return "etcd.ssl.tlsCACert"
	case harness.StoreCA:
		return "minio.ssl.tlsCACert"
	case harness.EtcdServer:
		return "etcd.ssl.tlsMinVersion"
	case harness.StoreServer:
		return "minio.ssl.tlsMinVersion"
	case harness.InternalCert:
		return "internaltls.serverPemPath"
	case harness.InternalKey:
		return "internaltls.serverKeyPath"
	case harness.InternalCA:
		return "internaltls.caPemPath"
	}
	return ""
}
