package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/results"
)

func testKeyboard(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#matrix")
	focused := `(document.activeElement.getAttribute('name') ?? document.activeElement.id) || document.activeElement.textContent`
	var order []string
	for range 30 {
		x.do(chromedp.KeyEvent(kb.Tab))
		order = append(order, strings.Trim(x.eval(focused), `"`))
		x.is(`(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)(getComputedStyle(document.activeElement))`, "true")
		if x.eval(`Boolean(document.activeElement.closest('#squares'))`) == "true" {
			break
		}
	}
	var passed []string
	for _, want := range []string{"Skip to the content", "Overview", "q", "claim", "version", "topology", "client", "verdict", "by", "all", "Clear"} {
		if slices.Contains(order, want) {
			passed = append(passed, want)
		} else {
			x.Errorf("Tab does not reach %q before the matrix: %q", want, order)
		}
	}
	if got := slices.Clone(passed); !slices.IsSortedFunc(got, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }) {
		x.Errorf("order of tabs: %q", order)
	}
	// The matrix has two rows of heads, and a row that heads the chapter.
	at := `(a => [a.closest('tr').rowIndex - 2, a.parentElement.parentElement.cells.length - a.parentElement.cellIndex, a.tabIndex])(document.activeElement)`
	x.is(at, `[1,4,0]`)
	for _, step := range []struct{ key, want string }{
		{kb.ArrowRight, `[1,3,0]`}, {kb.ArrowDown, `[2,3,0]`}, {kb.ArrowDown, `[3,3,0]`}, {kb.End, `[3,1,0]`}, {kb.ArrowUp, `[2,1,0]`}, {kb.ArrowLeft, `[2,2,0]`},
	} {
		x.do(chromedp.KeyEvent(step.key))
		x.is(at, step.want)
	}
	x.is(`document.querySelectorAll('#squares a[tabindex="0"]').length`, "1")
	square := x.eval(`document.activeElement.hash`)
	for _, key := range []string{kb.Enter, " "} {
		x.do(chromedp.KeyEvent(key))
		x.settle()
		x.is(`[document.getElementById('evidence').open, document.getElementById('evidence').contains(document.activeElement)]`, "[true,true]")
		x.is(`location.hash`, square)
		x.do(chromedp.KeyEvent(kb.Escape))
		x.settle()
		x.is(`[document.getElementById('evidence').open, document.activeElement.hash, location.hash]`, `[false,`+square+`,"#matrix"]`)
	}
}

func testStaticMatrix(x *tab, pages map[string]string) {
	cells := `[...document.querySelectorAll('#squares th, #squares td')].map(c => c.outerHTML.replace(/ tabindex="-?\d"/, ''))`
	x.open(pages["run"] + "#matrix")
	static := x.eval(cells)
	x.follow("#matrix?client=go")
	if x.eval(cells) == static {
		x.Error("the filter changes nothing")
	}
	x.follow("#matrix")
	if got := x.eval(cells); got != static {
		x.Errorf("the page came with\n%s\nand its script draws\n%s", static, got)
	}
	x.picture("matrix")
}

func testRowsByClient(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#matrix?claim=mode-2-both&version=2.3.5")
	x.do(chromedp.Click(chromedp.CSS("[name=by]")))
	x.settle()
	x.is(`location.hash`, `"#matrix?claim=mode-2-both&version=2.3.5&by=client"`)
	x.is(`[...document.querySelectorAll('#squares tbody:not(.chapter) tr')].map(r => [...r.cells].map(c => c.textContent).join(' '))`,
		`["mode-2-both 2.3.5 raw ✓1 ✓1 ✓1","go ✓1 ✗!1/1 ✓1","rest ✓1 ✓1 ✓1","curl ✓1 ✓1 ✓1"]`)
	x.do(chromedp.Click(chromedp.CSS("#squares td.refuted a")))
	x.settle()
	x.is(`[...document.querySelectorAll('#evidence-body summary')].map(s => s.textContent)[0]`, `"✗! refuted, NEW expired via go at grpc"`)
	x.is(`document.querySelectorAll('#evidence-body > details').length`, "1")
}

// definition returns what the first opened result says under a name.
func definition(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('#evidence-body > details > dl > dt')].find(d => d.textContent === %q)?.nextElementSibling.innerText`, name)
}

func testEvidence(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#matrix?open=2.3.5+mode-2+mode-2-both")
	x.picture("evidence")
	i := slices.IndexFunc(aRun().Results, func(r results.Result) bool { return r.Reason == "it was served, unheard of" })
	r := aRun().Results[i]
	for name, want := range map[string]string{
		"tried": r.Attempt, "wanted": inWords(r.Want), "saw": inWords(r.Saw), "reason": r.Reason, "what to do": r.Remediation,
		"client": "go at grpc, identity expired", "alert": r.Evidence.Alert, "negotiated": r.Evidence.Negotiated, "control": r.Evidence.Control,
		"server's log": r.Evidence.Log, "transcript": strings.Join(r.Evidence.Transcript, "\n"), "again": r.Reproduce + "\nCopy",
		"configured": "common.security.tlsMode: 2\ntls.caPemPath: ca.pem", "server": "v2.3.5-lite, process, " + r.Digest,
		"timing": "723 µs from the first packet to the end, 250 ms for the case",
	} {
		var got string
		if err := json.Unmarshal([]byte(x.eval(definition(name))), &got); err != nil || got != want {
			x.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
	x.is(`[...document.querySelectorAll('#evidence-body .steps')][0].children.length`, "9")
	x.is(`JSON.parse([...document.querySelectorAll('#evidence-body dl details pre')][0].textContent).server_cert`, `"`+r.Evidence.Facts.(*connection.Observation).ServerCert+`"`)
	x.is(`document.querySelectorAll('#evidence-body > details').length`, "4")
	x.is(`document.querySelectorAll('#evidence-body > details > dl').length`, "1")
	x.do(chromedp.Click(chromedp.CSS("#evidence-body > details:nth-of-type(2) > summary")))
	x.settle()
	x.is(`document.querySelectorAll('#evidence-body > details > dl').length`, "2")
	x.open(pages["run"] + "#matrix?open=2.3.5+mode-0+mode-2-both")
	x.is(definition("reason"), `"needs another tlsMode"`)
}

// aStart is a run of one start, which came to no TLS.
func aStart() results.Results {
	return results.Results{Results: []results.Result{{
		Claim: "mode-0-plain", Case: "its own start", Version: "2.3.5", Topology: "mode-3", Verdict: harness.Refuted, Severity: harness.SeverityCritical,
		Finding: "An unknown mode serves plaintext.", Reason: "it started", Reproduce: "make e2e",
		Evidence: &harness.Evidenced{Control: "the control became ready", Facts: &start.Facts{Ready: true, Seconds: 2.5, Says: "REST is off",
			Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportPlain, Outcome: harness.Served}}}},
	}}}
}

func testEvidenceOfAStart(x *tab, pages map[string]string) {
	x.open(pages["start"] + "#matrix?open=2.3.5+mode-3+mode-0-plain")
	x.is(definition("finding"), `"An unknown mode serves plaintext."`)
	x.is(`document.querySelector('#evidence-body p').textContent`, `"Claimed: mode 0 switches external TLS off"`)
	x.is(`[...document.querySelectorAll('#evidence-body .digest td')].map(c => c.textContent)`, `["grpc","raw","plaintext","served"]`)
	x.is(`document.querySelector('#evidence-body dd div p').textContent`, `"The server was ready after 2.5 s."`)
	x.is(`document.querySelector('#evidence-body dd div pre').textContent`, `"REST is off"`)
	x.is(definition("timing"), "null")
}

func testList(x *tab, pages map[string]string) {
	x.open(pages["many"] + "#results")
	length := `document.querySelectorAll('#list li').length`
	x.is(length, "100")
	x.is(`document.querySelector('#list .badge').textContent`, `"✗ refuted, known"`)
	x.eval(`document.getElementById('more').click()`)
	x.is(length, "200")
	x.is(`document.activeElement.closest('li') === document.querySelectorAll('#list li')[100]`, "true")
}

func testChangesView(x *tab, pages map[string]string) {
	x.open(pages["changes"] + "#changes")
	x.picture("changes")
	x.is(`[...document.querySelectorAll('section[data-view=changes] .tally li')].map(l => l.innerText.replace(/\s+/g, ' '))`,
		`["1 ▼ stand worse than they did","1 ▲ stand better than they did","1 + are judged only now","`+fmt.Sprint(len(aRun().Results)-3)+` stayed as they were"]`)
	x.is(`[...document.querySelectorAll('section[data-view=changes] .change.worse .sides dd')].map(d => d.innerText).filter(t => /^it /.test(t))`,
		`["it used to be refused","it was served, unheard of"]`)
	x.is(`document.querySelector('section[data-view=changes] .change.appeared .sides section').innerText`, `"before\n\nnot judged"`)
	x.is(`document.querySelector('nav a[href="#changes"]').innerText`, `"Changes 3"`)
	x.open(pages["run"])
	x.is(`!document.querySelector('main > [data-view=changes]') && !document.querySelector('nav a[href="#changes"]')`, "true")
}

func testHostileText(x *tab, pages map[string]string) {
	x.open(pages["hostile"])
	for _, hash := range []string{"#findings", "#matrix", "#results", "#run", "#matrix?open=2.3.5+mode-2+mode-2-both"} {
		x.follow(hash)
	}
	x.eval(`(async () => { for (const d of document.querySelectorAll('details')) { d.open = true; await new Promise(r => setTimeout(r)); } })()`)
	x.eval(`document.querySelectorAll('*').forEach(e => e.dispatchEvent(new Event('mouseover')))`)
	x.settle()
	x.is(`typeof window.pwned`, `"undefined"`)
	x.is(`document.querySelectorAll('img, iframe, [onerror], [onmouseover], a[href^="javascript"]').length`, "0")
	x.is(`document.querySelectorAll('script').length`, "4")
	bad, _ := json.Marshal(visible(strings.Join(hostile, " ")))
	for _, name := range []string{"reason", "alert", "control", "server's log", "transcript"} {
		x.is(fmt.Sprintf(`[...document.querySelectorAll('#evidence-body > details > dl > dt')].find(d => d.textContent === %q).nextElementSibling.textContent.startsWith(%s)`, name, bad), "true")
	}
}
