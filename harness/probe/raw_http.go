package probe

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

const maxBody = 1 << 20

func rawHTTP(conn net.Conn, t Target, r *record) error {
	c := t.calls()[0]
	request, err := http.NewRequest(c.method, "http://"+t.Attempt.Name+c.path, strings.NewReader(c.body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	request.Close = true
	if t.Users.User != "" {
		request.Header.Set("Authorization", t.Users.authorization())
	}
	var text bytes.Buffer
	if err := request.Write(&text); err != nil {
		return fmt.Errorf("write request: %w", err)
	}
	write(conn, text.Bytes())
	in, err := reader(conn, t.Attempt.Transport == harness.TransportPlain)
	if err != nil {
		return err
	}
	response, err := http.ReadResponse(in, request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return err
	}
	r.update(func(o *connection.Observation) {
		r.product = response.Header.Get("Server")
		o.Status, o.HSTS = response.StatusCode, response.Header.Get(hstsHeader)
		o.Answer, o.Detail = c.answer(response.StatusCode, body)
	})
	return nil
}

// hstsHeader tells clients to use TLS alone from then on.
const hstsHeader = "Strict-Transport-Security"

func rawHTTP2(conn net.Conn, t Target, r *record) error {
	c := t.calls()[0]
	fields := [][2]string{
		{":method", c.method}, {":scheme", t.scheme()}, {":path", c.path}, {":authority", t.Attempt.Name},
		{"content-type", "application/json"}, {"user-agent", "milvus-tls-e2e"},
	}
	if t.Users.User != "" {
		fields = append(fields, [2]string{"authorization", t.Users.authorization()})
	}
	request, err := requestFrames(fields, []byte(c.body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	write(conn, request)
	in, err := reader(conn, t.Attempt.Transport == harness.TransportPlain)
	if err != nil {
		return err
	}
	reply, err := readReply(in)
	if err != nil {
		return err
	}
	status, err := strconv.Atoi(reply.http)
	if err != nil {
		return fmt.Errorf("read answer: its status is %q", reply.http)
	}
	r.update(func(o *connection.Observation) {
		o.Status, o.HSTS = status, reply.hsts
		o.Answer, o.Detail = c.answer(status, reply.body.Bytes())
	})
	return nil
}
