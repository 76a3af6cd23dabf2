package milvus

import (
	"slices"
	"strings"
	"testing"
)

func TestUnreleasedCollectionsAreThoseWhoseDropIsUnderWay(t *testing.T) {
	const dropped = `[2026/11/22 16:39:09.053 +00:00] [INFO] [rootcoord/meta_table.go:409] ["change collection state"] [traceID=17] [collection=ID] [state=CollectionDropping] [ts=4]`
	const released = `[2026/11/22 16:39:10.082 +00:00] [INFO] [rootcoord/broker.go:96] ["done to release collection"] [collection=ID]`
	const created = `[2026/11/22 16:39:08.053 +00:00] [INFO] [rootcoord/meta_table.go:409] ["change collection state"] [traceID=17] [collection=ID] [state=CollectionCreated] [ts=3]`
	of := func(line, id string) string { return strings.ReplaceAll(line, "ID", id) }
	tests := []struct {
		name string
		log  []string
		want []string
	}{
		{"nothing was dropped", []string{of(created, "1")}, nil},
		{"all are released", []string{of(dropped, "1"), of(dropped, "2"), of(released, "1"), of(released, "2")}, nil},
		{"one waits for the one before it", []string{of(dropped, "1"), of(dropped, "12"), of(released, "1")}, []string{"12"}},
		{"released by its user first", []string{of(released, "1"), of(dropped, "2")}, []string{"2"}},
	}
	for _, tt := range tests {
		if got := Unreleased([]byte(strings.Join(tt.log, "\n"))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
