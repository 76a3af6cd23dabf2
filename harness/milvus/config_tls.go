package milvus

import (
	"path/filepath"

	"milvus-tls-e2e/harness"
)

func (s Setup) rest() []setting {
	at := any(port(s.Port("rest")))
	switch s.Topology.REST {
	case harness.UnsetPort:
		at = nil
	case harness.EqualPort:
		at = port(s.Port("grpc"))
	case harness.OwnPort, harness.NoREST, harness.NotGiven:
	}
	return []setting{{"proxy.http.enabled", s.Topology.REST != harness.NoREST}, {"proxy.http.port", at}}
}

func (s Setup) security() []setting {
	if b, has, _ := s.block(); has {
		return b.settings(s)
	}
	all := []setting{
		{"common.security.tlsMode", s.Topology.Mode},
		{"common.security.authorizationEnabled", s.Topology.Users},
	}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		all = append(all, setting{SettingFor(f), s.path(f)})
	}
	return all
}

// internal switches TLS between components on. It is off by default on every release.
func (s Setup) internal() []setting {
	if s.Topology.Internal == harness.InternalOff {
		return nil
	}
	all := []setting{
		{"common.security.internaltlsEnabled", true},
		{"internaltls.sni", harness.InternalName},
	}
	for _, f := range []harness.File{harness.InternalCert, harness.InternalKey, harness.InternalCA} {
		all = append(all, setting{SettingFor(f), s.path(f)})
	}
	return all
}

// path returns what the configuration calls a file.
func (s Setup) path(f harness.File) string {
	whole := s.Files.Path(f)
	if s.Change.Defect == harness.Relative {
		return s.relative(whole)
	}
	if s.Change.File == f && s.Change.Defect == harness.Missing {
		return filepath.Join(filepath.Dir(whole), "missing", string(f))
	}
	return whole
}

func (s Setup) relative(path string) string {
	if rel, err := filepath.Rel(s.Work, path); err == nil {
		return rel
	}
	return path
}
