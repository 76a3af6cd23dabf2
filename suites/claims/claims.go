// Package claims holds the documentation's statements about TLS in Milvus, and what a user may
// rightly expect although no page states it: one claim per file, whose name is the claim's ID.
package claims

import (
	"cmp"
	"runtime"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	_ "milvus-tls-e2e/harness/probe" // declares the clients, before any claim names their releases
)

var all []harness.Claim

// add registers a claim; each file calls it once. The caller's place is where
// a failing case points to.
func add(c harness.Claim) bool { //nolint:unparam // the result lets a file register with var _ =
	_, c.File, c.Line, _ = runtime.Caller(1)
	c.Chapter = chapterOf(c)
	all = append(all, c)
	return true
}

// All returns every claim in the order of the page: by chapter, then by ID.
func All() []harness.Claim {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b harness.Claim) int {
		return cmp.Or(cmp.Compare(a.Chapter, b.Chapter), strings.Compare(a.ID, b.ID))
	})
	return sorted
}

// chapterOf returns a claim's chapter by the section that makes it. TLS between components is a
// chapter of its own, whatever the section.
func chapterOf(c harness.Claim) harness.Chapter {
	if len(c.Sources) == 0 {
		return harness.ChapterBeyond
	}
	switch c.Sources[0].Section {
	case createSection, renewSection:
		return harness.ChapterCertificates
	case sdkSection, restSection:
		return harness.ChapterClients
	case filesSection, operatorSection, helmSection:
		if !strings.HasPrefix(c.ID, "internal-") {
			return harness.ChapterDeployment
		}
		return harness.ChapterInternal
	}
	if strings.HasPrefix(c.ID, "internal-") {
		return harness.ChapterInternal
	}
	return harness.ChapterServer
}

// The sections of the pages, by their English headings.
const (
	configSection = "Modify the Milvus server configuration"
	filesSection  = "Map certificate files to the container"
	sdkSection    = "Connect to the Milvus server with TLS"
	restSection   = "Connect to the Milvus RESTful server with TLS"
	introSection  = "Encryption in Transit"
	createSection = "Create your own certificate"
	renewSection  = "Renew certificates (optional)"

	operatorSection = "Setup for Milvus Operator"
	helmSection     = "Setup for Milvus Helm"
)

// restNeeds and curlNeeds are what a case over REST's own port needs.
var (
	restNeeds = []harness.Feature{harness.RESTAlone}
	curlNeeds = []harness.Feature{harness.RESTAlone, harness.Curl.Feature()}
)

// pymilvusNeeds are what a case over pymilvus needs.
var pymilvusNeeds = []harness.Feature{harness.EveryClient, harness.Pymilvus.Feature()}
