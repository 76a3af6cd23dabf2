package report

import (
	"cmp"
	"fmt"
	"os"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// testPictures keeps a picture of every view for people to look at: at the width of a
// desk and of a phone, light and dark. REPORT= names another report than the test's own.
func testPictures(x *tab, pages map[string]string) {
	if os.Getenv("SCREENSHOTS") == "" {
		return
	}
	page := pages["changes"]
	if report := os.Getenv("REPORT"); report != "" {
		page = "file://" + report
	}
	for _, width := range []int64{1400, 390} {
		x.do(chromedp.EmulateViewport(width, 1100))
		for _, scheme := range []string{"light", "dark"} {
			call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			for _, view := range []string{"overview", "steps", "findings", "matrix", "results", "audit", "run"} {
				x.open(page + "#" + view)
				x.settle()
				x.picture(fmt.Sprintf("%s-%d-%s", view, width, scheme))
			}
			x.open(page + "#" + cmp.Or(os.Getenv("VIEW"), "results?verdict=any-refuted"))
			x.settle()
			x.eval(`document.querySelector('#list a')?.click()`)
			x.settle()
			x.picture(fmt.Sprintf("evidence-%d-%s", width, scheme))
		}
	}
}
