package probe

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// HTTPGet makes one GET in plaintext. It keeps the status, type and size of the answer but not
// the body, which may be somebody's data.
func HTTPGet(ctx context.Context, t Target, path string) (connection.Observation, error) {
	begin, run := time.Now(), ctx
	ctx, cancel := context.WithTimeout(ctx, t.Bound)
	defer cancel()
	seen := connection.Observation{Remote: t.Addr, Plaintext: true}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+t.Addr+path, strings.NewReader("{}"))
	if err != nil {
		return seen, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json") // 2.3.5 reads a body even of a GET
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err == nil {
			seen.Local = conn.LocalAddr().String()
		}
		return conn, err
	}}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request) // which follows no redirection
	if run.Err() != nil {
		return seen, run.Err()
	}
	seen.Seconds = time.Since(begin).Seconds()
	if err != nil {
		seen.End, seen.Detail = clientEnd(err, "", true), harness.Short(err.Error())
		return seen, nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		seen.End, seen.Detail = clientEnd(err, "", true), harness.Short(err.Error())
		return seen, nil
	}
	seen.Status, seen.Answer = response.StatusCode, fetched(response.StatusCode, string(body))
	seen.Detail = harness.Short(fmt.Sprintf("%s, %d bytes", response.Header.Get("Content-Type"), len(body)))
	return seen, nil
}

func fetched(status int, body string) connection.Answer {
	switch {
	case status == http.StatusBadRequest && strings.Contains(body, "HTTP request to an HTTPS server"):
		return connection.AnswerWantsTLS
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return connection.AnswerNoService
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return connection.AnswerNoLogin
	case status >= 200 && status < 300:
		return connection.AnswerData
	}
	return connection.AnswerError
}
