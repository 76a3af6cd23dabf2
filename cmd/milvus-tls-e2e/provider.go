package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy/docker"
)

// The providers that deploy real servers.
const (
	byProcess = "process"
	byDocker  = "docker"
)

// A choice is the provider of a run, the releases that it is to judge, and why.
type choice struct {
	provider string
	why      string
	versions []versions.Release

	byDefault bool // nobody asked for a provider or a release
}

// choose gives the provider that the user named, or the one that can deploy
// what was asked for. engine tells whether one answers; it is asked only where
// that matters.
func (s settings) choose(engine func() error) (choice, error) {
	if s.provider == byDocker {
		return s.chooseDocker("asked for", engine)
	}
	if s.programs() {
		return choice{provider: byProcess, why: s.program() + " is a program of this machine", versions: s.versions}, nil
	}
	foreign := slices.DeleteFunc(slices.Clone(s.versions), hasWheel)
	switch {
	case s.provider == "" && s.images.text != "":
		return s.chooseDocker("IMAGES="+s.images.text+" asks for containers", engine)
	case len(foreign) == 0 || !s.byName:
		why := "every release asked for runs as a process here"
		if s.provider != "" {
			why = "asked for"
		} else if !s.byName {
			why = "it needs nothing but PyPI; PROVIDER=docker judges the official images of more releases"
		}
		return choice{
			provider: byProcess, why: why, versions: slices.DeleteFunc(slices.Clone(s.versions), hasNoWheel),
			byDefault: s.provider == "" && !s.byName,
		}, nil
	}
	none := "PyPI has no server of Milvus " + strings.Join(numbers(foreign), ", ")
	if s.provider == byProcess {
		return choice{}, usageError{fmt.Errorf("%s: it runs with PROVIDER=docker alone, or as a binary of yours with MILVUS_BIN=", none)}
	}
	if err := engine(); err != nil {
		return choice{}, fmt.Errorf("%s, so it needs docker: %w", none, err)
	}
	return s.chooseDocker(none+", and an engine answers", engine)
}

func (s settings) chooseDocker(why string, engine func() error) (choice, error) {
	if s.programs() {
		return choice{}, usageError{fmt.Errorf("%s is a program of this machine: it does not go with PROVIDER=docker", s.program())}
	}
	if err := s.images.fits(s.versions); err != nil {
		return choice{}, usageError{err}
	}
	var releases, without []versions.Release
	for _, v := range s.versions {
		if s.images.impossible(v) {
			without = append(without, v)
			continue
		}
		releases = append(releases, v)
	}
	if len(without) > 0 && (s.byName || !s.images.all) {
		return choice{}, usageError{fmt.Errorf("no local image can be made of Milvus %s: PyPI has no server of it (its official image is used where IMAGES does not say local of it)",
			strings.Join(numbers(without), ", "))}
	}
	if err := engine(); err != nil {
		return choice{}, fmt.Errorf("PROVIDER=docker: %w", err)
	}
	return choice{provider: byDocker, why: why, versions: releases}, nil
}

func hasWheel(v versions.Release) bool   { return v.Wheel.File != "" }
func hasNoWheel(v versions.Release) bool { return !hasWheel(v) }

func numbers(releases []versions.Release) (all []string) {
	for _, v := range releases {
		all = append(all, v.Version)
	}
	return all
}

// openEngine opens the engine once, when somebody asks for it.
type openEngine struct {
	engine *docker.Engine
	err    error
}

func (o *openEngine) open(ctx context.Context) error {
	if o.engine == nil && o.err == nil {
		o.engine, o.err = docker.Open(ctx)
	}
	return o.err
}

func (o *openEngine) close() {
	if o.engine != nil {
		_ = o.engine.Close()
	}
}
