package standin

import "net/http"

// managed serves the management port, which is plaintext in every mode.
// A server whose components cannot reach each other says so at /healthz (seen on
// 2.5.8 and 2.6.3).
func managed(l lies, stuck bool) http.Handler {
	mux := http.NewServeMux()
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(text)) // the client may have gone
		}
	}
	health := says("OK")
	if stuck && !l[HealthyWhileStuck] {
		health = func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "component proxy state is Initializing", http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("GET /healthz", health)
	mux.HandleFunc("GET /metrics", says("# TYPE standin_up gauge\nstandin_up 1\n"))
	if l[ManagementData] {
		data := func(o object) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, o) }
		}
		mux.HandleFunc("GET /api/v1/collection/existence", data(object{"status": object{}, "value": false}))
		mux.HandleFunc("GET /api/v1/collections", data(object{"status": object{}, "collection_names": []string{}}))
	}
	mux.HandleFunc("/", http.NotFound)
	return mux
}
