package standin_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// An answered call is one that a real server was asked, and what it answered.
type answered struct {
	Call    string `json:"call"` // method and path
	Body    string `json:"body"`
	Header  string `json:"header"`
	Status  int    `json:"status"`
	Code    int    `json:"code"`
	Message string `json:"message"` // of an error
}

// TestRESTAnswersAsTheRealServer makes the calls that a 2.6.20 was made, one after
// the other: each was answered with the same code and message. Only what its JSON
// library says of a bad vector is left out.
func TestRESTAnswersAsTheRealServer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"rest-v1-2.6.20.jsonl", "rest-v2-2.6.20.jsonl"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			d := began(t, harness.Topology{Name: "2.6 mode-0"}, harness.ConfigChange{}, "rest-v2-post-only")
			calls := 0
			for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); calls++ {
				var want answered
				decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
				decoder.DisallowUnknownFields()
				if err := decoder.Decode(&want); err != nil {
					t.Fatalf("%s: %v", lines.Text(), err)
				}
				if got := want.asked(t, d.Addr(harness.HTTP)); got != want {
					t.Errorf("asked %s %s %s\nanswered %d %d %q\nthe real server %d %d %q", want.Header, want.Call, want.Body,
						got.Status, got.Code, got.Message, want.Status, want.Code, want.Message)
				}
			}
			if calls < 20 {
				t.Errorf("%d calls were made", calls)
			}
		})
	}
}

// asked makes the call, and gives it with the answer that it got.
func (a answered) asked(t *testing.T, addr string) answered {
	t.Helper()
	method, path, _ := strings.Cut(a.Call, " ")
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	if name, value, is := strings.Cut(a.Header, ": "); is {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.Status, a.Code, a.Message = response.StatusCode, 0, ""
	if response.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		return a
	}
	var said struct {
		Code    int
		Message string
	}
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	a.Code, a.Message = said.Code, said.Message
	return a
}
