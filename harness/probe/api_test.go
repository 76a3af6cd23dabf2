package probe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy/standin"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	picky := func(json.RawMessage) error { return errors.New("not what was inserted") }
	const listPath = "/v1/vector/collections"
	tests := []struct {
		name   string
		call   call
		status int
		body   string
		want   connection.Answer
		detail string // must be in what it adds
	}{
		{"success of v1", call{path: listPath}, 200, `{"code":200,"data":["a"]}`, connection.AnswerData, `["a"]`},
		{"success of v2", call{path: listPath}, 200, `{"code":0,"data":[]}`, connection.AnswerData, ""},
		{"error of the API", call{path: listPath}, 200, `{"code":1,"message":"no such collection"}`, connection.AnswerError, "no such collection"},
		{"no login by the API's code", call{path: listPath}, 200, `{"code":1800,"message":"user hasn't authenticate"}`, connection.AnswerNoLogin, "1800"},
		{"no login by HTTP's code in the answer", call{path: listPath}, 200, `{"code":401}`, connection.AnswerNoLogin, ""},
		{"not ready by the message", call{path: listPath}, 200, `{"code":1,"message":"proxy is Not Healthy"}`, connection.AnswerNotReady, "proxy"},
		{"no JSON", call{path: listPath}, 200, "<html>", connection.AnswerError, "no JSON: <html>"},
		{"empty", call{path: listPath}, 200, "", connection.AnswerError, "no JSON"},
		{"a code of another type", call{path: listPath}, 200, `{"code":"0"}`, connection.AnswerError, "no JSON"},
		{"not found", call{path: listPath}, 404, "404 page not found", connection.AnswerNoService, "page"},
		{"another method", call{path: listPath}, 405, "", connection.AnswerNoService, ""},
		{"another type", call{path: listPath}, 415, "", connection.AnswerNoService, ""},
		{"HTTP to HTTPS", call{path: listPath}, 400, "Client sent an HTTP request to an HTTPS server.\n", connection.AnswerWantsTLS, "HTTPS"},
		{"another bad request", call{path: listPath}, 400, "bad request", connection.AnswerError, "bad request"},
		{"HTTPS text with success", call{path: "/healthz"}, 200, "HTTP request to an HTTPS server", connection.AnswerData, ""},
		{"unauthorized", call{path: listPath}, 401, `{"code":1800}`, connection.AnswerNoLogin, ""},
		{"forbidden", call{path: listPath}, 403, "", connection.AnswerNoLogin, ""},
		{"unavailable", call{path: listPath}, 503, "", connection.AnswerNotReady, ""},
		{"server error", call{path: listPath}, 500, `{"code":0}`, connection.AnswerError, ""},
		{"redirect", call{path: listPath}, 302, "", connection.AnswerError, ""},
		{"health is no JSON", call{path: "/healthz"}, 200, "OK", connection.AnswerData, "OK"},
		{"a component that is not healthy yet", call{path: "/healthz"}, 500, `{"state":"Not all components are healthy, 7/8"}`, connection.AnswerData, ""},
		{"the same in words", call{path: "/healthz"}, 500, "Not all components are healthy, 7/8", connection.AnswerData, ""},
		{"bad health", call{path: "/healthz"}, 500, "OK", connection.AnswerError, ""},
		{"checked and wrong", call{path: listPath, check: picky}, 200, `{"code":0}`, connection.AnswerError, "not what was inserted"},
		{"refused and not checked", call{path: listPath, check: picky}, 200, `{"code":1800}`, connection.AnswerNoLogin, ""},
		{"checked and right", call{path: listPath, check: foundOne}, 200, `{"code":200,"data":[{"distance":0}]}`, connection.AnswerData, ""},
	}
	for _, tt := range tests {
		got, detail := tt.call.answer(tt.status, []byte(tt.body))
		if got != tt.want || !strings.Contains(detail, tt.detail) {
			t.Errorf("%s: %q (%s), want %q (%s)", tt.name, got, detail, tt.want, tt.detail)
		}
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		check func(json.RawMessage) error
		data  string
		ok    bool
	}{
		{"the row itself", foundOne, `[{"id":1,"distance":0}]`, true},
		{"nearly the row", foundOne, `[{"distance":1e-7}]`, true},
		{"another row", foundOne, `[{"distance":0.98}]`, false},
		{"no row", foundOne, `[]`, false},
		{"two rows", foundOne, `[{"distance":0},{"distance":0}]`, false},
		{"no list", foundOne, `{}`, false},
		{"nothing", foundOne, ``, false},
		{"loaded", loaded, `{"load":"LoadStateLoaded"}`, true},
		{"loaded in short", loaded, `{"load":"Loaded"}`, true},
		{"loading", loaded, `{"load":"LoadStateLoading"}`, false},
		{"not loaded", loaded, `{"load":"LoadStateNotLoad"}`, false},
		{"no word of it", loaded, `{}`, false},
		{"no description", loaded, `[]`, false},
	}
	for _, tt := range tests {
		if err := tt.check(json.RawMessage(tt.data)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*pollEvery/2)
		defer cancel()
		begin, asked := time.Now(), 0
		polling := call{poll: true}
		for asked < 10 && polling.again(ctx, connection.AnswerError) {
			asked++
		}
		if took := time.Since(begin); asked != 2 || took != 5*pollEvery/2 {
			t.Errorf("asked again %d times in %s", asked, took)
		}
		for _, done := range []connection.Answer{connection.AnswerData, connection.AnswerNoLogin, connection.AnswerNotReady, ""} {
			if polling.again(t.Context(), done) {
				t.Errorf("asked again after %q", done)
			}
		}
		if (call{}).again(t.Context(), connection.AnswerError) {
			t.Error("a call that does not poll asked again")
		}
	})
}

func TestCalls(t *testing.T) {
	t.Parallel()
	v1, v2 := harness.Features{harness.RESTv1: true}, harness.Features{harness.RESTv1: true, harness.RESTv2: true}
	tests := []struct {
		name    string
		at      harness.Port
		ask     harness.Request
		release harness.Features
		want    []string
	}{
		{"v1 list", harness.HTTP, harness.RequestList, v1, []string{"GET /v1/vector/collections"}},
		{"v2 list", harness.HTTP, harness.RequestList, v2, []string{"POST /v2/vectordb/collections/list {}"}},
		{"v2 list at gRPC's port", harness.GRPC, harness.RequestList, v2, []string{"POST /v2/vectordb/collections/list {}"}},
		{"as documented", harness.HTTP, harness.RequestDocumented, v2, []string{"GET /v2/vectordb/collections/list"}},
		{"as documented since 2.6", harness.HTTP, harness.AskWithin10, v2, []string{"GET /v2/vectordb/collections/list"}},
		{"as documented, of a release without it", harness.HTTP, harness.RequestDocumented, v1, []string{"GET /v2/vectordb/collections/list"}},
		{"health", harness.Management, harness.RequestVersion, v2, []string{"GET /healthz"}},
		{"management data", harness.Management, harness.RequestList, v2, []string{"GET /api/v1/collections {}"}},
		{"v1 data", harness.HTTP, harness.RequestData, v1, []string{
			`POST /v1/vector/collections/create {"collectionName":"mine","dimension":2,"metricType":"L2"}`,
			`POST /v1/vector/insert {"collectionName":"mine","data":[{"vector":[0.1,0.2]},{"vector":[0.8,0.9]}]}`,
			`GET /v1/vector/collections/describe?collectionName=mine check poll`,
			`POST /v1/vector/search {"collectionName":"mine","vector":[0.1,0.2],"limit":1} check poll`,
			`POST /v1/vector/collections/drop {"collectionName":"mine"}`,
		}},
		{"v2 data", harness.HTTP, harness.RequestData, v2, []string{
			`POST /v2/vectordb/collections/create {"collectionName":"mine","dimension":2,"metricType":"L2"}`,
			`POST /v2/vectordb/entities/insert {"collectionName":"mine","data":[{"id":1,"vector":[0.1,0.2]},{"id":2,"vector":[0.8,0.9]}]}`,
			`POST /v2/vectordb/collections/describe {"collectionName":"mine"} check poll`,
			`POST /v2/vectordb/entities/search {"collectionName":"mine","data":[[0.1,0.2]],"annsField":"vector","limit":1,"consistencyLevel":"Strong"} check`,
			`POST /v2/vectordb/collections/drop {"collectionName":"mine"}`,
		}},
	}
	for _, tt := range tests {
		target := Target{Attempt: harness.Attempt{Port: tt.at, Request: tt.ask}, Release: tt.release, Scratch: "mine"}
		var got []string
		for _, c := range target.calls() {
			got = append(got, c.String())
			if c.body != "" && !json.Valid([]byte(c.body)) {
				t.Errorf("%s: the body of %s is no JSON", tt.name, c)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: calls\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// TestServersTakeEveryCall makes each call of REST that there is, as each client
// makes it, at a stand-in that answers as real servers do. That it is as strict
// as they are is for its own tests to show.
func TestServersTakeEveryCall(t *testing.T) {
	t.Parallel()
	for name, release := range map[string]harness.Features{
		"v1": {harness.RESTv1: true}, "v2": {harness.RESTv2: true}, "both": {harness.RESTv1: true, harness.RESTv2: true},
	} {
		for _, ask := range []harness.Request{harness.RequestList, harness.RequestData, harness.RequestCanary} {
			for _, via := range []harness.Client{harness.REST, harness.Curl} {
				t.Run(name+" "+string(ask)+" "+string(via), func(t *testing.T) {
					t.Parallel()
					needCurl(t, via)
					target := aim(t, start(t, mutual, standin.RESTv2PostOnly).Addr(harness.HTTP), mutual, harness.Attempt{Client: via, Port: harness.HTTP, Request: ask})
					target.Release, target.Scratch = release, "every_call"
					wants(t, observe(t, target), harness.Served)
				})
			}
		}
	}
}

// TestHTTPClientSearches searches in both versions of REST.
func TestHTTPClientSearches(t *testing.T) {
	t.Parallel()
	for _, release := range []harness.Features{{harness.RESTv1: true}, {harness.RESTv2: true}, {harness.RESTv1: true, harness.RESTv2: true}} {
		target := aim(t, start(t, oneWay).Addr(harness.HTTP), oneWay, harness.Attempt{Client: harness.REST, Port: harness.HTTP, Request: harness.RequestData})
		target.Release = release
		client := NewHTTPClient(target)
		defer client.client.CloseIdleConnections()
		for _, c := range target.calls() {
			if strings.HasSuffix(c.path, "/drop") {
				continue
			}
			if err := client.ask(t.Context(), c); err != nil {
				t.Fatalf("%v: %s: %v", release, c, err)
			}
		}
		if err := client.Search(t.Context(), target.Scratch, "[0.1,0.2]"); err != nil {
			t.Errorf("%v: %v", release, err)
		}
		if err := client.Search(t.Context(), "another", "[0.1,0.2]"); err == nil || !strings.Contains(err.Error(), "collection") {
			t.Errorf("%v: a collection that is not there was searched: %v", release, err)
		}
	}
}

// TestV2IsToldHowLongItMayWork sees what a server is told: longer than the
// attempt lasts, in whole seconds, and in v2 alone.
func TestV2IsToldHowLongItMayWork(t *testing.T) {
	t.Parallel()
	for _, via := range []harness.Client{harness.REST, harness.Curl} {
		for release, want := range map[harness.Feature]string{harness.RESTv1: "", harness.RESTv2: "4"} {
			t.Run(string(via)+" "+string(release), func(t *testing.T) {
				t.Parallel()
				needCurl(t, via)
				told := make(chan string, 1)
				addr := serveHTTP(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					told <- r.Header.Get("Request-Timeout")
					api{body: `{"code":0,"data":[]}`}.ServeHTTP(w, r)
				}), nil)
				target := aim(t, addr, plain, harness.Attempt{Client: via, Port: harness.HTTP})
				target.Release, target.Bound = harness.Features{release: true}, 2500*time.Millisecond
				wants(t, observe(t, target), harness.Served)
				if got := <-told; got != want {
					t.Errorf("it was told %q, want %q", got, want)
				}
			})
		}
	}
}

// TestTheDocumentedTimeoutIsTold sees the header of the command that the pages have
// since 2.6.
func TestTheDocumentedTimeoutIsTold(t *testing.T) {
	t.Parallel()
	for ask, want := range map[harness.Request]string{harness.RequestDocumented: "", harness.AskWithin10: "10"} {
		needCurl(t, harness.Curl)
		told := make(chan string, 1)
		addr := serveHTTP(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			told <- r.Header.Get("Request-Timeout")
			api{}.ServeHTTP(w, r)
		}), nil)
		wants(t, observe(t, aim(t, addr, plain, harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Request: ask})), harness.Served)
		if got := <-told; got != want {
			t.Errorf("asked %s it was told %q, want %q", ask, got, want)
		}
	}
}

// String shows a call in a failure.
func (c call) String() string {
	text := strings.TrimRight(c.method+" "+c.path+" "+c.body, " ")
	if c.check != nil {
		text += " check"
	}
	if c.poll {
		text += " poll"
	}
	return text
}

// TestPollingEndsWithTheAttempt meets a server whose collection is never
// loaded.
func TestPollingEndsWithTheAttempt(t *testing.T) {
	t.Parallel()
	addr := serveHTTP(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api{body: `{"code":200,"data":{"load":"LoadStateNotLoad"}}`}.ServeHTTP(w, r)
	}), nil)
	target := aim(t, addr, plain, harness.Attempt{Client: harness.REST, Port: harness.HTTP, Request: harness.RequestData})
	target.Bound = 3 * pollEvery / 2
	o := observe(t, target)
	if got := o.Outcome(); got != harness.APIError && got != harness.TimedOut {
		t.Errorf("it was %s: %+v", got, o)
	}
	if o.Seconds < pollEvery.Seconds() {
		t.Errorf("it gave up after %v s", o.Seconds)
	}
}
