package standin_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// releases are what a stand-in is told to be by the name of its topology.
var releases = map[string][]harness.Feature{
	"2.3": {harness.RESTv1},
	"2.5": {
		harness.RESTv1, harness.RESTv2, harness.HasInternalTLS, "role-proxy", "role-rootcoord", "role-datacoord", "role-querycoord",
		"role-datanode", "role-querynode", "role-indexnode",
	},
	"2.6": {
		harness.RESTv1, harness.RESTv2, harness.HasInternalTLS, harness.DemandsALPN, "role-proxy", "role-mixcoord", "role-datanode",
		"role-querynode", "role-streamingnode",
	},
	"3.0": {
		harness.RESTv1, harness.RESTv2, harness.HasInternalTLS, harness.DemandsALPN, "role-proxy", "role-mixcoord", "role-datanode",
		"role-querynode", "role-streamingnode",
	},
}

func inside(release string, how harness.Internal) harness.Topology {
	return harness.Topology{Name: release + " internal", Internal: how}
}

// componentSigns show the faults about TLS between components.
func componentSigns() []sign {
	var all []sign
	tell := func(fault standin.Fault, topology harness.Topology, see func(*testing.T, deploy.Deployment) string, honest, faulty string) {
		all = append(all, sign{
			fault: fault, topology: topology, change: topology.Internal.Change(), see: see, seeFaulty: see, honest: honest, faulty: faulty,
		})
	}
	plain := sees(client{at: harness.InternalProxy, speaks: harness.Raw, plain: true})
	health := sees(client{at: harness.Management, plain: true, ask: "GET /healthz"})
	beside := inside("2.6", harness.InternalOn)
	beside.Mode = 1

	tell(standin.InternalPlaintextBesideTLS, inside("2.5", harness.InternalOn), plain, "closed", "served")
	tell(standin.InternalFailsOpen, inside("2.6", harness.InternalNoCert), plain, "nothing listens", "served")
	tell(standin.InternalDataNodeFailsOpen, inside("2.6", harness.InternalNoCert), sees(client{at: harness.InternalDataNode, speaks: harness.Raw, plain: true}), "nothing listens", "served")
	tell(standin.InternalAsksForCertificate, inside("2.6", harness.InternalOn), asks, "asks nobody", "asks")
	tell(standin.InternalIgnoresName, inside("2.6", harness.InternalWrongSNI), health, "HTTP 500", "served")
	tell(standin.InternalIgnoresIssuer, inside("2.5", harness.InternalWrongCA), health, "HTTP 500", "served")
	tell(standin.InternalHangsWithoutName, inside("2.6", harness.InternalEmptySNI), creates, "answered", "hangs")
	tell(standin.InternalSilent, inside("2.6", harness.InternalWrongSNI), told("x509: certificate is valid for localhost"), "told 1 times", "told 0 times")
	tell(standin.InternalSilent, inside("2.5", harness.InternalNoCert), told("can't create creds"), "told 1 times", "told 0 times")
	tell(standin.InternalLogsFalse, inside("2.5", harness.InternalOn), told("[value=true]"), "told 7 times", "told 0 times")
	tell(standin.InternalLogsFalse, inside("2.6", harness.InternalOn), told("[value=true]"), "told 5 times", "told 0 times")
	tell(standin.InternalLogsTrue, inside("2.6", harness.InternalOff), told("[value=true]"), "told 0 times", "told 5 times")
	tell(standin.InternalOffBesideExternal, beside, plain, "closed", "served")
	tell(standin.InternalShowsExternal, beside, shownInside, "its own", "another")
	tell(standin.TakesShippedFiles, harness.Topology{Name: "2.6 mode-1", Mode: 1}, starts, "tls.serverPemPath", "up")
	all[len(all)-1].change = harness.ConfigChange{Manifest: "as shipped"}
	apart := inside("2.6", harness.InternalOn)
	apart.Cluster = true
	tell(standin.SecondQueryNodeInPlaintext, apart, sees(client{at: harness.InternalQueryNode2, speaks: harness.Raw, plain: true}), "closed", "served")
	tell(standin.QueryNodeNeverRegisters, apart, sees(client{at: harness.ManagementOf("querynode-2"), plain: true, ask: "GET /healthz"}), "served", "HTTP 500")
	tell(standin.QueryNodeEndsAtStart, apart, func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		return starts(t, d) + " " + d.Capabilities().Cluster.Ended()
	}, "up ", "no reasonpanic: no space left on device\n querynode-2")
	apart.Odd = harness.Odd{Component: "datanode", Internal: harness.InternalNoCert}
	tell(standin.OddFailsOpen, apart, sees(client{at: harness.InternalDataNode, speaks: harness.Raw, plain: true}), "nothing listens", "served")
	tell(standin.OddLooksWell, apart, sees(client{at: harness.ManagementOf("datanode"), plain: true, ask: "GET /healthz"}), "HTTP 500", "served")
	apart.Odd.Internal = harness.InternalExpired
	tell(standin.InternalIgnoresExpiry, apart, sees(client{at: harness.ManagementOf("datanode"), plain: true, ask: "GET /healthz"}), "HTTP 500", "served")
	queued := inside("2.6", harness.InternalOff)
	queued.Cluster, queued.QueueTLS = true, true
	tell(standin.QueueOverTLSFails, queued, makes, "primary key is not specified: missing parameter", "kafka: ssl handshake failed")
	tell(standin.HealthyWhileStuck, inside("2.6", harness.InternalWrongCA), health, "HTTP 500", "served")
	return all
}

// told counts how often the log says something.
func told(what string) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		return fmt.Sprintf("told %d times", strings.Count(logged(t, d), what))
	}
}

// asks reports whether a component's port asks for a client certificate.
func asks(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	answer := "asks nobody"
	conn, err := tls.Dial("tcp", d.Addr(harness.InternalProxy), &tls.Config{
		RootCAs: pkitest.CertSet(t).CA().Pool(), ServerName: harness.InternalName, NextProtos: []string{"h2"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			answer = "asks"
			return &tls.Certificate{}, nil
		},
	})
	if err != nil {
		return err.Error()
	}
	_ = conn.Close()
	return answer
}

// shownInside tells whose certificate a component's port shows.
func shownInside(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	certs := client{at: harness.InternalProxy, speaks: harness.Raw}.check(t, d).state.PeerCertificates
	switch {
	case len(certs) == 0:
		return "none"
	case string(certs[0].Raw) == string(pkitest.CertSet(t).Internal().TLS().Certificate[0]):
		return "its own"
	}
	return "another"
}

func calling(t *testing.T, d deploy.Deployment) milvuspb.MilvusServiceClient {
	t.Helper()
	conn, err := grpc.NewClient(d.Addr(harness.GRPC), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return milvuspb.NewMilvusServiceClient(conn)
}

// creates reports whether creating a collection is answered.
func creates(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	if _, err := calling(t, d).CreateCollection(ctx, &milvuspb.CreateCollectionRequest{}); status.Code(err) == codes.DeadlineExceeded {
		return "hangs"
	}
	return "answered"
}

// makes reports whether a collection can be made, or why not.
func makes(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	status, err := calling(t, d).CreateCollection(t.Context(), &milvuspb.CreateCollectionRequest{CollectionName: "made"})
	if err != nil || status.GetReason() != "" {
		return status.GetReason()
	}
	return "made"
}

// A stand-in has the internal ports of the release that it is told to be, and
// no others.
func TestComponentsAreTheReleases(t *testing.T) {
	t.Parallel()
	for release, features := range releases {
		d := began(t, inside(release, harness.InternalOn), harness.ConfigChange{})
		has := harness.Features{}.With(features...)
		for _, port := range harness.InternalPorts {
			want := "nothing listens"
			if has[port.RoleFeature()] || port == harness.InternalProxy {
				want = "served"
			}
			if d.Addr(port) == "" && want == "nothing listens" {
				continue
			}
			if got := (client{at: port, speaks: harness.Raw}).check(t, d).what; got != want {
				t.Errorf("%s %s: %s, want %s", release, port, got, want)
			}
		}
	}
}

// Components that cannot reach each other leave a server that listens, hangs
// over REST, and says what it is to whoever asks by gRPC.
func TestStuckServerListensAndIsNotReady(t *testing.T) {
	t.Parallel()
	for _, how := range []harness.Internal{harness.InternalWrongSNI, harness.InternalWrongCA, harness.InternalNoCert} {
		d := began(t, inside("2.5", how), how.Change())
		_, err := calling(t, d).ShowCollections(t.Context(), &milvuspb.ShowCollectionsRequest{})
		if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "Milvus Proxy is not ready yet") {
			t.Errorf("%s: gRPC says %v", how, err)
		}
		if got := (client{at: harness.HTTP, plain: true, hurry: true}).check(t, d).what; got != "timeout" {
			t.Errorf("%s: REST says %s", how, got)
		}
	}
}

// A 2.5 that is not ready has a data coordinator that listens and answers nobody; one
// that is ready has none, and neither does a 2.6 that is not.
func TestWhoIsMuteWhileTheServerIsNotReady(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		release string
		how     harness.Internal
		at      harness.Port
		plain   string
	}{
		{"2.5", harness.InternalNoCert, harness.InternalDataCoord, "timeout"},
		{"2.5", harness.InternalNoCert, harness.InternalRootCoord, "served"},
		{"2.5", harness.InternalWrongCA, harness.InternalDataCoord, "timeout"},
		{"2.5", harness.InternalOn, harness.InternalDataCoord, "closed"},
		{"2.6", harness.InternalNoCert, harness.InternalMixCoord, "served"},
	} {
		d := realistic(t, tt.release, harness.Topology{Internal: tt.how}, tt.how.Change())
		if got := (client{at: tt.at, speaks: harness.Raw, plain: true, hurry: true}).check(t, d).what; got != tt.plain {
			t.Errorf("%s, %s at %s: %s, want %s", tt.release, tt.how, tt.at, got, tt.plain)
		}
	}
}

// 2.6 wants to agree on HTTP/2 before it speaks gRPC; 2.5 does not mind.
func TestDemandForALPNIsTheReleases(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{"2.5": "served", "2.6": "closed"} {
		topology := mode1
		topology.Name = release + " mode-1"
		// Every port but gRPC's is offered no protocol.
		d := began(t, topology, harness.ConfigChange{})
		conn, err := tls.Dial("tcp", d.Addr(harness.GRPC), &tls.Config{RootCAs: pkitest.CertSet(t).CA().Pool(), ServerName: harness.RightName})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(bound)); err != nil {
			t.Fatal(err)
		}
		if got := grpcGreeting(conn); got != want {
			t.Errorf("%s: %s, want %s", release, got, want)
		}
		_ = conn.Close()
	}
}

func TestRESTv2IsTheReleases(t *testing.T) {
	t.Parallel()
	named := `{"collectionName":"c"`
	topology := harness.Topology{Name: "2.6 mode-0"}
	d := began(t, topology, harness.ConfigChange{})
	for _, call := range []struct{ path, body, want string }{
		{"collections/create", named + `,"dimension":2,"metricType":"L2"}`, `"code":0`},
		{"entities/insert", named + `,"data":[{"id":1,"vector":[1,2]},{"id":2,"vector":[3,4]}]}`, `"insertCount":2`},
		{"collections/describe", named + `}`, `LoadStateLoaded`},
		{"entities/search", named + `,"data":[[3,4]],"limit":1}`, `"distance":0`},
		{"entities/search", named + `,"data":[],"limit":1}`, `must be provided`},
		{"collections/drop", named + `}`, `"code":0`},
		{"collections/describe", named + `}`, `can't find collection`},
	} {
		answer, err := http.Post("http://"+d.Addr(harness.HTTP)+"/v2/vectordb/"+call.path, "application/json", strings.NewReader(call.body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || !strings.Contains(string(text), call.want) {
			t.Errorf("%s: %s (%v), want %s", call.path, text, err, call.want)
		}
	}
	for release, want := range map[string]string{"2.3": "HTTP 404", "2.5": "served", "2.6": "served"} {
		topology := mode1
		topology.Name = release + " mode-1"
		c := client{at: harness.HTTP, ask: "GET /v2/vectordb/collections/list"}
		if got := c.check(t, began(t, topology, harness.ConfigChange{})).what; got != want {
			t.Errorf("%s: %s, want %s", release, got, want)
		}
	}
}
