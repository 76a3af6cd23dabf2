package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"milvus-tls-e2e/harness/connection"
)

// The extensions that are read, from RFC 8446 and RFC 7301.
const (
	extServerName        = 0
	extALPN              = 16
	extPreSharedKey      = 41
	extSupportedVersions = 43
	extKeyShare          = 51
)

// extensions reads those that matter; it reports false where they are broken.
func (h *hello) extensions(in cryptobyte.String, from connection.Party) bool {
	var all cryptobyte.String
	if in.Empty() {
		return true // TLS 1.2 may have none
	}
	if !in.ReadUint16LengthPrefixed(&all) || !in.Empty() {
		return false
	}
	for !all.Empty() {
		var kind uint16
		var data cryptobyte.String
		if !all.ReadUint16(&kind) || !all.ReadUint16LengthPrefixed(&data) || !h.extension(kind, data, from) {
			return false
		}
	}
	return true
}

func (h *hello) extension(kind uint16, data cryptobyte.String, from connection.Party) bool {
	client := from == connection.FromClient
	var inner cryptobyte.String
	switch {
	case kind == extServerName && client:
		var sort uint8
		var name cryptobyte.String
		if !data.ReadUint16LengthPrefixed(&inner) || !inner.ReadUint8(&sort) || !inner.ReadUint16LengthPrefixed(&name) {
			return false
		}
		h.name = string(name)
	case kind == extALPN:
		if !data.ReadUint16LengthPrefixed(&inner) {
			return false
		}
		for !inner.Empty() {
			var protocol cryptobyte.String
			if !inner.ReadUint8LengthPrefixed(&protocol) {
				return false
			}
			h.protocols = append(h.protocols, string(protocol))
		}
	case kind == extPreSharedKey:
		h.resumes = true
	case kind == extSupportedVersions:
		return h.supported(data, client)
	case kind == extKeyShare && !client && len(data) == 2:
		return data.ReadUint16(&h.group)
	}
	return true
}

// supported reads the extension of versions, of which a server names one.
func (h *hello) supported(data cryptobyte.String, client bool) bool {
	list := data
	if client && !data.ReadUint8LengthPrefixed(&list) {
		return false
	}
	for !list.Empty() {
		var v uint16
		if !list.ReadUint16(&v) {
			return false
		}
		h.versions = append(h.versions, v)
	}
	return true
}

// isGrease reports whether a number is a reserved GREASE value of RFC 8701.
func isGrease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }
