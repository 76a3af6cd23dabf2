package standin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

type object = map[string]any

// routes serves REST. A path that is known with another method answers 404, as
// Milvus's router does (seen on 2.3.5 and 2.6.20).
func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	a.routesV1(mux)
	if a.v2 {
		a.routesV2(mux)
	}
	mux.HandleFunc("/", http.NotFound)
	return a.strict(mux)
}

// strict adds the Strict-Transport-Security header to every answer, where there is
// to be one.
func (a *api) strict(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.hsts != "" {
			w.Header().Set("Strict-Transport-Security", a.hsts)
		}
		if a.faults[TakesCurlForPlaintext] && strings.HasPrefix(r.UserAgent(), "curl/") {
			http.Error(w, "Client sent an HTTP request to an HTTPS server.", http.StatusBadRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// requestTimeout is how long v2 works on a request that names no other bound.
const requestTimeout = 30 * time.Second

// A version of REST differs from another in what means success, in how it takes a
// body, and in whether it heeds a bound that the client names.
type restVersion struct {
	ok    int // the code that means success
	read  func(r *http.Request, into any) error
	bound func(a *api, r *http.Request) (time.Duration, error) // negative for none
}

// serve makes a handler of what answers a request, which is a struct Q.
func serve[Q any](a *api, v restVersion, answer func(context.Context, *Q) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.users && !a.loggedIn(r) {
			a.noLogin(w)
			return
		}
		ctx := r.Context()
		bound, err := v.bound(a, r)
		if bound >= 0 {
			within, cancel := context.WithTimeout(ctx, bound)
			defer cancel()
			ctx = within
		}
		q := new(Q)
		if err == nil {
			err = v.read(r, q)
		}
		if err == nil {
			err = knownDatabase(r, q)
		}
		var data any
		if err == nil {
			data, err = answer(ctx, q)
		}
		var known *apiError
		switch {
		case r.Context().Err() != nil: // the client has gone
		case ctx.Err() != nil:
			reply(w, http.StatusRequestTimeout, object{"code": codeTimeout, "message": "request timeout"})
		case errors.As(err, &known):
			reply(w, http.StatusOK, object{"code": known.code, "message": known.reason})
		case err != nil:
			reply(w, http.StatusOK, object{"code": codeUnknown, "message": err.Error()})
		default:
			reply(w, http.StatusOK, object{"code": v.ok, "data": data})
		}
	}
}

// decode reads a body of JSON. Keys that the server does not know it ignores; an
// error names the server's own type.
func decode(r *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(r.Body, 64<<20))
	decoder.UseNumber()
	err := decoder.Decode(into)
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) {
		if typed.Struct = nameOf(into); typed.Field == "" {
			return fmt.Errorf("json: cannot unmarshal %s into Go value of type httpserver.%s", typed.Value, typed.Struct)
		}
	}
	return err
}

func nameOf(request any) string {
	name := reflect.TypeOf(request).Elem().Name()
	return strings.ToUpper(name[:1]) + name[1:]
}

func required(request any) (fields []reflect.StructField) {
	for _, field := range reflect.VisibleFields(reflect.TypeOf(request).Elem()) {
		if field.Tag.Get("binding") == "required" {
			fields = append(fields, field)
		}
	}
	return fields
}

func missing(request any) (names []string) {
	value := reflect.ValueOf(request).Elem()
	for _, field := range required(request) {
		if value.FieldByIndex(field.Index).IsZero() {
			names = append(names, field.Name)
		}
	}
	return names
}

// knownDatabase refuses a request for another database than the only one.
func knownDatabase(r *http.Request, request any) error {
	name := r.Header.Get("DB-Name")
	if field := reflect.ValueOf(request).Elem().FieldByName("DBName"); field.IsValid() && field.String() != "" {
		name = field.String()
	}
	if name != "" && name != defaultDatabase {
		return &apiError{codeNoDatabase, fmt.Sprintf("database not found[database=%s]", name)}
	}
	return nil
}

// named is the bound that a client names in seconds.
func named(a *api, r *http.Request) (time.Duration, error) {
	name := r.Header.Get("Request-Timeout")
	seconds, err := strconv.ParseInt(name, 10, 64)
	switch {
	case err == nil:
		return time.Duration(seconds) * time.Second, nil
	case name != "" && a.behavior.numericTimeout:
		return requestTimeout, invalid("Request-Timeout parse failed, err: %v", err)
	}
	return requestTimeout, nil
}

func (a *api) noLogin(w http.ResponseWriter) {
	reply(w, http.StatusUnauthorized, object{"code": codeNoLogin, "message": "user hasn't authenticated"})
}

func (a *api) loggedIn(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return a.store.knows(user + ":" + password)
	}
	return a.store.knows(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
}

func reply(w http.ResponseWriter, status int, body object) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(err.Error())
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may have gone
}
