package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func testFilters(x *tab, pages map[string]string) {
	r := aRun()
	is := func(field func(results.Result) string, want string) func(results.Result) bool {
		return func(r results.Result) bool { return field(r) == want }
	}
	filters := map[string]map[string]func(results.Result) bool{"claim": {}, "version": {}, "topology": {}, "client": {}, "verdict": {
		"unexpected":  results.Result.Red,
		"any-refuted": func(r results.Result) bool { return r.Verdict == harness.Refuted },
	}}
	for _, one := range r.Results {
		for name, field := range map[string]func(results.Result) string{
			"claim": func(r results.Result) string { return r.Claim }, "version": func(r results.Result) string { return r.Version },
			"topology": func(r results.Result) string { return r.Topology }, "client": func(r results.Result) string { return string(r.Client) },
			"verdict": func(r results.Result) string { return statusOf(r).kind() },
		} {
			if value := field(one); value != "" {
				filters[name][value] = is(field, value)
			}
		}
	}
	x.open(pages["run"] + "#matrix?all=yes") // so that no result is left out of the squares
	for name, values := range filters {
		opened := false
		x.is(fmt.Sprintf(`[...document.forms.filters.%s.options].length`, name), fmt.Sprint(len(values)+1))
		for value, passes := range values {
			some := r
			some.Results = nil
			for _, one := range r.Results {
				if passes(one) {
					some.Results = append(some.Results, one)
				}
			}
			want := len(some.Results)
			x.choose(name, value)
			x.is(`location.hash`, fmt.Sprintf(`"#matrix?%s=%s&all=yes"`, name, value))
			x.is(`document.getElementById('shown').textContent`, fmt.Sprintf("%q", shownOf(some, r)))
			if !opened { // once for each filter: it takes long
				opened = true
				x.is(inSquares, fmt.Sprint(want))
			}
			x.follow(fmt.Sprintf("#results?%s=%s", name, value))
			x.is(`document.querySelectorAll('#list li a').length`, fmt.Sprint(min(want, 100)))
			x.follow("#matrix?all=yes")
		}
	}
}

// shownOf is how the page says how much of a run passes a filter.
func shownOf(some, all results.Results) string {
	text := fmt.Sprintf("%d judged, %d not applicable", judged(all), some.Count()[harness.NotApplicable])
	if n := judged(some); n != judged(all) {
		text = fmt.Sprintf("%d of ", n) + text
	}
	if n := some.Count()[harness.Unjudged]; n > 0 {
		text += fmt.Sprintf(", %d unjudged", n)
	}
	return text
}

// choose sets a filter as its select does.
func (x *tab) choose(name, value string) {
	x.Helper()
	x.eval(fmt.Sprintf(drawn, fmt.Sprintf(`const f = document.forms.filters.%s; f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true }))`, name, value)))
}

// inSquares counts the results behind all squares, by opening the addresses of
// the squares one after the other.
const inSquares = `(async () => {
  const links = [...document.querySelectorAll('#squares td a')].map(a => a.hash), back = location.hash;
  const follow = hash => new Promise(done => { addEventListener('hashchange', () => setTimeout(done), { once: true }); location.hash = hash; });
  let n = 0;
  for (const hash of links) { await follow(hash); n += document.querySelectorAll('#evidence-body > details').length; }
  if (links.length) await follow(back);
  return n;
})()`

func testSearch(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#results")
	steps := give(x, chromedp.Evaluate[int](`history.length`))
	x.do(chromedp.SendKeys(chromedp.CSS("[name=q]"), "UNHEARD served"))
	x.settle()
	x.is(`document.getElementById('shown').textContent`, fmt.Sprintf(`"1 of %d judged, 0 not applicable"`, judged(aRun())))
	x.is(`document.querySelector('#list .why').textContent`, `"REST serves clients without a certificate."`)
	x.is(`location.hash`, `"#results?q=UNHEARD+served"`)
	x.is(`document.activeElement.name`, `"q"`)
	x.is(`history.length`, fmt.Sprint(steps+1))
	x.do(chromedp.Click(chromedp.CSS("[type=reset]")))
	x.settle()
	x.is(`location.hash`, `"#results"`)
	x.is(`document.forms.filters.q.value`, `""`)
	x.do(chromedp.SendKeys(chromedp.CSS("[name=q]"), "no such words"))
	x.settle()
	x.is(`document.getElementById('list').textContent`, `"No result passes this filter."`)
}

func testLinks(x *tab, pages map[string]string) {
	x.open(pages["small"])
	report := x.eval(`(async () => {
  const follow = hash => new Promise(done => {
    if (hash === location.hash) return done();
    addEventListener('hashchange', () => setTimeout(done), { once: true });
    location.hash = hash;
  });
  const todo = ['#overview', '#steps', '#audit', '#findings', '#matrix', '#matrix?by=client', '#results', '#changes', '#run'], seen = new Set(todo), dead = [];
  for (let n = 0; n < todo.length; n++) {
    await follow(todo[n]);
    const shown = [...document.querySelectorAll('main > section')].filter(s => s.checkVisibility());
    const dialog = document.getElementById('evidence');
    if (todo[n] !== '#main' && shown.length !== 1) dead.push(todo[n] + ' shows ' + shown.length + ' views');
    if (todo[n].includes('open=') && !document.querySelector('#evidence-body > details dl')) dead.push(todo[n] + ' opens nothing');
    if (!todo[n].includes('open=') && dialog.open) dead.push(todo[n] + ' leaves the evidence open');
    if (/^#(results|matrix)\?/.test(todo[n]) && !/\b[1-9]/.test(document.getElementById('shown').textContent.replace(/ of \d+/, ''))) dead.push(todo[n] + ' finds nothing');
    const name = todo[n].slice(1);
    if (!name.includes('?') && !document.getElementById(name) && !document.querySelector('main > [data-view=' + name + ']')) dead.push(todo[n] + ' has no target');
    for (const a of document.links) {
      if (!a.getAttribute('href').startsWith('#')) dead.push(a.href + ' leads out of the page');
      else if (!seen.has(a.hash) && todo.length < 700) { seen.add(a.hash); todo.push(a.hash); }
    }
  }
  return { followed: todo.length, dead: dead.slice(0, 10) };
})()`)
	var got struct {
		Followed int
		Dead     []string
	}
	if err := json.Unmarshal([]byte(report), &got); err != nil {
		x.Fatal(err)
	}
	if len(got.Dead) > 0 || got.Followed < 100 {
		x.Errorf("%d links followed, dead: %s", got.Followed, strings.Join(got.Dead, "; "))
	}
}

func testDeepLinks(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#matrix?q=expired+grpc&claim=mode-2-both&version=2.3.5&topology=mode-2&client=go&verdict=refuted")
	x.is(`['q', 'claim', 'version', 'topology', 'client', 'verdict'].map(n => document.forms.filters[n].value)`, `["expired grpc","mode-2-both","2.3.5","mode-2","go","refuted"]`)
	x.is(`[...document.querySelectorAll('#squares td a')].map(c => c.textContent)`, `["✗!1/1"]`)
	x.open(pages["run"] + "#results?verdict=unexpected&open=2.3.5+mode-2+mode-2-both+expired+via+go+at+grpc")
	x.is(`document.getElementById('evidence').open`, `true`)
	x.is(`document.getElementById('evidence-title').textContent`, `"mode-2-both on 2.3.5 in mode-2"`)
	x.is(`document.querySelectorAll('#evidence-body > details').length`, `1`)
	x.open(pages["run"] + "#matrix?topology=mode-9")
	x.is(`document.forms.filters.topology.selectedOptions[0].textContent`, `"mode-9 (not in this run)"`)
	x.is(`document.getElementById('nothing').checkVisibility()`, `true`)
	x.open(pages["run"] + "#matrix?open=9.9.9+mode-2+mode-2-both")
	x.is(`document.getElementById('evidence-body').textContent.includes('Nothing in this run answers')`, `true`)
	x.open(pages["run"] + "#finding-mode-2-both")
	x.is(`[document.documentElement.dataset.view, document.activeElement.id]`, `["findings","finding-mode-2-both"]`)
	x.open(pages["run"] + "#nonsense?q=%")
	x.is(`document.documentElement.dataset.view`, `"overview"`)
}

func testBackAndForward(x *tab, pages map[string]string) {
	x.open(pages["run"] + "#matrix")
	x.choose("client", "curl")
	x.follow("#matrix?client=curl&open=2.3.5+mode-2+mode-2-both")
	x.do(chromedp.KeyEvent(kb.Escape))
	x.settle()
	x.is(`[location.hash, document.getElementById('evidence').open]`, `["#matrix?client=curl",false]`)
	x.follow("#findings")
	x.do(chromedp.NavigateBack())
	x.settle()
	x.is(`[document.documentElement.dataset.view, document.forms.filters.client.value]`, `["matrix","curl"]`)
	x.eval(`new Promise(done => { addEventListener('hashchange', () => setTimeout(done), { once: true }); history.go(-2); })`)
	x.is(`[location.hash, document.forms.filters.client.value]`, `["#matrix",""]`)
	x.do(chromedp.NavigateForward())
	x.settle()
	x.is(`[location.hash, document.forms.filters.client.value]`, `["#matrix?client=curl","curl"]`)
}
