package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// A call is one HTTP request, and what makes its answer right beyond success.
type call struct {
	method, path, body string
	check              func(data json.RawMessage) error
	within             string // the Request-Timeout header of a documented command, in seconds; "" for the harness's own
	poll               bool   // ask again, within the attempt's bound, until check is content
}

const pollEvery = 200 * time.Millisecond

// again waits for the next time that a polling call is to ask; it reports
// false when the call is done or the attempt's time is over.
func (c call) again(ctx context.Context, answer connection.Answer) bool {
	if !c.poll || answer != connection.AnswerError {
		return false
	}
	next := time.NewTimer(pollEvery)
	defer next.Stop()
	select {
	case <-next.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// calls returns the requests that an attempt over HTTP is made of. The last
// answer is the attempt's, unless an earlier one is not what was asked for.
func (t Target) calls() []call {
	v2 := t.Release[harness.RESTv2]
	switch {
	case t.Attempt.Port == harness.Etcd:
		return []call{{method: http.MethodGet, path: "/version"}}
	case t.Attempt.Port == harness.Store:
		return []call{{method: http.MethodGet, path: "/minio/health/live"}}
	case t.Attempt.Port == harness.Management && t.Attempt.Request == harness.RequestVersion:
		return []call{{method: http.MethodGet, path: "/healthz"}}
	case t.Attempt.Port == harness.Management:
		return []call{{method: http.MethodGet, path: "/api/v1/collections", body: "{}"}}
	case t.Attempt.Request == harness.AskWithin10:
		return []call{{method: http.MethodGet, path: "/v2/vectordb/collections/list", within: "10"}}
	case t.Attempt.Request == harness.RequestDocumented:
		return []call{{method: http.MethodGet, path: "/v2/vectordb/collections/list"}}
	case t.Attempt.Request == harness.RequestData && v2:
		return dataV2(t.Scratch)
	case t.Attempt.Request == harness.RequestData:
		return dataV1(t.Scratch)
	case t.Attempt.Request == harness.RequestCanary && v2:
		return canaryV2(t.Scratch)
	case t.Attempt.Request == harness.RequestCanary:
		return canaryV1(t.Scratch)
	case v2:
		return []call{{method: http.MethodPost, path: "/v2/vectordb/collections/list", body: "{}"}}
	}
	return []call{{method: http.MethodGet, path: "/v1/vector/collections"}}
}

// A collection created with nothing but a dimension has the key "id". In v1 the server makes the
// keys; in v2 only with autoID, and otherwise each row brings its own (seen on 2.6.20, which
// answers code 1804 to a row without one).
const (
	newCollection = `,"dimension":2,"metricType":"L2"}`
	twoRows       = `,"data":[{"vector":[0.1,0.2]},{"vector":[0.8,0.9]}]}`
	twoKeyedRows  = `,"data":[{"id":1,"vector":[0.1,0.2]},{"id":2,"vector":[0.8,0.9]}]}`
)

// dataV1 is the whole data path over REST v1. Creating a collection also indexes and begins to
// load it; 2.2.16 answers searches with an error until it is loaded, so the path waits for that
// as the SDKs do. A v1 search names no consistency level and may run before the insert is
// visible (seen on a busy 2.2.16), so it is repeated until it finds the row or the time is over.
func dataV1(name string) []call {
	named := `{"collectionName":"` + name + `"`
	return []call{
		{method: http.MethodPost, path: "/v1/vector/collections/create", body: named + newCollection},
		{method: http.MethodPost, path: "/v1/vector/insert", body: named + twoRows},
		{method: http.MethodGet, path: "/v1/vector/collections/describe?collectionName=" + name, check: loaded, poll: true},
		{method: http.MethodPost, path: "/v1/vector/search", body: named + `,"vector":[0.1,0.2],"limit":1}`, check: foundOne, poll: true},
		{method: http.MethodPost, path: "/v1/vector/collections/drop", body: named + `}`},
	}
}

// dataV2 is the same over REST v2. A search without strong consistency may run before the insert
// is visible.
func dataV2(name string) []call {
	named := `{"collectionName":"` + name + `"`
	const root = "/v2/vectordb/"
	return []call{
		{method: http.MethodPost, path: root + "collections/create", body: named + newCollection},
		{method: http.MethodPost, path: root + "entities/insert", body: named + twoKeyedRows},
		{method: http.MethodPost, path: root + "collections/describe", body: named + `}`, check: loaded, poll: true},
		{method: http.MethodPost, path: root + "entities/search", check: foundOne,
			body: named + `,"data":[[0.1,0.2]],"annsField":"vector","limit":1,"consistencyLevel":"Strong"}`},
		{method: http.MethodPost, path: root + "collections/drop", body: named + `}`},
	}
}

func loaded(data json.RawMessage) error {
	var described struct {
		Load string `json:"load"`
	}
	if err := json.Unmarshal(data, &described); err != nil {
		return fmt.Errorf("read description: %w", err)
	}
	if !strings.HasSuffix(described.Load, "Loaded") {
		return fmt.Errorf("the collection is not loaded: %q", described.Load)
	}
	return nil
}

func foundOne(data json.RawMessage) error {
	var hits []struct {
		Distance float64 `json:"distance"`
	}
	if err := json.Unmarshal(data, &hits); err != nil {
		return fmt.Errorf("read hits: %w", err)
	}
	if len(hits) != 1 || hits[0].Distance > 1e-6 {
		return fmt.Errorf("inserted a vector and searched for it, and found %s", harness.Short(string(data)))
	}
	return nil
}

// answer reads an HTTP answer as Milvus means it: an HTTP status, and below it
// the API's own code, which is 200 for success in v1 and 0 in v2.
func (c call) answer(status int, body []byte) (connection.Answer, string) {
	text := harness.Short(string(body))
	switch {
	case status == http.StatusBadRequest && strings.Contains(text, "HTTP request to an HTTPS server"):
		return connection.AnswerWantsTLS, text
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusUnsupportedMediaType:
		return connection.AnswerNoService, text
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return connection.AnswerNoLogin, text
	case status == http.StatusServiceUnavailable:
		return connection.AnswerNotReady, text
	case c.path == "/healthz" && strings.Contains(text, "components are healthy"):
		// The port answers, which is all that was asked. A 2.5.24 reports unhealthy components
		// for some seconds after it begins to serve data.
		return connection.AnswerData, text
	case status != http.StatusOK:
		return connection.AnswerError, text
	case c.path == "/healthz", c.path == "/version", c.path == "/minio/health/live":
		return connection.AnswerData, text
	}
	return c.apiAnswer(body, text)
}

func (c call) apiAnswer(body []byte, text string) (connection.Answer, string) {
	var answer struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return connection.AnswerError, "the answer is no JSON: " + text
	}
	switch {
	case answer.Code == 1800 || answer.Code == http.StatusUnauthorized:
		return connection.AnswerNoLogin, text
	case notReady(answer.Message):
		return connection.AnswerNotReady, text
	case answer.Code != 0 && answer.Code != http.StatusOK:
		return connection.AnswerError, text
	}
	if c.check != nil {
		if err := c.check(answer.Data); err != nil {
			return connection.AnswerError, err.Error()
		}
	}
	return connection.AnswerData, text
}

func notReady(text string) bool {
	low := strings.ToLower(text)
	return strings.Contains(low, "not ready") || strings.Contains(low, "not healthy") || strings.Contains(low, "unhealthy")
}

func (c Credentials) authorization() string { return "Bearer " + c.User + ":" + c.Password }

// patience returns the header that sets v2's time limit for the call, in whole seconds: longer
// than the attempt, whose own bound then ends it. The server's default is 30 s
// (proxy.http.requestTimeoutMs of 2.6.20). It is "" where the API has no such header.
func (c call) patience(bound time.Duration) string {
	if c.within != "" {
		return c.within
	}
	if !strings.HasPrefix(c.path, "/v2/") || c.method != http.MethodPost {
		return ""
	}
	return strconv.Itoa(int(math.Ceil(bound.Seconds())) + 1)
}
