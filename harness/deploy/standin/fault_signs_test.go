package standin_test

import (
	"crypto/tls"
	"strconv"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A sign shows a fault: what an honest server and a faulty server come to in the same
// place. A fault may have several.
type sign struct {
	fault     standin.Fault
	topology  harness.Topology
	change    harness.ConfigChange
	see       func(*testing.T, deploy.Deployment) string
	seeFaulty func(*testing.T, deploy.Deployment) string // how to see a faulty server, where that takes another patience
	honest    string
	faulty    string
}

// sees looks as one client.
func sees(c client) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		return c.check(t, d).what
	}
}

// starts reports whether the start failed, and over what.
func starts(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	select {
	case <-d.Exited():
	default:
		return "up"
	}
	text := logged(t, d)
	for _, reason := range []string{"share the same port", "tls mode must be 0: no", "it belongs at common.security.tlsMode",
		"tls.serverPemPath", "tls.serverKeyPath", "tls.caPemPath",
		"etcd.ssl.tlsCert", "etcd.ssl.tlsKey", "etcd.ssl.tlsCACert", "minio.ssl.tlsCACert", "unknown authority", "protocol version",
		"400 Bad Request", "collection not found"} {
		if strings.Contains(text, reason) {
			return reason
		}
	}
	return "no reason" + text
}

// shown tells whose certificate a port shows to who has none.
func shown(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	return shownTo(t, d, "")
}

func shownTo(t *testing.T, d deploy.Deployment, as string) string {
	t.Helper()
	certs := client{at: harness.GRPC, as: as}.check(t, d).state.PeerCertificates
	switch {
	case len(certs) == 0:
		return "none"
	case string(certs[0].Raw) == string(pkitest.CertSet(t).Server().TLS().Certificate[0]):
		return "configured"
	}
	return "another"
}

// servedOf counts how many of ten bad clients are served, over both ports.
func servedOf(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	served := 0
	for i := range 10 {
		if (client{at: bothPorts[i%2], as: "foreign-ca-other-subject"}).check(t, d).what == "served" {
			served++
		}
	}
	return strconv.Itoa(served)
}

func file(f harness.File, d harness.Defect) harness.ConfigChange {
	return harness.ConfigChange{File: f, Defect: d}
}

const (
	required   = "alert tls: certificate required"
	bad        = "alert tls: bad certificate"
	unknown    = "alert tls: unknown certificate authority"
	expired    = "alert tls: expired certificate"
	oldVersion = "alert tls: protocol version not supported"
)

func signs() []sign {
	var all []sign
	odd := func(fault standin.Fault, topology harness.Topology, see func(*testing.T, deploy.Deployment) string, honest, faulty string) {
		all = append(all, sign{fault: fault, topology: topology, see: see, seeFaulty: see, honest: honest, faulty: faulty})
	}
	one := func(fault standin.Fault, topology harness.Topology, c client, honest, faulty string) {
		odd(fault, topology, sees(c), honest, faulty)
		if c.hurry = faulty == "timeout"; c.hurry {
			all[len(all)-1].seeFaulty = sees(c)
		}
	}
	both := func(fault standin.Fault, topology harness.Topology, c client, honest, faulty string) {
		for _, port := range bothPorts {
			c.at = port
			one(fault, topology, c, honest, faulty)
		}
	}
	boot := func(fault standin.Fault, topology harness.Topology, change harness.ConfigChange, honest, faulty string) {
		odd(fault, topology, starts, honest, faulty)
		all[len(all)-1].change = change
	}
	const grpc, http = harness.GRPC, harness.HTTP

	both(standin.AcceptsAnyClientCertificate, mode2, client{as: "self-signed"}, unknown, "served")
	both(standin.RequestsButDoesNotRequire, mode2, client{}, required, "served")
	both(standin.IgnoresExpiry, mode2, client{as: "expired"}, expired, "served")
	both(standin.IgnoresExpiry, mode2, client{as: "not-yet-valid"}, expired, "served")
	both(standin.IgnoresKeyUsage, mode2, client{as: "server-auth-only"}, bad, "served")
	both(standin.IgnoresIntermediateExpiry, mode2, client{as: "intermediate-expired"}, expired, "served")
	both(standin.IgnoresPathLength, mode2, client{as: "path-too-long"}, bad, "served")
	both(standin.IgnoresNameConstraints, mode2, client{as: "name-excluded"}, bad, "served")
	both(standin.IgnoresCriticalExtensions, mode2, client{as: "extension-unknown-critical"}, bad, "served")
	both(standin.IgnoresIntermediateUsage, mode2, client{as: "intermediate-usage-server-auth"}, bad, "served")
	both(standin.TakesAnyIssuerForCA, mode2, client{as: "intermediate-no-ca"}, unknown, "served")
	both(standin.AcceptsSHA1, mode2, client{as: "signature-ecdsa-sha1"}, unknown, "served")
	both(standin.TriesOnePathAlone, mode2, client{as: "cross-signed"}, "served", bad)
	both(standin.ChecksAsGoDoes, mode2, client{as: "directory-name-excluded-not-critical"}, bad, "served")
	both(standin.RefusesAnyUsage, mode2, client{as: "usage-any"}, "served", bad)
	both(standin.TrustsCAByName, mode2, client{as: "foreign-ca-same-subject"}, unknown, "served")
	both(standin.UsersInsteadOfCertificates, users(mode2), client{header: "Authorization: Bearer root:Milvus"}, required, "served")
	both(standin.RefusesEd25519, mode2, client{as: "ed25519"}, "served", bad)
	one(standin.RESTOpen, mode2, client{at: http}, required, "served")

	both(standin.AllowsTLS12InMode2, mode2, client{as: "good", only: tls.VersionTLS12}, oldVersion, "served")
	both(standin.AllowsTLS10, mode1, client{only: tls.VersionTLS10}, oldVersion, "served")
	both(standin.AllowsTLS10, mode2, client{as: "good", only: tls.VersionTLS11}, oldVersion, "served")
	one(standin.RESTInPlaintext, mode1, client{at: http, plain: true}, "HTTP 400", "served")
	one(standin.GRPCInPlaintext, mode2, client{at: grpc, plain: true}, "closed", "served")
	one(standin.PlaintextBesideTLS, mode2, client{at: http, plain: true}, "HTTP 400", "served")
	one(standin.PlaintextBesideTLS, mode1, client{at: grpc, plain: true}, "closed", "served")
	both(standin.TLSInMode0, mode0, client{}, "no TLS", "served")
	both(standin.TLSInMode0, rest(mode0, harness.UnsetPort), client{}, "no TLS", "served")
	both(standin.HangsTLSClientsInMode0, mode0, client{}, "no TLS", "timeout")
	both(standin.HangsTLSClientsInMode0, rest(mode0, harness.EqualPort), client{}, "no TLS", "timeout")

	odd(standin.AnotherCertificate, mode1, shown, "configured", "another")
	both(standin.CertificateForAnyName, mode1, client{name: "wrong.example"}, "untrusted", "served")

	boot(standin.StartsWithMissingFile, mode1, file(harness.ServerCert, harness.Missing), "tls.serverPemPath", "up")
	boot(standin.StartsWithMissingFile, mode2, file(harness.CACert, harness.NotPEM), "tls.caPemPath", "up")
	boot(standin.ReadsPKCS8Alone, mode1, file(harness.ServerKey, harness.Traditional), "up", "tls.serverKeyPath")
	boot(standin.StartsWithMismatchedKey, mode1, file(harness.ServerKey, harness.Mismatched), "tls.serverKeyPath", "up")
	boot(standin.DiesWithoutAReason, mode1, file(harness.ServerKey, harness.Empty), "tls.serverKeyPath", "no reason")
	boot(standin.UnknownModeAs0, harness.Topology{Mode: 3}, harness.ConfigChange{}, "tls mode must be 0: no", "up")
	both(standin.Mode1AsksForClientCertificate, mode1, client{}, "served", required)
	both(standin.Mode1ChecksWhatIsShown, mode1, client{as: "expired"}, "served", expired)
	boot(standin.Mode1WantsCAFile, mode1, file(harness.CACert, harness.Missing), "up", "tls.caPemPath")
	one(standin.OtherKeyWorks, mode0, client{at: grpc}, "no TLS", "served")
	all[len(all)-1].change = harness.ConfigChange{Key: "common.security.tlsEnabled", Value: "true"}
	both(standin.IgnoresTLSMode, mode2, client{as: "good"}, "served", "no TLS")
	one(standin.NestedModeOnly, mode1, client{at: grpc}, "served", "no TLS")
	all[len(all)-1].change = harness.ConfigChange{Block: "2.5"}
	both(standin.IgnoresMounts, mode2, client{as: "good"}, "served", "no TLS")
	all[len(all)-1].change, all[len(all)-2].change = harness.ConfigChange{Layout: harness.ComposeTLS}, harness.ConfigChange{Layout: harness.ComposeTLS}
	boot(standin.AbsolutePathsOnly, mode1, harness.ConfigChange{Defect: harness.Relative}, "up", "tls.serverPemPath")
	one(standin.AuthenticationOff, users(mode1), client{at: http}, "HTTP 401", "served")

	one(standin.RESTSharesGRPCPort, mode1, client{at: grpc, speaks: harness.REST}, "no HTTP", "served")
	boot(standin.RESTSharesGRPCPort, rest(mode1, harness.EqualPort), harness.ConfigChange{}, "share the same port", "up")
	boot(standin.RESTVanishes, rest(mode1, harness.UnsetPort), harness.ConfigChange{}, "share the same port", "up")
	one(standin.RESTv2PostOnly, mode1, client{at: http, ask: "GET /v2/vectordb/collections/list"}, "served", "HTTP 404")
	one(standin.TakesCurlForPlaintext, mode1, client{at: http, header: "User-Agent: curl/7.88.1"}, "served", "HTTP 400")
	one(standin.RESTRefusesEverybody, mode2, client{at: http, as: "good"}, "served", unknown)
	one(standin.RESTRefusesEverybody, mode1, client{at: http}, "served", required)
	for _, path := range []string{"/api/v1/collection/existence", "/api/v1/collections"} {
		one(standin.ManagementData, mode2, client{at: harness.Management, plain: true, ask: "GET " + path}, "HTTP 404", "served")
	}
	odd(standin.InsertLost, mode0, restPath, "found 2", "found 0")
	odd(standin.HasNoEngine, mode0, searched, "1 found", "built without the vector engine")

	encrypted := harness.Topology{EtcdTLS: true, StoreTLS: true}
	one(standin.BackendsInPlaintext, encrypted, client{at: harness.Store, plain: true, ask: "GET /minio/health/live"}, "HTTP 400", "served")
	one(standin.BackendsInPlaintext, encrypted, client{at: harness.Etcd, as: "good", ask: "GET /version"}, "served", "no TLS")
	one(standin.EtcdAsksNobody, encrypted, client{at: harness.Etcd, ask: "GET /version"}, required, "served")
	for file, defect := range map[harness.File]harness.Defect{
		harness.EtcdCert: harness.Missing, harness.EtcdKey: harness.Empty, harness.EtcdCA: harness.NotPEM, harness.StoreCA: harness.Missing,
	} {
		boot(standin.IgnoresBackends, encrypted, harness.ConfigChange{File: file, Defect: defect}, milvus.SettingFor(file), "up")
	}
	boot(standin.IgnoresBackends, encrypted, file(harness.EtcdCA, harness.Foreign), "unknown authority", "up")
	boot(standin.IgnoresBackends, encrypted, file(harness.EtcdServer, harness.OnlyTLS12), "protocol version", "up")
	boot(standin.IgnoresBackends, encrypted, harness.ConfigChange{Key: "minio.useSSL", Value: "false"}, "400 Bad Request", "up")
	for _, port := range bothPorts {
		c := client{at: port}
		one(standin.IgnoresGivenConfiguration, mode1, c, "served", "no TLS")
		all[len(all)-1].change.Manifest = "merged"
		one(standin.IgnoresUserYAML, mode1, c, "served", "no TLS")
		all[len(all)-1].change.Manifest = "user.yaml"
	}
	boot(standin.IgnoresMisplacedKeys, mode1, harness.ConfigChange{Manifest: "misplaced"}, "it belongs at common.security.tlsMode", "up")
	one(standin.InternalInPlaintext, mode0, client{at: harness.InternalProxy, speaks: harness.Raw}, "served", "no TLS")
	all[len(all)-1].change.Manifest = "internal"

	both(standin.RefusesEverybody, mode2, client{as: "good"}, "served", bad)
	both(standin.ClosesWithoutAlert, mode2, client{}, required, "closed")
	both(standin.ClosesWithoutAlert, mode2, client{as: "key-mismatch"}, "alert tls: error decrypting message", "closed")
	both(standin.ClosesWithoutAlert, mode1, client{only: tls.VersionTLS11}, oldVersion, "closed")
	both(standin.NeverAnswers, mode0, client{plain: true}, "served", "timeout")
	odd(standin.ServesEveryFifthBadClient, mode2, servedOf, "0", "2")
	return all
}
