package standin

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// routes serves REST. A path that is known with another method answers 404, as
// Milvus's router does (seen on 2.5.8 and 2.6.3).
func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	list := func(ok int) http.HandlerFunc {
		return a.route(ok, func(*request) (any, error) { return a.store.names(), nil })
	}
	mux.Handle("GET /v1/vector/collections", list(http.StatusOK))
	mux.Handle("GET /v1/vector/collections/describe", a.route(http.StatusOK, a.restDescribe))
	mux.Handle("POST /v1/vector/collections/create", a.route(http.StatusOK, a.restCreate))
	mux.Handle("POST /v1/vector/collections/drop", a.route(http.StatusOK, a.restDrop))
	mux.Handle("POST /v1/vector/insert", a.route(http.StatusOK, a.restInsert))
	mux.Handle("POST /v1/vector/search", a.route(http.StatusOK, a.restSearch))
	if a.v2 { // every call is a POST
		mux.Handle("POST /v2/vectordb/collections/list", list(0))
		mux.Handle("POST /v2/vectordb/collections/describe", a.route(0, a.restDescribe))
		mux.Handle("POST /v2/vectordb/collections/create", a.route(0, a.restCreate))
		mux.Handle("POST /v2/vectordb/collections/drop", a.route(0, a.restDrop))
		mux.Handle("POST /v2/vectordb/entities/insert", a.route(0, a.restInsert))
		mux.Handle("POST /v2/vectordb/entities/search", a.route(0, a.restSearchV2))
	}
	if a.v2 && !a.lies[RESTv2PostOnly] {
		mux.Handle("GET /v2/vectordb/collections/list", list(0))
	}
	mux.HandleFunc("/", http.NotFound)
	return mux
}

// route makes a handler of what answers a request with data. ok is the code
// that means success in the API's version.
func (a *api) route(ok int, answer func(*request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.users && !a.loggedIn(r) {
			reply(w, http.StatusUnauthorized, object{"code": 1800, "message": "user hasn't authenticated"})
			return
		}
		q := &request{Limit: 100, CollectionName: r.URL.Query().Get("collectionName")}
		if r.Method == http.MethodPost {
			decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<20))
			decoder.UseNumber()
			if err := decoder.Decode(q); err != nil {
				reply(w, http.StatusOK, object{"code": 1801, "message": "can only accept json format request"})
				return
			}
		}
		data, err := answer(q)
		var known *apiError
		switch {
		case errors.As(err, &known):
			reply(w, http.StatusOK, object{"code": known.code, "message": known.reason})
		case err != nil:
			reply(w, http.StatusOK, object{"code": 65535, "message": err.Error()})
		default:
			reply(w, http.StatusOK, object{"code": ok, "data": data})
		}
	}
}

func (a *api) loggedIn(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return a.store.knows(user + ":" + password)
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && a.store.knows(token)
}

func reply(w http.ResponseWriter, status int, body object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}

// A request is the body of any of them.
type request struct {
	CollectionName string          `json:"collectionName"`
	Dimension      int             `json:"dimension"`
	MetricType     string          `json:"metricType"`
	PrimaryField   string          `json:"primaryField"`
	VectorField    string          `json:"vectorField"`
	Data           json.RawMessage `json:"data"` // one row or several
	Vector         []float32       `json:"vector"`
	Filter         string          `json:"filter"`
	Limit          int             `json:"limit"`
	OutputFields   []string        `json:"outputFields"`

	// Schema is what v2 makes a collection of instead of a dimension.
	Schema struct {
		Fields []restField `json:"fields"`
	} `json:"schema"`
}

// restField is a field of a schema.
type restField struct {
	Name    string            `json:"fieldName"`
	Type    string            `json:"dataType"`
	Primary bool              `json:"isPrimary"`
	Params  map[string]string `json:"elementTypeParams"`
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
