package probe

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
)

// schemaPath creates a collection, finds it in the list, describes it and drops
// it again: that takes the proxy and a coordinator, which have to reach each
// other, and nothing of the vector engine.
func schemaPath(ctx context.Context, c *milvusclient.Client, name string, bound time.Duration) error {
	return withCollection(ctx, c, numbered(name), bound, func() error {
		names, err := c.ListCollections(ctx, milvusclient.NewListCollectionOption())
		if err != nil {
			return fmt.Errorf("list collections: %w", err)
		}
		if !slices.Contains(names, name) {
			return fmt.Errorf("list collections: %s was created and is not listed", name)
		}
		if _, err := c.DescribeCollection(ctx, milvusclient.NewDescribeCollectionOption(name)); err != nil {
			return fmt.Errorf("describe collection: %w", err)
		}
		return nil
	})
}
