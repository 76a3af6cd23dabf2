package main

import (
	"context"
	"fmt"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy"
)

// A choice is the provider of a run, the releases that it is to judge, and why.
type choice struct {
	deploy.Registration
	why     string
	request deploy.Request

	byDefault bool // neither a provider nor a release was requested
}

// choose returns the provider that the user named, or else one whose variables are set, or
// else the first that can deploy what was asked for. Only one that is not the default is
// asked whether it is usable.
func (s settings) choose(ctx context.Context, all []deploy.Registration) (choice, error) {
	candidates := s.candidates(all)
	if len(candidates) == 1 {
		why := "asked for"
		if s.provider == "" {
			why = candidates[0].Asked(s.request())
		}
		return s.chosen(ctx, all, candidates[0], why, "PROVIDER="+candidates[0].Name)
	}
	first := candidates[0]
	if !s.byName {
		c, err := s.chosen(ctx, all, first, first.Default, "it")
		c.byDefault = true
		return c, err
	}
	lacks := s.lackedBy(first)
	for _, p := range candidates {
		switch {
		case len(s.lackedBy(p)) > 0:
		case p.Name == first.Name:
			return s.chosen(ctx, all, p, "every release asked for "+p.Common(s.request())+" here", "it")
		default:
			none := first.Lacking(s.request(), lacks)
			says, err := p.Usable(ctx)
			if err != nil {
				return choice{}, fmt.Errorf("%s, so it needs %s: %w", none, p.Name, err)
			}
			return s.chosen(ctx, all, p, fmt.Sprintf("%s, and this can be used: %s", none, says), "it")
		}
	}
	return choice{}, usageError{fmt.Errorf("no provider deploys all releases that are asked for: %s", first.Lacking(s.request(), lacks))}
}

// candidates are the providers that may deploy what is asked for.
func (s settings) candidates(all []deploy.Registration) []deploy.Registration {
	for _, p := range all {
		if s.provider == p.Name || s.provider == "" && askedBy(p, s.request()) != "" {
			return []deploy.Registration{p}
		}
	}
	return all
}

func askedBy(p deploy.Registration, r deploy.Request) string {
	if p.Asked == nil {
		return ""
	}
	return p.Asked(r)
}

// lackedBy returns the releases that are asked for and that a provider cannot deploy.
func (s settings) lackedBy(p deploy.Registration) (lacks []versions.Release) {
	for _, v := range s.versions {
		if !p.Deploys(s.request(), v) {
			lacks = append(lacks, v)
		}
	}
	return lacks
}

// chosen is a provider with what it can deploy of what is asked for.
func (s settings) chosen(ctx context.Context, all []deploy.Registration, p deploy.Registration, why, called string) (choice, error) {
	for _, other := range all {
		if asked := askedBy(other, s.request()); asked != "" && other.Name != p.Name {
			return choice{}, usageError{fmt.Errorf("%s: it does not go with PROVIDER=%s", asked, p.Name)}
		}
	}
	c := choice{Registration: p, why: why, request: s.request()}
	if p.Check != nil {
		if err := p.Check(c.request); err != nil {
			return choice{}, usageError{err}
		}
	}
	c.request.Releases = nil
	for _, v := range s.versions {
		if p.Deploys(s.request(), v) {
			c.request.Releases = append(c.request.Releases, v)
		}
	}
	if lacks := s.lackedBy(p); len(lacks) > 0 && s.byName {
		return choice{}, usageError{fmt.Errorf("%s%s", p.Lacking(s.request(), lacks), s.elsewhere(all, lacks))}
	}
	if _, err := p.Usable(ctx); err != nil {
		return choice{}, fmt.Errorf("%s: %w", called, err)
	}
	return c, nil
}

// elsewhere names other providers that deploy the releases.
func (s settings) elsewhere(all []deploy.Registration, lacks []versions.Release) string {
	var names []string
	for _, p := range all {
		has := true
		for _, v := range lacks {
			has = has && p.Deploys(s.request(), v)
		}
		if has {
			names = append(names, "PROVIDER="+p.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": it runs with " + strings.Join(names, " or ") + ", or as a binary of yours with MILVUS_BIN="
}
