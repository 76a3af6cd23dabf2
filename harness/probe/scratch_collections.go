package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
)

// DropScratchCollections drops the collections whose names begin with the target's Scratch, and
// gives their names: those that attempts left when they were interrupted.
func DropScratchCollections(ctx context.Context, t Target) (dropped []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, t.Bound)
	defer cancel()
	w := &watch{record: &record{}, target: t, cancel: cancel}
	defer w.close()
	client, err := w.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("list collections that are left: %w", errors.Join(err, w.failure()))
	}
	defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
	names, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
	if err != nil {
		return nil, fmt.Errorf("list collections that are left: %w", err)
	}
	for _, name := range names {
		if t.Scratch == "" || !strings.HasPrefix(name, t.Scratch) {
			continue
		}
		if err := client.DropCollection(ctx, milvusclient.NewDropCollectionOption(name)); err != nil {
			return dropped, fmt.Errorf("drop collection %s: %w", name, err)
		}
		dropped = append(dropped, name)
	}
	return dropped, nil
}
