package probe

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

var _ = declare(harness.ClientSpec{Client: harness.REST, Place: 3, Port: harness.HTTP}, rest{})

// rest is Go's net/http as a program would use it. Like every client that stops reading after a
// failed write, it may lose the alert of a refusal; it then reports only that it was not served,
// and the raw client's result has the reason.
type rest struct{}

// Observe makes the attempt's calls over one transport.
func (rest) Observe(ctx context.Context, t Target) (connection.Observation, error) {
	begin, run := time.Now(), ctx
	ctx, cancel := context.WithTimeout(ctx, t.Bound)
	defer cancel()
	r := &record{}
	transport := &http.Transport{
		TLSClientConfig:   t.tlsConfig(r),
		Protocols:         t.protocols(),
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Addr)
			if err != nil {
				return nil, err
			}
			r.update(func(o *connection.Observation) { o.Local = conn.LocalAddr().String() })
			return r.watch(conn), nil
		},
	}
	defer transport.CloseIdleConnections()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			r.update(func(o *connection.Observation) { o.HandshakeDone = err == nil })
		},
	})
	err := restCalls(ctx, t, r, &http.Client{Transport: transport})
	seen, why := r.snapshot()
	if run.Err() != nil {
		return seen, run.Err()
	}
	seen.Remote, seen.Plaintext = t.Addr, t.Attempt.Transport == harness.TransportPlain
	seen.Seconds = time.Since(begin).Seconds()
	if err != nil {
		seen.Answer = ""
		seen.End, seen.Detail = clientEnd(err, why, seen.Plaintext), harness.Short(err.Error())
		seen.Dropped = wasCut(err)
	}
	return seen, nil
}

func (t Target) scheme() string {
	if t.Attempt.Transport == harness.TransportPlain {
		return "http"
	}
	return "https"
}

// protocols are the versions of HTTP that the client speaks; nil for net/http's own
// choice, which is HTTP/1.1 without ALPN for who has a TLS configuration of their own.
func (t Target) protocols() *http.Protocols {
	if t.Attempt.ALPN == "" {
		return nil
	}
	only := &http.Protocols{}
	only.SetHTTP1(t.Attempt.ALPN != harness.ALPNHTTP2)
	only.SetHTTP2(t.Attempt.ALPN == harness.ALPNHTTP2)
	return only
}

// restCalls makes the calls until one is not answered as it should be.
func restCalls(ctx context.Context, t Target, r *record, client *http.Client) error {
	base := url.URL{Scheme: t.scheme(), Host: t.Attempt.Name}
	for _, c := range t.calls() {
		answer, err := restCall(ctx, t, r, client, base.String(), c)
		for err == nil && c.again(ctx, answer) {
			answer, err = restCall(ctx, t, r, client, base.String(), c)
		}
		if err != nil || answer != connection.AnswerData {
			return err
		}
	}
	return nil
}

func restCall(ctx context.Context, t Target, r *record, client *http.Client, base string, c call) (connection.Answer, error) {
	request, err := http.NewRequestWithContext(ctx, c.method, base+c.path, strings.NewReader(c.body))
	if err != nil {
		return "", fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	if patience := c.patience(t.Bound); patience != "" {
		request.Header.Set("Request-Timeout", patience)
	}
	if t.Users.User != "" {
		request.Header.Set("Authorization", t.Users.authorization())
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return "", err
	}
	answer, detail := c.answer(response.StatusCode, body)
	r.update(func(o *connection.Observation) {
		o.Status, o.Answer, o.Detail, o.HSTS = response.StatusCode, answer, detail, response.Header.Get(hstsHeader)
	})
	return answer, nil
}

// wasCut reports whether a connection ended without a reason that the client saw.
func wasCut(err error) bool {
	end := ending(err)
	return end == connection.EndClosed || end == connection.EndReset ||
		strings.Contains(err.Error(), "server closed idle connection") // net/http's error for an early end
}

// clientEnd classifies the failure of a client that does not report the reason: errors of its
// own, and otherwise only that it was not served.
func clientEnd(err error, distrust connection.End, plain bool) connection.End {
	if distrust != "" {
		return distrust
	}
	if strings.Contains(err.Error(), "first record does not look like a TLS handshake") ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return connection.EndNotTLS
	}
	switch end := ending(err); end {
	case connection.EndDialRefused, connection.EndTimeout:
		return end
	case connection.EndClosed, connection.EndReset:
		if plain {
			return end
		}
	default:
	}
	return connection.EndUnclear
}
