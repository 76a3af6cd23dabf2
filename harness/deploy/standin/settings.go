package standin

import (
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// Error messages about the configuration, as of 2.5.8 and 2.6.3.
var (
	errMode   = errors.New("tls mode must be 0: no authentication, 1: one way authentication or 2: two way authentication")
	errShared = errors.New("proxy server(http) and external grpc server share the same port, tls mode must be 0")
)

// settings is the part of milvus.yaml that a stand-in reads.
type settings struct {
	TLS struct {
		Cert string `yaml:"serverPemPath"`
		Key  string `yaml:"serverKeyPath"`
		CA   string `yaml:"caPemPath"`
	} `yaml:"tls"`
	Internal struct {
		Cert string `yaml:"serverPemPath"`
		Key  string `yaml:"serverKeyPath"`
		CA   string `yaml:"caPemPath"`
		SNI  string `yaml:"sni"`
	} `yaml:"internaltls"`
	Common struct {
		Security struct {
			Internal bool `yaml:"internaltlsEnabled"`
			Mode     any  `yaml:"tlsMode"`
			Other    any  `yaml:"tlsEnabled"` // no release reads it; the oldest page's prose names it
			Users    bool `yaml:"authorizationEnabled"`
		} `yaml:"security"`
	} `yaml:"common"`
	Log struct {
		Async struct {
			Enable *bool `yaml:"enable"`
		} `yaml:"asyncWrite"`
	} `yaml:"log"`
	Etcd struct {
		Endpoints string  `yaml:"endpoints"`
		Root      *string `yaml:"rootPath"`
		SSL       struct {
			Enabled bool   `yaml:"enabled"`
			Cert    string `yaml:"tlsCert"`
			Key     string `yaml:"tlsKey"`
			CA      string `yaml:"tlsCACert"`
			Floor   string `yaml:"tlsMinVersion"`
		} `yaml:"ssl"`
	} `yaml:"etcd"`
	Kafka struct {
		Brokers string `yaml:"brokerList"`
		SSL     struct {
			Enabled bool   `yaml:"enabled"`
			CA      string `yaml:"tlsCaCert"`
		} `yaml:"ssl"`
	} `yaml:"kafka"`
	MinIO struct {
		Address string `yaml:"address"`
		Port    int    `yaml:"port"`
		UseSSL  bool   `yaml:"useSSL"`
		SSL     struct {
			CA    string `yaml:"tlsCACert"`
			Floor string `yaml:"tlsMinVersion"`
		} `yaml:"ssl"`
	} `yaml:"minio"`
	Top   any `yaml:"tlsMode"` // where a page's block puts it whose indentation is lost
	Proxy struct {
		Port int `yaml:"port"`
		HTTP struct {
			Enabled *bool `yaml:"enabled"`
			Port    *int  `yaml:"port"`
			HSTS    bool  `yaml:"enableHSTS"`
			Age     *int  `yaml:"hstsMaxAge"`
			Below   bool  `yaml:"hstsIncludeSubDomains"`
		} `yaml:"http"`
	} `yaml:"proxy"`
}

func parse(text []byte) (settings, error) {
	var s settings
	if err := yaml.Unmarshal(text, &s); err != nil {
		return settings{}, fmt.Errorf("read milvus.yaml: %w", err)
	}
	return s, nil
}

func (s settings) mode(l faults, loose bool) (int, error) {
	// No release reads the mode at the top level; an honest stand-in is a server on which every
	// claim holds.
	text := "0"
	switch {
	case s.Common.Security.Mode != nil:
		text = fmt.Sprint(s.Common.Security.Mode)
	case s.Top != nil && !l[NestedModeOnly]:
		text = fmt.Sprint(s.Top)
	}
	mode, err := strconv.Atoi(text)
	switch {
	case l[IgnoresTLSMode]:
		return 0, nil
	case loose && (err != nil || (mode < 0 || mode > 2) && s.restOff()):
		return 0, nil
	case err != nil || mode < 0 || mode > 2:
		if l[UnknownModeAs0] {
			return 0, nil
		}
		return 0, errMode
	case mode == 0 && l[OtherKeyWorks] && fmt.Sprint(s.Common.Security.Other) == "true":
		return 1, nil
	}
	return mode, nil
}

func (s settings) restOff() bool { return s.Proxy.HTTP.Enabled != nil && !*s.Proxy.HTTP.Enabled }

// shared reports whether REST has no port but gRPC's, if it is on.
func (s settings) shared() bool {
	return s.Proxy.HTTP.Port == nil || *s.Proxy.HTTP.Port == s.Proxy.Port
}

// doors decides which ports are open, and who is served at each.
func (s settings) doors(mode int, l faults) ([]*frontDoor, error) {
	grpc := &frontDoor{port: harness.GRPC, number: s.Proxy.Port, grpc: true}
	doors := []*frontDoor{grpc}
	switch {
	case s.restOff():
	case !s.shared():
		doors = append(doors, &frontDoor{port: harness.HTTP, number: *s.Proxy.HTTP.Port, rest: true})
	case mode == 0:
		grpc.rest = true
	case l[RESTVanishes], l[RESTSharesGRPCPort]:
	default:
		return nil, errShared
	}
	if mode != 0 && l[RESTSharesGRPCPort] {
		grpc.rest = true
	}
	for _, d := range doors {
		d.silent = l[NeverAnswers]
		d.hangs = mode == 0 && l[HangsTLSClientsInMode0]
		bare := l[GRPCInPlaintext] && d.port == harness.GRPC || l[RESTInPlaintext] && d.port == harness.HTTP
		d.secure = mode != 0 && !bare || mode == 0 && l[TLSInMode0]
		d.plain = !d.secure || mode != 0 && l[PlaintextBesideTLS]
	}
	return doors, nil
}

// hsts returns the Strict-Transport-Security header that REST's answers carry, with a
// year for its age where none is configured (read in 2.6.20's source).
func (s settings) hsts(l faults) string {
	const year = 31536000
	age := year
	if s.Proxy.HTTP.Age != nil && !l[HSTSForAYear] {
		age = *s.Proxy.HTTP.Age
	}
	if (!s.Proxy.HTTP.HSTS || l[HSTSNever]) && !l[HSTSAlways] {
		return ""
	}
	header := fmt.Sprintf("max-age=%d", age)
	if s.Proxy.HTTP.Below {
		header += "; includeSubDomains"
	}
	return header
}
