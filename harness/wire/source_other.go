//go:build !linux

package wire

func open(string) (source, error) { return nil, ErrNotLinux }
