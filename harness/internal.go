package harness

import "strings"

// Internal is what a topology configures of TLS between a server's own
// components, which 2.5 brought.
type Internal string

// The ways. The zero value is off; every other one switches it on, all but
// InternalOn with one thing wrong.
const (
	InternalOff      Internal = ""
	InternalOn       Internal = "on"
	InternalWrongSNI Internal = "wrong-sni"    // internaltls.sni is a name that the certificate is not for
	InternalEmptySNI Internal = "empty-sni"    // internaltls.sni is empty
	InternalWrongCA  Internal = "wrong-ca"     // internaltls.caPemPath is a CA that signed nothing here
	InternalNoCert   Internal = "missing-cert" // internaltls.serverPemPath does not exist
	InternalExpired  Internal = "expired-cert" // the certificate there is no longer valid
)

// InternalName is the DNS name in the internal certificate that the external
// one does not have, and what internaltls.sni is where nothing is wrong with it.
const InternalName = "components.milvus.example"

// Change returns what deviates from internal TLS as the page describes it; zero
// where nothing does.
func (i Internal) Change() ConfigChange {
	switch i {
	case InternalWrongSNI:
		return ConfigChange{Key: "internaltls.sni", Value: "wrong.example"}
	case InternalEmptySNI:
		return ConfigChange{Key: "internaltls.sni", Value: `""`}
	case InternalWrongCA:
		return ConfigChange{File: InternalCA, Defect: Foreign}
	case InternalNoCert:
		return ConfigChange{File: InternalCert, Defect: Missing}
	case InternalExpired:
		return ConfigChange{File: InternalCert, Defect: Expired}
	case InternalOff, InternalOn:
	}
	return ConfigChange{}
}

// Stuck reports whether components cannot reach each other, so that a server is
// right not to become ready.
func (i Internal) Stuck() bool {
	return i == InternalWrongSNI || i == InternalWrongCA || i == InternalNoCert || i == InternalExpired
}

// The ports that components use among each other. Version files list those of a release.
const (
	InternalProxy         Port = "internal-proxy"
	InternalRootCoord     Port = "internal-rootcoord"
	InternalDataCoord     Port = "internal-datacoord"
	InternalQueryCoord    Port = "internal-querycoord"
	InternalIndexCoord    Port = "internal-indexcoord"
	InternalMixCoord      Port = "internal-mixcoord"
	InternalDataNode      Port = "internal-datanode"
	InternalQueryNode     Port = "internal-querynode"
	InternalIndexNode     Port = "internal-indexnode"
	InternalStreamingNode Port = "internal-streamingnode"
)

// InternalPorts lists them all, in the order of reports.
var InternalPorts = []Port{
	InternalProxy, InternalRootCoord, InternalDataCoord, InternalQueryCoord, InternalIndexCoord, InternalMixCoord,
	InternalDataNode, InternalQueryNode, InternalIndexNode, InternalStreamingNode, InternalProxy2, InternalQueryNode2,
}

const internalPrefix = "internal-"

// Internal reports whether components speak to each other at the port.
func (p Port) Internal() bool { return strings.HasPrefix(string(p), internalPrefix) }

// Component names the component that listens at an internal port: "mixcoord" for
// "internal-mixcoord".
func (p Port) Component() string { return strings.TrimPrefix(string(p), internalPrefix) }

// RoleFeature is what a release has whose components speak at an internal port:
// "role-proxy" for "internal-proxy".
func (p Port) RoleFeature() Feature {
	return Feature(RolePrefix + p.Component())
}

// RolePrefix begins the features that name the components of a release.
const RolePrefix = "role-"

// InternalPortsOf returns the internal ports of a release by its features.
func (fs Features) InternalPortsOf() (ports []Port) {
	for _, p := range InternalPorts {
		if fs[p.RoleFeature()] {
			ports = append(ports, p)
		}
	}
	return ports
}

// The features of a topology with TLS between components.
const (
	InternalTLS       Feature = "internal"              // as the page describes it
	InternalAlone     Feature = "internal-alone"        // and external TLS is off
	InternalBesideTLS Feature = "internal-beside-tls"   // and external TLS is on
	BadInternalSNI    Feature = "internal-wrong-sni"    // each of these has one thing wrong
	NoInternalSNI     Feature = "internal-empty-sni"    //
	BadInternalCA     Feature = "internal-wrong-ca"     //
	NoInternalCert    Feature = "internal-missing-cert" //
	InternalStuck     Feature = "internal-stuck"        // no server can become ready
)

// The features of a release that have to do with its components.
const (
	HasInternalTLS Feature = "internal-tls"       // common.security.internaltlsEnabled
	RefusesShared  Feature = "refuses-rest-equal" // it does not start with TLS and REST at gRPC's port
	RefusesMode    Feature = "refuses-mode-3"     // it does not start with a number for a mode that means nothing, while REST is on
	DemandsALPN    Feature = "demands-alpn"       // gRPC's port closes a TLS connection that did not agree on h2
	MergesUser     Feature = "merges-user-yaml"   // user.yaml next to milvus.yaml is merged over it
)

// NoVectorEngine is a server that was built without its vector engine: it
// speaks to clients and components as any, and can neither index nor search. Its
// data path is not judged.
const NoVectorEngine Feature = "no-vector-engine"

// OwnBuild is a server of unknown origin, which may lack a vector engine.
const OwnBuild Feature = "own-build"
