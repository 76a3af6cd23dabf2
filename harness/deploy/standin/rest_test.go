package standin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// call makes one REST call as the good client and returns what data holds.
func call(t *testing.T, d deploy.Deployment, mode int, method, path, body string) any {
	t.Helper()
	scheme, transport := "http", &http.Transport{}
	if mode > 0 {
		scheme, transport.TLSClientConfig = "https", client{at: harness.HTTP, as: harness.Good}.config(t)
	}
	defer transport.CloseIdleConnections()
	q, err := http.NewRequestWithContext(t.Context(), method, scheme+"://"+d.Addr(harness.HTTP)+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&http.Client{Transport: transport, Timeout: bound}).Do(q)
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, logged(t, d))
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	var answer struct {
		Code    int
		Data    any
		Message string
	}
	if err := errors.Join(err, json.Unmarshal(text, &answer)); err != nil || r.StatusCode != http.StatusOK || answer.Message != "" {
		t.Fatalf("%s: status %d, %v: %s", path, r.StatusCode, err, text)
	}
	return answer.Data
}

// restPath goes through REST's data path in mode 0 and says how much it found.
func restPath(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	return restPathIn(t, d, 0)
}

func restPathIn(t *testing.T, d deploy.Deployment, mode int) string {
	t.Helper()
	call(t, d, mode, "POST", "/v1/vector/collections/create", `{"collectionName": "canary", "dimension": 2, "metricType": "L2"}`)
	inserted := call(t, d, mode, "POST", "/v1/vector/insert",
		`{"collectionName": "canary", "data": [{"vector": [1, 1], "word": "a"}, {"vector": [3, 3], "word": "b"}]}`)
	if n := inserted.(map[string]any)["insertCount"]; n != 2.0 {
		t.Errorf("inserted %v", inserted)
	}
	found := call(t, d, mode, "POST", "/v1/vector/search",
		`{"collectionName": "canary", "vector": [1, 1], "limit": 5, "outputFields": ["word"]}`).([]any)
	return fmt.Sprintf("found %d", len(found))
}

// searched puts a row into a server in mode 0 and tells what a search for it is
// answered, and whether the server's log says the same.
func searched(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	call(t, d, 0, "POST", "/v1/vector/collections/create", `{"collectionName": "sought", "dimension": 2, "metricType": "L2"}`)
	call(t, d, 0, "POST", "/v1/vector/insert", `{"collectionName": "sought", "data": [{"vector": [1, 1]}]}`)
	r, err := http.Post("http://"+d.Addr(harness.HTTP)+"/v1/vector/search", "application/json",
		strings.NewReader(`{"collectionName": "sought", "vector": [1, 1], "limit": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct {
		Data    []any
		Message string
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	const why = "built without the vector engine"
	if strings.Contains(answer.Message, why) && strings.Contains(logged(t, d), why) {
		return why
	}
	return fmt.Sprintf("%d found", len(answer.Data))
}

func TestRESTDataPath(t *testing.T) {
	t.Parallel()
	d := began(t, mode2, harness.ConfigChange{})
	if got := restPathIn(t, d, 2); got != "found 2" {
		t.Error(got)
	}
	found := call(t, d, 2, "POST", "/v1/vector/search", `{"collectionName": "canary", "vector": [1, 1], "limit": 1, "outputFields": ["word"]}`)
	if got := fmt.Sprint(found); got != "[map[distance:0 id:2 word:a]]" {
		t.Errorf("found %s", got)
	}
	// gRPC's collections are the same ones.
	c, err := connect(t, d, 2, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if names, err := c.ListCollections(ctx, milvusclient.NewListCollectionOption()); err != nil || fmt.Sprint(names) != "[canary]" {
		t.Errorf("by gRPC: %v, %v", names, err)
	}
	for _, method := range []string{"GET", "POST"} {
		if got := fmt.Sprint(call(t, d, 2, method, "/v2/vectordb/collections/list", "{}")); got != "[canary]" {
			t.Errorf("v2 %s: %s", method, got)
		}
	}
	call(t, d, 2, "POST", "/v1/vector/collections/drop", `{"collectionName": "canary"}`)
	if got := fmt.Sprint(call(t, d, 2, "GET", "/v1/vector/collections", "")); got != "[]" {
		t.Errorf("after drop: %s", got)
	}
}
