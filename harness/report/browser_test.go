package report

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"milvus-tls-e2e/harness/results"
)

// ample bounds what a busy machine may take for a part of the test that takes
// seconds, and for the browser's start and end: nothing but a hang reaches it.
const ample = 3 * time.Minute

// TestPageInChromium holds the page against a real browser.
func TestPageInChromium(t *testing.T) {
	browser := chromium(t)
	dir := t.TempDir()
	now := aRun()
	changes, err := results.Compare(before(now), now)
	if err != nil {
		t.Fatal(err)
	}
	small, was := aRun(), before(aRun())
	small.Results, was.Results = small.Results[:len(small.Results)/3], was.Results[:len(was.Results)/4]
	fewer, err := results.Compare(was, small)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{
		"run": pageFile(t, dir, "run", now, nil), "empty": pageFile(t, dir, "empty", results.Results{}, nil),
		"hostile": pageFile(t, dir, "hostile", hostileRun(), nil), "changes": pageFile(t, dir, "changes", now, &changes),
		"small": pageFile(t, dir, "small", small, &fewer),
		"start": pageFile(t, dir, "start", aStart(), nil),
		"many":  pageFile(t, dir, "many", manyResults(10000), nil),
	}
	x := newTab(browser, t)
	for _, part := range []struct {
		name string
		test func(*tab, map[string]string)
	}{
		{"typing searches", testSearch}, {"every filter narrows", testFilters}, {"every link leads somewhere", testLinks},
		{"a link restores the view", testDeepLinks}, {"back and forward", testBackAndForward},
		{"keyboard alone", testKeyboard}, {"the script draws the matrix that the page came with", testStaticMatrix},
		{"a row for each client", testRowsByClient}, {"evidence is whole", testEvidence}, {"evidence of a start", testEvidenceOfAStart}, {"the list grows when asked", testList},
		{"changes", testChangesView}, {"hostile text stays text", testHostileText}, {"without JavaScript", testWithoutJavaScript},
		{"contrast", testContrast}, {"narrow screen", testNarrow}, {"print", testPrint}, {"nothing jumps", testNothingJumps},
		{"a run without results", testEmpty}, {"pictures", testPictures}, {"10,000 results open within a second", testOpensAtOnce},
	} {
		x.part(part.name, func(x *tab) { part.test(x, pages) })
	}
}

func pageFile(t *testing.T, dir, name string, r results.Results, changes *results.Diff) string {
	t.Helper()
	path := filepath.Join(dir, name+".html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := HTML(f, r, auditedClaims(), changes); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// chromium starts the browser, or skips the test where there is none.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("left to make test: a browser takes seconds")
	}
	binary := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			binary = path
			break
		}
	}
	if binary == "" {
		t.Skip("the page is not held against a browser: chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.DisableGPU,
		chromedp.WSURLReadTimeout(ample), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		defer stop()
		ctx, stop := context.WithTimeout(browser, ample)
		defer stop()
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("end the browser: %v", err)
		}
	})
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start %s: %v", binary, err)
	}
	return browser
}
