// Package render renders a Helm chart by Helm's own library and has the pods that
// come out judged: what a chart makes of values is then not guessed.
package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"milvus-tls-e2e/harness/manifest"
)

// Release and namespace are what charts are rendered for.
const (
	release   = "my-release"
	namespace = "default"
)

// bound is how long a chart may take to be rendered, and maxText how much may
// come out. The Milvus chart with all its subcharts gives 200 kB in under a second.
const (
	bound   = 30 * time.Second
	maxText = manifest.MaxSize
)

// A Chart is a chart that was loaded.
type Chart struct{ chart *chart.Chart }

// Name is its name and version.
func (c Chart) Name() string { return c.chart.Name() + " " + c.chart.Metadata.Version }

// A Rendering is what came of a chart and values.
type Rendering struct {
	Text  []byte // every resource, one document after the other
	parts []part
}

// A part is what one template gave.
type part struct {
	file  string // the template
	first int    // the line of Text where it begins
}

// Source returns the template that a line of the text is of, and the line of what it
// gave.
func (r Rendering) Source(line int) (file string, at int) {
	for _, p := range slices.Backward(r.parts) {
		if line >= p.first {
			return p.file, line - p.first + 1
		}
	}
	return "", line
}

// Render renders the chart with values over its own.
func (c Chart) Render(ctx context.Context, values []byte) (Rendering, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	type outcome struct {
		files map[string]string
		err   error
	}
	done := make(chan outcome, 1)
	go func() { // templates cannot be interrupted
		files, err := c.templates(values)
		done <- outcome{files, err}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return Rendering{}, fmt.Errorf("render the chart %s: %s", c.Name(), oneLine(o.err))
		}
		return join(o.files)
	case <-ctx.Done():
		return Rendering{}, fmt.Errorf("render the chart %s: it takes longer than %s", c.Name(), bound)
	}
}

// templates returns what each template of the chart and its subcharts gives.
func (c Chart) templates(values []byte) (files map[string]string, err error) {
	defer func() { // a template function of Helm's can panic over what it is given
		if r := recover(); r != nil {
			err = fmt.Errorf("a template panics: %v", r)
		}
	}()
	given, err := chartutil.ReadValues(values)
	if err != nil {
		return nil, fmt.Errorf("the values are no YAML mapping: %w", err)
	}
	if err := chartutil.ProcessDependencies(c.chart, given); err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c.chart, given, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c.chart, all)
}

func join(files map[string]string) (Rendering, error) {
	var out bytes.Buffer
	var r Rendering
	lines := 0
	for _, file := range slices.Sorted(maps.Keys(files)) {
		text := files[file]
		if strings.TrimSpace(text) == "" || path.Base(file) == "NOTES.txt" {
			continue
		}
		out.WriteString("---\n")
		r.parts = append(r.parts, part{file, lines + 2})
		out.WriteString(strings.TrimSuffix(text, "\n") + "\n")
		lines += 2 + strings.Count(strings.TrimSuffix(text, "\n"), "\n")
		if out.Len() > maxText {
			return Rendering{}, fmt.Errorf("what it gives has more than %d bytes", maxText)
		}
	}
	if len(r.parts) == 0 {
		return Rendering{}, errors.New("it gives no resource")
	}
	r.Text = out.Bytes()
	return r, nil
}

// Check renders a chart with the values of a file and judges the servers that come
// out. Findings name the template and the line of what it gave.
func Check(ctx context.Context, c Chart, file string, values []byte, o manifest.Options) ([]manifest.Manifest, error) {
	r, err := c.Render(ctx, values)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s, rendered by the chart %s", file, c.Name())
	servers, err := manifest.ReadAll(name, r.Text, o)
	if err != nil {
		return nil, err
	}
	for _, s := range servers {
		for i := range s.Findings {
			if f := &s.Findings[i]; f.Line > 0 && (f.File == "" || f.File == name) {
				f.File, f.Line = r.Source(f.Line)
			}
		}
	}
	return servers, nil
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
