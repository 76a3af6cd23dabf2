package standin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/milvus-io/milvus/client/v2/column"
	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/index"
	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
)

// connect makes the released Go client, until the end of the test.
func connect(t *testing.T, d deploy.Deployment, mode int, user, password string) (*milvusclient.Client, error) {
	t.Helper()
	wire := insecure.NewCredentials()
	if mode > 0 {
		as := client{at: harness.GRPC}
		if mode == 2 {
			as.as = harness.Good
		}
		wire = credentials.NewTLS(as.config(t))
	}
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	options := append([]grpc.DialOption{}, milvusclient.DefaultGrpcOpts...)
	c, err := milvusclient.New(ctx, &milvusclient.ClientConfig{
		Address: d.Addr(harness.GRPC), Username: user, Password: password,
		DialOptions: append(options, grpc.WithTransportCredentials(wire)),
	})
	if err == nil {
		t.Cleanup(func() { _ = c.Close(context.Background()) }) // the test is over either way
	}
	return c, err
}

func TestGoClientDataPath(t *testing.T) {
	t.Parallel()
	for _, topology := range []harness.Topology{mode0, mode1, mode2, users(mode0), users(mode1), users(mode2), rest(mode0, harness.UnsetPort)} {
		t.Run(fmt.Sprintf("%s-%v-%s", topology.Name, topology.Users, topology.REST), func(t *testing.T) {
			t.Parallel()
			d := began(t, topology, harness.ConfigChange{})
			user, password := "", ""
			if topology.Users {
				user, password = "root", "Milvus"
			}
			c, err := connect(t, d, topology.Mode, user, password)
			if err != nil {
				t.Fatalf("connect: %v\n%s", err, logged(t, d))
			}
			if err := dataPath(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
}

// dataPath does with a collection all that the harness does, and more.
func dataPath(ctx context.Context, c *milvusclient.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 3*bound)
	defer cancel()
	const name = "canary"
	schema := entity.NewSchema().WithName(name).
		WithField(entity.NewField().WithName("id").WithDataType(entity.FieldTypeInt64).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName("word").WithDataType(entity.FieldTypeVarChar).WithMaxLength(64)).
		WithField(entity.NewField().WithName("vector").WithDataType(entity.FieldTypeFloatVector).WithDim(2))
	if err := c.CreateCollection(ctx, milvusclient.NewCreateCollectionOption(name, schema)); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if has, err := c.HasCollection(ctx, milvusclient.NewHasCollectionOption(name)); err != nil || !has {
		return fmt.Errorf("has: %v, %w", has, err)
	}
	if err := insertAndLoad(ctx, c, name); err != nil {
		return err
	}
	found, err := c.Search(ctx, milvusclient.NewSearchOption(name, 2, []entity.Vector{entity.FloatVector{4, 4}, entity.FloatVector{1, 1}}).
		WithANNSField("vector").WithOutputFields("word", "vector"))
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := checkFound(found); err != nil {
		return err
	}
	counted, err := c.Query(ctx, milvusclient.NewQueryOption(name).WithFilter("id in [1, 2, 7]").WithOutputFields("count(*)"))
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if n, err := counted.GetColumn("count(*)").GetAsInt64(0); err != nil || n != 2 {
		return fmt.Errorf("count: %d, %w", n, err)
	}
	if err := c.DropCollection(ctx, milvusclient.NewDropCollectionOption(name)); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	if has, err := c.HasCollection(ctx, milvusclient.NewHasCollectionOption(name)); err != nil || has {
		return fmt.Errorf("has after drop: %v, %w", has, err)
	}
	return nil
}

func insertAndLoad(ctx context.Context, c *milvusclient.Client, name string) error {
	inserted, err := c.Insert(ctx, milvusclient.NewColumnBasedInsertOption(name,
		column.NewColumnInt64("id", []int64{1, 2, 3}), column.NewColumnVarChar("word", []string{"a", "b", "c"}),
		column.NewColumnFloatVector("vector", 2, [][]float32{{1, 1}, {3, 3}, {5, 5}})))
	if err != nil || inserted.InsertCount != 3 {
		return fmt.Errorf("insert: %d, %w", inserted.InsertCount, err)
	}
	flush, err := c.Flush(ctx, milvusclient.NewFlushOption(name))
	if err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	if err := flush.Await(ctx); err != nil {
		return fmt.Errorf("await flush: %w", err)
	}
	if _, err := c.LoadCollection(ctx, milvusclient.NewLoadCollectionOption(name)); err == nil {
		return errors.New("loaded without an index")
	}
	build, err := c.CreateIndex(ctx, milvusclient.NewCreateIndexOption(name, "vector", index.NewFlatIndex(entity.L2)))
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := build.Await(ctx); err != nil {
		return fmt.Errorf("await index: %w", err)
	}
	load, err := c.LoadCollection(ctx, milvusclient.NewLoadCollectionOption(name))
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := load.Await(ctx); err != nil {
		return fmt.Errorf("await load: %w", err)
	}
	names, err := c.ListCollections(ctx, milvusclient.NewListCollectionOption())
	if err != nil || len(names) != 1 || names[0] != name {
		return fmt.Errorf("list: %v, %w", names, err)
	}
	return nil
}

// checkFound checks the answers to (4,4), which two rows are equally near, and
// (1,1).
func checkFound(found []milvusclient.ResultSet) error {
	if len(found) != 2 {
		return fmt.Errorf("search: %d answers", len(found))
	}
	for i, want := range []struct {
		id       int64
		word     string
		distance float32
		vector   float32
	}{{2, "b", 2, 3}, {1, "a", 0, 1}} {
		f := found[i]
		if f.ResultCount != 2 || f.Err != nil {
			return fmt.Errorf("search %d: %d found, %w", i, f.ResultCount, f.Err)
		}
		id, err := f.IDs.GetAsInt64(0)
		word, err2 := f.GetColumn("word").GetAsString(0)
		vector, err3 := f.GetColumn("vector").Get(0)
		if err := errors.Join(err, err2, err3); err != nil {
			return err
		}
		if id != want.id || word != want.word || f.Scores[0] != want.distance || vector.(entity.FloatVector)[1] != want.vector {
			return fmt.Errorf("search %d: id %d, %s, %v, distance %v, want %+v", i, id, word, vector, f.Scores[0], want)
		}
	}
	return nil
}

func TestGoClientWithDynamicFields(t *testing.T) {
	t.Parallel()
	c, err := connect(t, began(t, mode0, harness.ConfigChange{}), 0, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	if err := c.CreateCollection(ctx, milvusclient.SimpleCreateCollectionOptions("quick", 2).WithAutoID(true)); err != nil {
		t.Fatal(err)
	}
	inserted, err := c.Insert(ctx, milvusclient.NewColumnBasedInsertOption("quick",
		column.NewColumnFloatVector("vector", 2, [][]float32{{1, 1}}), column.NewColumnVarChar("canary", []string{"tweet"})))
	if err != nil || inserted.IDs.Len() != 1 {
		t.Fatalf("insert: %+v, %v", inserted, err)
	}
	found, err := c.Search(ctx, milvusclient.NewSearchOption("quick", 1, []entity.Vector{entity.FloatVector{1, 1}}).WithOutputFields("canary"))
	if err != nil || len(found) != 1 {
		t.Fatalf("search: %v, %v", found, err)
	}
	if word, err := found[0].GetColumn("canary").GetAsString(0); err != nil || word != "tweet" {
		t.Errorf("canary: %q, %v", word, err)
	}
}

// TestGoClientWhereClientsAreSorted connects where the server has to find out
// first what a client speaks.
func TestGoClientWhereClientsAreSorted(t *testing.T) {
	t.Parallel()
	for fault, modes := range map[standin.Fault][]int{
		standin.RESTSharesGRPCPort: {2}, standin.PlaintextBesideTLS: {0, 2}, standin.GRPCInPlaintext: {0}, standin.TLSInMode0: {1},
	} {
		for _, mode := range modes {
			topology := mode2
			if fault == standin.TLSInMode0 {
				topology = rest(mode0, harness.EqualPort)
			}
			c, err := connect(t, began(t, topology, harness.ConfigChange{}, fault), mode, "", "")
			if err != nil {
				t.Errorf("%s, as if in mode %d: %v", fault, mode, err)
				continue
			}
			if _, err := c.ListCollections(t.Context(), milvusclient.NewListCollectionOption()); err != nil {
				t.Errorf("%s, as if in mode %d: list: %v", fault, mode, err)
			}
		}
	}
}

func TestGoClientWithoutLogin(t *testing.T) {
	t.Parallel()
	d := began(t, users(mode1), harness.ConfigChange{})
	for _, login := range [][2]string{{"", ""}, {"root", "milvus"}, {"admin", "Milvus"}} {
		_, err := connect(t, d, 1, login[0], login[1])
		if status.Code(err) != codes.Unauthenticated {
			t.Errorf("%v: %v", login, err)
		}
	}
}
