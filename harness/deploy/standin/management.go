package standin

import "net/http"

// managed serves the management port, which is plaintext in every mode.
func managed(l lies) http.Handler {
	mux := http.NewServeMux()
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(text)) // the client may have gone
		}
	}
	mux.HandleFunc("GET /healthz", says("OK"))
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
