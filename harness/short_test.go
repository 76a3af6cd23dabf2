package harness

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShort(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"short", "a refusal", "a refusal"},
		{"empty", "", ""},
		{"lines", "  curl: (35)\r\n\tno\n\n luck ", "curl: (35) no luck"},
		{"long", strings.Repeat("x", 1000), strings.Repeat("x", 240) + "…"},
		{"just fits", strings.Repeat("x", 240), strings.Repeat("x", 240)},
		{"cut inside a rune", strings.Repeat("x", 239) + "éé", strings.Repeat("x", 239) + "…"},
		{"no UTF-8", "bad \xff\xfe byte", "bad � byte"},
	}
	for _, tt := range tests {
		if got := Short(tt.text); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for n := range 300 {
		got := Short(strings.Repeat("x", n) + strings.Repeat("世\n\xff", 200))
		if len(got) > 240+len("…") || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n") {
			t.Errorf("%d bytes before a wide rune: %q", n, got)
		}
	}
}
