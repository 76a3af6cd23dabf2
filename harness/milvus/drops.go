package milvus

import (
	"bytes"
	"regexp"
)

var (
	dropping = regexp.MustCompile(`\["change collection state"\].*\[collection=(\d+)\].*\[state=CollectionDropping\]`)
	released = regexp.MustCompile(`\["done to release collection"\] \[collection=(\d+)\]`)
)

// Unreleased returns the IDs of collections that a log reports as dropped and not yet as
// released. A drop is acknowledged first: the server releases collections one after the other in
// the background, about one a second (seen on 2.2.16 and 2.3.5). One that is not released when a
// 2.2.16 is stopped keeps the 2.3.5 that replaces it from starting: "panic: collection not
// found".
func Unreleased(log []byte) []string {
	done := map[string]bool{}
	var order []string
	for line := range bytes.Lines(log) {
		if !bytes.Contains(line, []byte("elease collection")) && !bytes.Contains(line, []byte("CollectionDropping")) {
			continue // most lines, of which there are megabytes
		}
		if m := dropping.FindSubmatch(line); m != nil {
			order = append(order, string(m[1]))
		} else if m := released.FindSubmatch(line); m != nil {
			done[string(m[1])] = true
		}
	}
	var left []string
	for _, id := range order {
		if !done[id] {
			left = append(left, id)
		}
	}
	return left
}
