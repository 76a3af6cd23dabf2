package standin

import "net/http"

// managed serves the management port, which is plaintext in every mode. A server whose
// components cannot reach each other reports that at /healthz (seen on 2.5.8 and 2.6.20).
func managed(a *api) http.Handler {
	mux := http.NewServeMux()
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(text)) // the client may have gone
		}
	}
	health := says("OK")
	if a.stuck && !a.faults[HealthyWhileStuck] {
		health = func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Not all components are healthy, 4/5", http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("GET /healthz", health)
	mux.HandleFunc("GET /metrics", says("# TYPE standin_up gauge\nstandin_up 1\n"))
	if a.faults[ManagementData] && !a.restless && !a.stuck { // the proxy brings it along with REST
		mux.HandleFunc("GET /api/v1/collection/existence", a.old(func() object { return object{"status": object{}, "value": false} }))
		mux.HandleFunc("GET /api/v1/collections", a.old(func() object {
			if names := a.store.names(); len(names) > 0 {
				return object{"status": object{}, "collection_names": names}
			}
			return object{"status": object{}}
		}))
	}
	mux.HandleFunc("/", http.NotFound)
	return mux
}

// old answers the old data API.
func (a *api) old(answer func() object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.users && a.behavior.managementLogin && !a.loggedIn(r) {
			a.noLogin(w)
			return
		}
		reply(w, http.StatusOK, answer())
	}
}
