package standin_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
)

// asksOver returns the protocol over which REST served a client that offers h2, or how
// it was refused.
func asksOver(as string) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		config := client{at: harness.HTTP, as: as}.config(t)
		transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		answer, err := (&http.Client{Transport: transport, Timeout: bound}).Get("https://" + d.Addr(harness.HTTP) + "/v1/vector/collections")
		if err != nil {
			return "refused"
		}
		defer answer.Body.Close()
		_, _ = io.Copy(io.Discard, answer.Body)
		return answer.Proto
	}
}

// strictly returns the Strict-Transport-Security header of REST's answer.
func strictly(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: client{at: harness.HTTP}.config(t)}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Timeout: bound}).Get("https://" + d.Addr(harness.HTTP) + "/v1/vector/collections")
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	return answer.Header.Get("Strict-Transport-Security")
}

// exitStatus returns the exit status of a start that failed.
func exitStatus(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	<-d.Exited()
	return strconv.Itoa(d.Status())
}

// newerSigns show the faults about what newer releases have, and about how a failed
// start ends.
func newerSigns() []sign {
	var all []sign
	tell := func(fault standin.Fault, topology harness.Topology, change harness.ConfigChange, see func(*testing.T, deploy.Deployment) string, honest, faulty string) {
		all = append(all, sign{fault: fault, topology: topology, change: change, see: see, seeFaulty: see, honest: honest, faulty: faulty})
	}
	for4711 := harness.ConfigChange{Config: "proxy: {http: {enableHSTS: true, hstsMaxAge: 4711}}"}

	tell(standin.FailsWithStatus0, mode1, file(harness.ServerKey, harness.Empty), exitStatus, "134", "0")
	tell(standin.HTTP1Alone, mode2, harness.ConfigChange{}, asksOver(harness.Good), "HTTP/2.0", "HTTP/1.1")
	tell(standin.HTTP2Open, mode2, harness.ConfigChange{}, asksOver("expired"), "refused", "HTTP/2.0")
	tell(standin.HSTSNever, mode1, for4711, strictly, "max-age=4711", "")
	tell(standin.HSTSForAYear, mode1, for4711, strictly, "max-age=4711", "max-age=31536000")
	tell(standin.HSTSAlways, mode1, harness.ConfigChange{}, strictly, "", "max-age=31536000")
	for1dot3 := harness.ConfigChange{File: harness.StoreServer, Defect: harness.OnlyTLS12, Config: "minio: {ssl: {tlsMinVersion: \"1.3\"}}"}
	tell(standin.IgnoresStoreFloor, harness.Topology{StoreTLS: true}, for1dot3, starts, "protocol version", "up")
	return all
}
