package milvus

import (
	"fmt"

	"milvus-tls-e2e/harness"
)

// A block is what a page of the documentation has its reader put into
// milvus.yaml to switch external TLS on, as the keys that YAML makes of it. It
// takes the place of what a topology says about TLS: a server reads it merged
// over the rest of its milvus.yaml. Files are the run's own, and so is the port
// that is the harness's to give.
type block struct {
	relative bool // the page writes the files' paths relative to the working directory
	port     bool // the page gives REST a port of its own
	key      string
	mode     int
}

// blocks are the pages' blocks, by the name that a harness.Change gives them.
var blocks = map[string]block{
	// In the copy under test the lines below common have lost their
	// indentation, so that common and security are empty and tlsMode stands at
	// the top level, where no release looks for it.
	"2.5":     {port: true, key: "tlsMode", mode: 1},
	"2.3-2.4": {key: "common.security.tlsMode", mode: 1},
	"2.2":     {relative: true, key: "common.security.tlsMode", mode: 2},
}

// settings are the block's keys, with the setup's files and ports.
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

// block returns the setup's block, if it has one.
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
