package run

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness/checks/snippet"
	"milvus-tls-e2e/harness/page/sandbox"
	"milvus-tls-e2e/harness/page/steps"
)

// shell types a block into a terminal.
func (w *pageRun) shell(ctx context.Context, i int) {
	s := w.Steps[i]
	result := seen{want: snippet.Ran, began: time.Now(), how: slices.Concat(s.Notes, w.stepAside(s), w.startOver(s))}
	before := w.inventory()
	done, err := w.box.Shell(ctx, steps.Marked(s.Typed, printMark), sandbox.Command{In: w.in, Bash: slices.Contains([]string{"bash", "zsh"}, s.Block.Lang)})
	if ctx.Err() != nil {
		return
	}
	last := lastCommand(done.Output)
	done.Output = strings.ReplaceAll(done.Output, mark, "")
	result.evidence.Err = err
	exec := w.exec(done, last, s)
	if !done.Started {
		w.judge(i, result)
		return
	}
	if done.Moved != "" {
		result.how = append(result.how, done.Moved+": the next block starts in the page's own folder")
	}
	w.move(done.In)
	exec.Left = w.changed(before)
	exec.Missing = w.missing(s, exec.Left)
	exec.Seconds = done.Took.Seconds()
	result.evidence.Saw, result.output = &exec, done.Output
	w.judge(i, result)
	if strings.HasPrefix(s.Claim, "recipe-") && s.Script != "" && exec.Status|len(exec.Missing) != 0 {
		w.lay(ctx, "the page's own recipe failed in block "+number(s))
	}
}

// missing names the files that the page, or the output options of the block's script, announce
// and that are missing or unchanged: a script that goes on after a failure exits with status 0
// all the same.
func (w *pageRun) missing(s steps.Step, left []string) (names []string) {
	there := w.box.Files(w.in)
	for _, f := range s.Leaves {
		if !slices.Contains(there, f) {
			names = append(names, f)
		}
	}
	for _, f := range s.Makes {
		if !slices.Contains(left, f) && !slices.Contains(names, f) {
			names = append(names, f)
		}
	}
	return names
}

func (w *pageRun) exec(done sandbox.Done, last string, s steps.Step) snippet.Facts {
	x := snippet.Facts{Status: done.Status, Ended: done.Ended}
	switch failed := done.Status != 0 && done.Ended == ""; {
	case failed && s.Script == "":
		x.Cause = cause(last, true)
	case failed || strings.HasPrefix(s.Claim, "recipe-"):
		// A script of the page's goes on after a failure: its first complaint counts.
		x.Cause = cause(done.Output, failed)
	}
	if strings.HasPrefix(s.Claim, "recipe-") {
		x.Tool = w.OpenSSL
	}
	return x
}

// move keeps where a block ended.
func (w *pageRun) move(to string) {
	w.in = to
	if w.box == w.Box {
		w.been = append(slices.DeleteFunc(w.been, func(d string) bool { return d == to }), to)
	}
}

// stepAside lets a section that starts over run in a copy of the page's
// folder: a block that writes by hand what an earlier one made is another way
// to the same files, and must not leave the page with half of each.
func (w *pageRun) stepAside(s steps.Step) []string {
	if w.box == w.Box && len(s.Outputs) > 0 && s.Script == "" {
		there := w.box.Files(w.in)
		if slices.ContainsFunc(s.Outputs, func(f string) bool { return slices.Contains(there, f) }) {
			if c, err := w.box.Copy(); err == nil {
				w.box, w.aside = c, sectionOf(s)
			}
		}
	}
	if w.box != w.Box {
		return []string{"in a copy of the page's folder: this section makes again by hand what an earlier block made"}
	}
	return nil
}

// startOver lets a section that begins with a change to a folder begin in the
// page's own, where that has the folder and the one that the last section ended
// in has not: a reader opens another terminal for it.
func (w *pageRun) startOver(s steps.Step) []string {
	section := sectionOf(s)
	begins := section != w.section
	w.section = section
	if !begins || s.Enters == "" || w.box.Has(path.Join(w.in, s.Enters)) || !w.box.Has(path.Join(w.box.Root(), s.Enters)) {
		return nil
	}
	w.in = w.box.Root()
	return []string{"from the page's own folder, where " + s.Enters + " is"}
}

// comeBack leaves the copy at the end of its section.
func (w *pageRun) comeBack(s steps.Step) {
	if w.box != w.Box && sectionOf(s) != w.aside {
		w.box, w.in, w.aside = w.Box, w.been[len(w.been)-1], ""
	}
}

func sectionOf(s steps.Step) string {
	return strings.Join(s.Section.Path, "\x00") + "\x00" + s.Section.ID
}

// inventory returns what the files of the folders that the page has been in hold.
func (w *pageRun) inventory() map[string]string {
	all := map[string]string{}
	for _, dir := range w.been {
		for _, f := range w.box.Files(dir) {
			text, err := w.box.Open(path.Join(dir, f))
			if err == nil {
				all[path.Join(dir, f)] = string(text)
			}
		}
	}
	return all
}

// changed names the files here that are new or other than before.
func (w *pageRun) changed(before map[string]string) (names []string) {
	for _, f := range w.box.Files(w.in) {
		text, err := w.box.Open(path.Join(w.in, f))
		if was, there := before[path.Join(w.in, f)]; err == nil && (!there || was != string(text)) {
			names = append(names, f)
		}
	}
	return names
}
