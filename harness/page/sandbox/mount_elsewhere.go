//go:build !linux

package sandbox

import "errors"

// Without Linux's namespaces Open comes to neither.
var errNoMounts = errors.New("mount: this system has no mount namespaces")

func mountMemory(string, int) error { return errNoMounts }

func mountFolder(string, string) error { return errNoMounts }
