package report

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A tab is the one page that all parts of the test look at, one after the other.
// It fails a part when the page logged an error, threw something, or asked for
// anything but itself.
type tab struct {
	*testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string
	errors   []string
}

func newTab(browser context.Context, t *testing.T) *tab {
	t.Helper()
	x := &tab{T: t}
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithListener(x.listen))
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	x.ctx = ctx
	call(x, network.Enable, network.EnableParams{})
	return x
}

// part runs one part of the test in the tab, which is made as new before.
func (x *tab) part(name string, test func(*tab)) {
	whole, ctx := x.T, x.ctx
	whole.Run(name, func(t *testing.T) {
		var stop context.CancelFunc
		x.T = t
		x.ctx, stop = context.WithTimeout(ctx, ample)
		defer func() {
			stop()
			x.complain(t)
			x.T, x.ctx = whole, ctx
		}()
		width, height := int64(1000), int64(640) // a large window takes long to paint
		if os.Getenv("SCREENSHOTS") != "" {
			width, height = 1440, 900
		}
		x.do(chromedp.EmulateViewport(width, height))
		call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		call(x, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
		test(x)
	})
}

// complain reports what the page did that it should not.
func (x *tab) complain(t *testing.T) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.errors {
		t.Errorf("the page logged an error: %s", e)
	}
	for _, url := range x.requests {
		if url != "about:blank" && !strings.HasPrefix(url, "data:image/svg") && (!strings.HasPrefix(url, "file://") || !strings.HasSuffix(url, ".html")) {
			t.Errorf("the page asked for %s", url)
		}
	}
	x.errors, x.requests = nil, nil
}

func (x *tab) listen(event any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		x.requests = append(x.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		x.errors = append(x.errors, e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			x.errors = append(x.errors, string(e.Type)+" on the console")
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			x.errors = append(x.errors, e.Entry.Text)
		}
	}
}

// call runs a command of the protocol.
func call[P, R any](x *tab, command cdp.Command[P, R], params P) R {
	x.Helper()
	result, err := chromedp.Call(x.ctx, command, params)
	if err != nil {
		x.Fatal(err)
	}
	return result
}

// give runs an action and gives what it came to.
func give[T any](x *tab, action chromedp.Action[T]) T {
	x.Helper()
	value, err := chromedp.Run(x.ctx, action)
	if err != nil {
		x.Fatal(err)
	}
	return value
}

func (x *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	if err := chromedp.Do(x.ctx, actions...); err != nil {
		x.Fatal(err)
	}
}

// open loads a page afresh.
func (x *tab) open(url string) {
	x.Helper()
	x.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url))
}

// eval returns what an expression comes to, in the page.
func (x *tab) eval(expression string) string {
	x.Helper()
	return give(x, chromedp.Evaluate[string](`(async () => JSON.stringify(await (`+expression+`)) ?? "null")()`, chromedp.EvalAwaitPromise))
}

// is fails the test where an expression does not come to what is wanted.
func (x *tab) is(expression, want string) {
	x.Helper()
	if got := x.eval(expression); got != want {
		x.Errorf("%s: got %s, want %s", expression, got, want)
	}
}

// settle waits until what was done has been drawn.
func (x *tab) settle() {
	x.Helper()
	x.eval(`new Promise(done => requestAnimationFrame(() => setTimeout(done)))`)
}

// follow changes the address's fragment, as a link does.
func (x *tab) follow(fragment string) {
	x.Helper()
	quoted, err := json.Marshal(fragment)
	if err != nil {
		x.Fatal(err)
	}
	x.eval(fmt.Sprintf(drawn, "location.hash = "+string(quoted)))
}

// drawn does something that changes the address, and waits until that is drawn.
const drawn = `new Promise(done => {
  const before = location.hash, after = () => setTimeout(done);
  addEventListener('hashchange', after, { once: true });
  %s;
  if (location.hash === before) after();
})`

// picture keeps a screenshot in the folder that SCREENSHOTS names, for people.
func (x *tab) picture(name string) {
	x.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png := give(x, chromedp.CaptureScreenshot())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		x.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		x.Fatal(err)
	}
}
