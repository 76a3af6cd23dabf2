package milvus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Holds is what a TLS key's value is.
type Holds string

// What values are.
const (
	HoldsMode   Holds = "mode"   // 0, 1 or 2
	HoldsSwitch Holds = "switch" // true or false
	HoldsPath   Holds = "path"   // a file that the server reads
	HoldsPort   Holds = "port"
	HoldsName   Holds = "name" // a DNS name
)

// A TLSKey is a key of milvus.yaml that decides what is encrypted, or who may
// come in.
type TLSKey struct {
	Key   string // dotted, from the top of the file
	Holds Holds
	Since string // first release line that reads it; empty for every one
}

const internalSwitch = "common.security.internaltlsEnabled"

// TLSKeys are the keys that the documentation and the stock files of 2.2 to 2.6
// have, each with the one place where a server reads it.
var TLSKeys = []TLSKey{
	{"common.security.tlsMode", HoldsMode, ""},
	{"common.security.authorizationEnabled", HoldsSwitch, ""},
	{internalSwitch, HoldsSwitch, "2.5"},
	{"tls.serverPemPath", HoldsPath, ""},
	{"tls.serverKeyPath", HoldsPath, ""},
	{"tls.caPemPath", HoldsPath, ""},
	{"internaltls.serverPemPath", HoldsPath, "2.5"},
	{"internaltls.serverKeyPath", HoldsPath, "2.5"},
	{"internaltls.caPemPath", HoldsPath, "2.5"},
	{"internaltls.sni", HoldsName, "2.5"},
	{"proxy.port", HoldsPort, ""},
	{"proxy.http.enabled", HoldsSwitch, ""},
	{"proxy.http.port", HoldsPort, ""},
}

// Misplacement is a TLS key at a place where no server reads it.
type Misplacement struct {
	Key   string // its dotted path
	Right string // where it belongs; empty for a key that is read nowhere
}

func (m Misplacement) String() string {
	if m.Right == "" {
		return fmt.Sprintf("%s is a key that no release reads", m.Key)
	}
	return fmt.Sprintf("%s is not where a server reads it: it belongs at %s", m.Key, m.Right)
}

// Misplaced returns the misplaced TLS keys of a configuration, in the order of their names.
// Servers ignore them silently and use their image's defaults (seen on 2.2.16 and 2.3.5).
func Misplaced(tree map[string]any) []Misplacement {
	var found []Misplacement
	walk(tree, "", &found)
	slices.SortFunc(found, func(a, b Misplacement) int { return strings.Compare(a.Key, b.Key) })
	return found
}

func walk(tree map[string]any, above string, found *[]Misplacement) {
	for key, value := range tree {
		full := key
		if above != "" {
			full = above + "." + key
		}
		below, section := value.(map[string]any)
		switch right, odd := rightPlace(full, section); {
		case odd:
			*found = append(*found, Misplacement{Key: full, Right: right})
		case section:
			walk(below, full, found)
		}
	}
}

// rightPlace reports whether a dotted path is a misplaced TLS key, and where it belongs. Servers
// ignore case.
func rightPlace(full string, section bool) (right string, odd bool) {
	low := strings.ToLower(full)
	above, leaf := "", low
	if i := strings.LastIndex(low, "."); i >= 0 {
		above, leaf = low[:i], low[i+1:]
	}
	if section {
		switch {
		case (leaf == "tls" || leaf == "internaltls") && above != "" && ownTLS(above):
			return leaf, true
		case leaf == "http" && (above == "" || above == "common"):
			return "proxy.http", true
		case leaf == "security" && above != "common" && ownTLS(above):
			return "common.security", true
		}
		return "", false
	}
	for _, k := range TLSKeys {
		if strings.EqualFold(k.Key, full) {
			return "", false
		}
	}
	for _, k := range TLSKeys {
		name := k.Key[strings.LastIndex(k.Key, ".")+1:]
		if strings.EqualFold(name, leaf) && distinct(leaf) {
			return k.Key, true
		}
	}
	mode := above == "common.security" && (strings.HasPrefix(leaf, "tls") || strings.HasPrefix(leaf, "internaltls"))
	return "", mode || above == "tls" || above == "internaltls"
}

// distinct reports whether the last part of a key is a TLS key's at any path.
func distinct(leaf string) bool {
	return slices.Contains([]string{"tlsmode", "internaltlsenabled", "authorizationenabled", "serverpempath", "serverkeypath", "capempath"}, leaf)
}

// ownTLS reports whether a section is one of the server's own, in which TLS for
// its clients may have been put by mistake. Its backends have TLS settings of
// their own.
func ownTLS(above string) bool {
	first, _, _ := strings.Cut(above, ".")
	return slices.Contains([]string{"", "common", "proxy", "tls", "internaltls", "grpc", "security", "http"}, first)
}

// HasInternalTLS reports whether a release reads what TLS between components is
// configured with. What is no version is taken for a new one.
func HasInternalTLS(version string) bool {
	i := slices.IndexFunc(TLSKeys, func(k TLSKey) bool { return k.Key == internalSwitch })
	return !before(version, TLSKeys[i].Since+".0-0")
}

// ReadsUserYAML reports whether a release merges user.yaml over milvus.yaml: from 2.4 on (read
// in its source; 2.2.16 and 2.3.5 were seen not to). A version that cannot be parsed counts as a
// new one.
func ReadsUserYAML(version string) bool { return !before(version, "2.4.0-0") }

// before reports whether a release is older than another. What is no version is
// older than none.
func before(version, than string) bool {
	v, err := semver.NewVersion(version)
	return err == nil && v.LessThan(semver.MustParse(than))
}

// Flat returns every value of a configuration by its dotted key.
func Flat(tree map[string]any) map[string]any {
	all := map[string]any{}
	for key, value := range tree {
		below, is := value.(map[string]any)
		if !is {
			all[key] = value
			continue
		}
		for rest, v := range Flat(below) {
			all[key+"."+rest] = v
		}
	}
	return all
}

// Known returns what a configuration sets of TLSKeys, each at its place and in
// its own spelling. A server minds neither upper and lower case nor a dotted
// key in the place of a section (read in its source).
func Known(tree map[string]any) map[string]any {
	known := map[string]any{}
	for key, value := range Flat(tree) {
		for _, k := range TLSKeys {
			if strings.EqualFold(k.Key, key) {
				set(known, k.Key, value)
			}
		}
	}
	return known
}
