package milvus

import (
	"fmt"

	"milvus-tls-e2e/harness"
)

// A block is a TLS configuration block printed by a page of the documentation, as a YAML
// mapping. It replaces what the topology configures about TLS and is merged over the rest of
// milvus.yaml. File paths and the port are the run's own.
type block struct {
	relative bool // the page writes the files' paths relative to the working directory
	port     bool // the page gives REST a port of its own
	key      string
	mode     int
}

var blocks = map[string]block{
	// In the page as tested, the lines below common have lost their indentation: common and
	// security are empty and tlsMode is at the top level, where no release reads it.
	"2.5":     {port: true, key: "tlsMode", mode: 1},
	"2.3-2.4": {key: "common.security.tlsMode", mode: 1},
	"2.2":     {relative: true, key: "common.security.tlsMode", mode: 2},
}

func (b block) settings(s Setup) []setting {
	var all []setting
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		path := s.Files.Path(f)
		if b.relative {
			path = s.relative(path)
		}
		all = append(all, setting{SettingFor(f), path})
	}
	if b.port {
		all = append(all, setting{"proxy.http.port", port(s.Port("rest"))})
	}
	return append(all, setting{b.key, b.mode})
}

func (s Setup) block() (b block, has bool, err error) {
	if s.Change.Block == "" {
		return block{}, false, nil
	}
	b, has = blocks[s.Change.Block]
	if !has {
		err = fmt.Errorf("configure: no page has a block %q", s.Change.Block)
	}
	return b, has, err
}
