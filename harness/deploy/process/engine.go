package process

import (
	"debug/elf"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// HasVectorEngine reports whether a server binary is linked with Milvus's vector engine:
// libmilvus_segcore.so on 2.2 and 2.3, libmilvus_core.so later (read in the binaries of 2.2.16
// and 2.3.5). A file that is not ELF, such as a script that starts a server, is assumed to have
// it.
func HasVectorEngine(binary string) (bool, error) {
	f, err := elf.Open(binary)
	var format *elf.FormatError
	if errors.As(err, &format) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("read what %s is linked with: %w", binary, err)
	}
	defer func() { _ = f.Close() }()
	needed, err := f.ImportedLibraries()
	if err != nil {
		return false, fmt.Errorf("read what %s is linked with: %w", binary, err)
	}
	return slices.ContainsFunc(needed, func(lib string) bool {
		return strings.HasPrefix(lib, "libmilvus_segcore.") || strings.HasPrefix(lib, "libmilvus_core.")
	}), nil
}
