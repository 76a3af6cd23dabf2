package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/canary"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/pki"
)

// each makes an attempt one case for each client: the raw client at both ports, which observes
// why it was refused, and users' clients, which often only report that they were.
func each(name string, a harness.Attempt, raw, people harness.Outcome) []harness.Case {
	return append(rawly(name, a, raw), peoples(name, a, people)...)
}

// rawly makes an attempt one case of the raw client at each port.
func rawly(name string, a harness.Attempt, want harness.Outcome) []harness.Case {
	return []harness.Case{
		via(name, a, harness.Raw, harness.GRPC, want),
		via(name, a, harness.Raw, harness.HTTP, want, restNeeds...),
	}
}

// peoples makes an attempt one case of each client that people use.
func peoples(name string, a harness.Attempt, want harness.Outcome) []harness.Case {
	return []harness.Case{
		via(name, a, harness.Go, harness.GRPC, want),
		via(name, a, harness.REST, harness.HTTP, want, restNeeds...),
		via(name, a, harness.Curl, harness.HTTP, want, curlNeeds...),
		via(name, a, harness.Node, harness.GRPC, want, harness.EveryClient, harness.Node.Feature()),
		unexplained(via(name, a, harness.Pymilvus, harness.GRPC, want, pymilvusNeeds...)),
		unexplained(via(name, a, harness.Java, harness.GRPC, want, harness.EveryClient, harness.Java.Feature())),
	}
}

// releases makes an attempt one case of each pinned release of an SDK, to be
// served.
func releases(client harness.Client, name string, a harness.Attempt, needs ...harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, e := range client.Releases() {
		a.Release = e
		c := via(name, a, client, harness.GRPC, harness.Served, append(slices.Clone(needs), harness.ClientVersion{Client: client, Release: e}.Installed())...)
		c.Name = name + " via " + harness.ClientVersion{Client: client, Release: e}.String() + " at " + string(harness.GRPC)
		cases = append(cases, c)
	}
	return cases
}

// unexplained adapts a case to clients that retry until their time limit without a reason:
// pymilvus 2.4 and the Java SDK report an untrusted server certificate in the same way as an
// absent server.
func unexplained(c harness.Case) harness.Case {
	switch c.Want {
	case harness.RefusedByClient, harness.RefusedTLS:
		c.Want = harness.NotServed
		c.Remark = "pymilvus 2.4 and the Java SDK try again and again until their time limit, and then do not say what was wrong"
	default:
	}
	return c
}

// via is one case: an attempt by one client at one port.
func via(name string, a harness.Attempt, client harness.Client, port harness.Port, want harness.Outcome, needs ...harness.Feature) harness.Case {
	a.Client, a.Port = client, port
	return harness.Case{
		Name: name + " via " + string(client) + " at " + string(port),
		Want: want, Needs: needs, Check: a,
	}
}

// manifest is the change to a server that a manifest of fixtures describes.
func manifest(name string) harness.ConfigChange { return harness.ConfigChange{Manifest: name} }

// deployed makes the start of a server from a manifest one case for each mode:
// what is named NAME-1 and NAME-2 in fixtures/manifests.
func deployed(name string) []harness.Case {
	return []harness.Case{
		starting("gRPC in mode 1", manifest(name+"-1"), start.StartedTLS, harness.Mode1),
		starting("gRPC in mode 2", manifest(name+"-2"), start.StartedTLS, harness.Mode2),
	}
}

// finding gives cases a finding of their own, where the claim's would not distinguish them from
// its other cases.
func finding(what string, cases ...harness.Case) []harness.Case {
	for i := range cases {
		cases[i].Finding = what
	}
	return cases
}

// findingIfServed is finding where the client was served: of nothing else the sentence
// would be true.
func findingIfServed(what string, cases ...harness.Case) []harness.Case {
	for i := range cases {
		cases[i].FindingIf = map[harness.Outcome]string{harness.Served: what}
	}
	return cases
}

// need adds features to what each case needs.
func need(cases []harness.Case, more ...harness.Feature) []harness.Case {
	for i := range cases {
		cases[i].Needs = append(slices.Clone(cases[i].Needs), more...)
	}
	return cases
}

// starting is one case: a server of its own, started with one change.
func starting(name string, change harness.ConfigChange, want harness.Outcome, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: want, Needs: needs, Check: start.Check{Change: change}}
}

// components makes an attempt one case of the raw client at each port of a
// server's components that the release has.
func components(name string, a harness.Attempt, want harness.Outcome) []harness.Case {
	var cases []harness.Case
	for _, port := range harness.InternalPorts {
		cases = append(cases, via(name, a, harness.Raw, port, want, port.RoleFeature()))
	}
	return cases
}

// upgraded is one case: an aspect of an upgrade.
func upgraded(name string, of upgrade.Aspect, want harness.Outcome, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: want, Needs: needs, Check: upgrade.Check{Aspect: of}}
}

// rolledThrough makes a change of a cluster, one component after the other, one case for
// each aspect.
func rolledThrough(change rolling.Change, aspects ...rolling.Aspect) (cases []harness.Case) {
	for _, a := range aspects {
		cases = append(cases, harness.Case{Name: string(change) + ", " + string(a), Want: rolling.Throughout, Check: rolling.Check{Change: change, Aspect: a}})
	}
	return cases
}

// hidden is one case: a canary that crosses a hop and is not seen on it.
func hidden(name string, hop harness.Port, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: canary.Hidden, Needs: needs, Check: canary.Check{Hop: hop}}
}

// resilienceCase is one case: something that no honest client does, at a port.
func resilienceCase(name string, check resilience.Check, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name + " at " + string(check.Port), Want: resilience.Survived, Needs: needs, Check: check}
}

// recipeCheck is one case: a fact about what a recipe left behind.
func recipeCheck(name string, check recipe.Check, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: recipe.AsDocumented, Needs: needs, Check: check}
}

// recipeNeeds is what a claim needs that is judged with a recipe's certificates.
func recipeNeeds(needs ...harness.Feature) []harness.Feature {
	return append([]harness.Feature{harness.HasOpenSSL, harness.RecipeMade}, needs...)
}

// remarks are what a user should know about an identity that is treated as it
// should be.
var remarks = map[string]string{
	pki.ServerAuthOnly: "mode 2 refuses a client certificate whose extended key usage is serverAuth alone, " +
		"and that is the kind that the 2.5 page's script makes for clients",
}

// usable reports whether a client can connect with an identity. A client that gives up by itself
// shows nothing about the server.
func usable(identity string, client harness.Client) bool {
	switch identity {
	case pki.KeyMismatch: // clients outside of this process do not even connect
		return client == harness.Go || client == harness.REST
	case pki.EdwardsKey: // clients-agree has what becomes of it
		return client != harness.Java
	}
	return true
}

// catalogue makes one attempt for each identity of the catalogue that is good,
// or bad: raw at both ports everywhere, and the other clients where the plain
// topology of the mode is judged.
func catalogue(good bool, raw, people harness.Outcome) []harness.Case {
	var cases []harness.Case
	for _, name := range pki.Names(good) {
		a := harness.Attempt{Identity: name}
		for _, c := range rawly(name, a, raw) {
			c.Remark = remarks[name]
			cases = append(cases, c)
		}
		for _, c := range need(peoples(name, a, people), harness.Plainest) {
			if usable(name, c.Check.Subject().Client) {
				cases = append(cases, c)
			}
		}
	}
	return cases
}

// wants is what a group of probes wants of a server.
var wants = map[handshake.Group]harness.Outcome{
	handshake.Weak: protocol.Refused, handshake.Legacy: protocol.Refused, handshake.Violation: protocol.Refused, handshake.Plaintext: protocol.Refused,
	handshake.Unfinished: protocol.Pending, handshake.Tolerated: protocol.Agreed, handshake.Optional: protocol.Answered, handshake.Left: protocol.ClientLeft,
}

// saying makes each probe of a group one case at gRPC's port and one at REST's.
func saying(group handshake.Group) []harness.Case { return external(wants[group], handshake.Of(group)) }

// external makes each probe one case at gRPC's port and one at REST's. Only mode 1 speaks
// TLS 1.2.
func external(want harness.Outcome, probes []handshake.Probe) (cases []harness.Case) {
	for _, p := range probes {
		spoken := map[handshake.Spoken][]harness.Feature{handshake.TLS12: {harness.Mode1}, handshake.Not12: {harness.Mode2}}[p.Spoken]
		cases = append(cases, need([]harness.Case{sayingAt(harness.GRPC, p, want)}, spoken...)...)
		cases = append(cases, need([]harness.Case{sayingAt(harness.HTTP, p, want)}, append(spoken, restNeeds...)...)...)
	}
	return cases
}

// internalSaying makes each probe of a group one case at each port of components, which
// speak TLS 1.2 and 1.3.
func internalSaying(group handshake.Group) (cases []harness.Case) {
	for _, p := range handshake.Of(group) {
		for _, port := range harness.InternalPorts {
			if p.Spoken != handshake.Not12 {
				cases = append(cases, need([]harness.Case{sayingAt(port, p, wants[group])}, port.RoleFeature())...)
			}
		}
	}
	return cases
}

// sayingAt is one case: a probe at a port.
func sayingAt(port harness.Port, p handshake.Probe, want harness.Outcome) harness.Case {
	return harness.Case{Name: "a client that " + p.Name + " at " + string(port), Want: want, Check: protocol.Check{Port: port, Probe: p.Name}}
}

// findingIfSpoken gives cases a finding of their own for a port that answers the client's
// protocol without TLS.
func findingIfSpoken(what string, cases ...harness.Case) []harness.Case {
	for i := range cases {
		cases[i].FindingIf = map[harness.Outcome]string{protocol.PlaintextAnswer: what}
	}
	return cases
}

// findingIfUnaccepted gives cases a finding of their own for a certificate that the client does
// not accept.
func findingIfUnaccepted(what string, cases ...harness.Case) []harness.Case {
	for i := range cases {
		cases[i].FindingIf = map[harness.Outcome]string{harness.RefusedByClient: what}
	}
	return cases
}
