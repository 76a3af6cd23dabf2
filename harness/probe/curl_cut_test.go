package probe

import "testing"

// A connection that ends without an answer is cut whatever version of HTTP curl
// speaks; one that ends with an alert is not.
func TestWhatCurlCallsACut(t *testing.T) {
	for _, tt := range []struct {
		code int
		said string
		cut  bool
	}{
		{curlEmpty, "Empty reply from server", true},
		{curlReceive, "Recv failure: Connection reset by peer", true},
		{curlPartial, "HTTP/2 stream 1 was not closed cleanly before end of the underlying stream", true},
		{curlStream, "HTTP/2 stream 1 was reset", true},
		{curlHTTP2, "Error in the HTTP2 framing layer", true},
		{curlReceive, "SSL read: tlsv13 alert certificate required", false},
		{curlStream, "SSL read: tlsv13 alert certificate required", false},
		{curlConnect, "Failed to connect", false},
		{curlTimeout, "Operation timed out", false},
	} {
		if cut := curlCut(tt.code, tt.said); cut != tt.cut {
			t.Errorf("%d, %s: %v", tt.code, tt.said, cut)
		}
	}
}
