package harness

// File is one of the three files that a TLS server is configured with.
type File string

// The files, by the names that the pages give them.
const (
	ServerCert File = "server.pem"
	ServerKey  File = "server.key"
	CACert     File = "ca.pem"
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
	}
	return ""
}
