package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/milvus"
)

// judgeNewest is the command that judges a release in containers.
func judgeNewest(v versions.Release) string { return "make e2e VERSION=" + milvus.Line(v.Version) }

func newestRelease() (versions.Release, error) {
	known, err := versions.All()
	if err != nil {
		return versions.Release{}, err
	}
	return known[len(known)-1], nil
}

// sayNewest notes that a run does not judge the newest release, and how to judge that, if a
// provider can deploy it here.
func sayNewest(ctx context.Context, log io.Writer, all []deploy.Registration, judged []versions.Release) {
	newest, err := newestRelease()
	if err != nil {
		return
	}
	for _, p := range all {
		if p.Newest == nil {
			continue
		}
		if has, err := p.Newest(ctx, newest); err == nil {
			fmt.Fprintf(log, "this run judges %s; the newest is Milvus %s, whose images %s: %s\n",
				strings.Join(versions.Numbers(judged), " and "), newest.Version, has, judgeNewest(newest))
			return
		}
	}
}

// providerFindings are the doctor's on the providers: whether each can be used, and whether
// the newest release could be judged with it.
func providerFindings(ctx context.Context) (all []finding) {
	for _, p := range providers.All {
		says, err := p.Usable(ctx)
		if err != nil {
			all = append(all, finding{name: p.Name, says: fmt.Sprintf("%v; without it only a release that %s can be judged, or a binary of yours (MILVUS_BIN=)",
				err, providers.All[0].Common(deploy.Request{}))})
			continue
		}
		if says != "" {
			all = append(all, finding{name: p.Name, says: says, ok: true})
		}
		if p.Newest != nil {
			all = append(all, newestFinding(ctx, p))
		}
	}
	return all
}

func newestFinding(ctx context.Context, p deploy.Registration) finding {
	f := finding{name: "images"}
	newest, err := newestRelease()
	if err != nil {
		f.says = err.Error()
		return f
	}
	has, err := p.Newest(ctx, newest)
	if err != nil {
		f.says = fmt.Sprintf("%v; so the newest release, Milvus %s, cannot be judged here (%s)", err, newest.Version, judgeNewest(newest))
		return f
	}
	f.ok, f.says = true, fmt.Sprintf("those of Milvus %s %s: %s", newest.Version, has, judgeNewest(newest))
	return f
}
