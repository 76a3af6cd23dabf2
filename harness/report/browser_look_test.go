package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

func testWithoutJavaScript(x *tab, pages map[string]string) {
	call(x, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	x.do(chromedp.Navigate(pages["changes"]))
	visible := func(selector string) bool {
		return give(x, chromedp.Evaluate[bool](fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector)))
	}
	for selector, want := range map[string]bool{"#overview .outcome": true, "#findings article": true, "#squares td.refuted": true, "#changes article": true, "#run dl": true,
		"#filters": false, "#results": false, `nav a[href="#results"]`: false, "#evidence": false, "#findings pre": true} {
		if got := visible(selector); got != want {
			x.Errorf("%s is visible: %t, want %t", selector, got, want)
		}
	}
}

// thin gives the texts whose contrast to what is behind them is below 4.5:1.
const thin = `(() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
  const light = rgb => { const [r, g, b] = rgb.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; } return [255, 255, 255]; };
  const bad = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || !e.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color).rgb), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.add(e.tagName + '.' + e.className + ' ' + n.data.trim().slice(0, 20) + ' ' + ratio.toFixed(1));
  }
  return [...bad];
})()`

func testContrast(x *tab, pages map[string]string) {
	backgrounds := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		x.open(pages["changes"])
		for _, view := range []string{"overview", "steps", "findings", "matrix", "results", "changes", "audit", "run", "matrix?open=2.3.5+mode-2+mode-2-both"} {
			x.follow("#" + view)
			x.is(thin, "[]")
		}
		x.follow("#overview")
		x.picture("overview-" + scheme)
		backgrounds[x.eval(`getComputedStyle(document.body).backgroundColor`)] = true
	}
	if len(backgrounds) != 2 {
		x.Errorf("light and dark have the backgrounds %v", backgrounds)
	}
}

func testNarrow(x *tab, pages map[string]string) {
	x.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	x.open(pages["changes"])
	for _, view := range []string{"overview", "steps", "findings", "matrix", "results", "changes", "audit", "run", "matrix?open=2.3.5+mode-2+mode-2-both"} {
		x.follow("#" + view)
		x.is(`document.documentElement.scrollWidth <= innerWidth && document.getElementById('evidence').scrollWidth <= innerWidth`, "true")
	}
	x.follow("#overview")
	x.picture("overview-narrow")
	x.open(pages["many"] + "#matrix")
	x.is(`document.documentElement.scrollWidth <= innerWidth && document.querySelector('.wide').scrollWidth > innerWidth`, "true")
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

func testPrint(x *tab, pages map[string]string) {
	count := func(fragment string, low, high int) int {
		x.open(pages["changes"] + fragment)
		pdf := give(x, chromedp.PrintToPDF(chromedp.PDFPrintBackground(), chromedp.PDFPreferCSSPageSize()))
		n := len(pdfPage.FindAll(pdf, -1))
		if n < low || n > high {
			x.Errorf("%q prints on %d pages, want %d to %d", fragment, n, low, high)
		}
		return n
	}
	if a, b := count("", 4, 16), count("#results", 4, 16); a != b {
		x.Errorf("what is printed depends on the view: %d pages, and %d", a, b)
	}
	count("#matrix?open=2.3.5+mode-2+mode-2-both", 1, 3)
	x.open(pages["changes"])
	call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	x.is(`[...document.querySelectorAll('main > section')].filter(s => !s.checkVisibility()).map(s => s.dataset.view)`, `["results"]`)
	x.is(`[...document.querySelectorAll('nav, form, button')].filter(e => e.checkVisibility()).length`, "0")
	x.picture("print")
	x.is(`(t => t.scrollWidth <= t.parentElement.clientWidth + 1)(document.getElementById('squares'))`, "true")
}

func testNothingJumps(x *tab, pages map[string]string) {
	for _, view := range []string{"", "#matrix?client=curl", "#results", "#finding-mode-2-both"} {
		x.open(pages["run"] + view)
		x.settle()
		x.is(`new Promise(done => { let sum = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) sum += e.value; })
  .observe({ type: 'layout-shift', buffered: true }); requestAnimationFrame(() => setTimeout(() => done(sum < 0.001 || sum))); })`, "true")
		x.is(`scrollY === 0 || location.hash.startsWith('#finding-')`, "true")
	}
}

func testEmpty(x *tab, pages map[string]string) {
	x.open(pages["empty"])
	x.is(`document.querySelector('.outcome b').textContent`, `"nothing was judged"`)
	for _, view := range []string{"findings", "matrix", "results", "run"} {
		x.follow("#" + view)
	}
	x.is(`document.getElementById('shown').textContent`, `"0 judged, 0 not applicable"`)
}

// readings is how often the page's thread could parse all results in the second
// in which it opens them, on a machine that takes 3.3 ms for it: a slower one, or
// one whose cores share with others, is slower at both.
const readings = 300

// testOpensAtOnce looks at the clock and, since others may be using the machine,
// at what the page's own thread has used: a page that is quick by either is.
func testOpensAtOnce(x *tab, pages map[string]string) {
	call(x, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	used := func() (seconds float64) {
		for _, m := range call(x, performance.GetMetrics, cdp.Empty{}).Metrics {
			if m.Name == "TaskDuration" {
				seconds = m.Value
			}
		}
		return seconds
	}
	before := used()
	x.open(pages["many"] + "#matrix?client=curl")
	worked := time.Duration((used() - before) * float64(time.Second))
	x.is(`document.getElementById('shown').textContent`, `"2,500 of 10,000 judged, 0 not applicable"`)
	var opened float64
	if err := json.Unmarshal([]byte(x.eval(`performance.getEntriesByName('usable')[0].startTime`)), &opened); err != nil {
		x.Fatal(err)
	}
	x.Logf("usable after %.0f ms; its thread worked for %v", opened, worked)
	before = used()
	x.eval(`(text => { for (let i = 0; i < 20; i++) JSON.parse(text); })(document.getElementById('data').textContent)`)
	reading := time.Duration((used() - before) / 20 * float64(time.Second))
	x.Logf("it parses them in %v", reading)
	if opened > 1000 && worked > max(time.Second, readings*reading) {
		x.Errorf("10,000 results can be filtered after %.0f ms, for which the page worked %v; want less than a second", opened, worked)
	}
}
