package standin

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"

	"milvus-tls-e2e/harness"
)

// A row is what was inserted, by field: int64, string, []float32, or whatever
// JSON gave for a dynamic field.
type row map[string]any

type index struct {
	name, field string
	params      []*commonpb.KeyValuePair
}

type collection struct {
	id      int64
	schema  *schemapb.CollectionSchema
	indexes []index
	rows    []row
	loaded  bool
	flushed bool // rows of it were written to the object store
	shut    bool // REST's searches fail
}

// A store is the data of one stand-in, for gRPC and REST.
type store struct {
	mu          sync.Mutex
	loses       bool          // inserts are acknowledged and forgotten
	releases    time.Duration // how long a dropped collection's data remain
	last        int64
	collections map[string]*collection
	passwords   map[string]string // of users, by name
	farthest    bool              // searches find the farthest rows first

	// tell sends a name over a hop: to a component or a backend.
	tell func(hop harness.Port, name string) error

	log      *logBuffer            // of the server that has the store
	dropping map[int64]*time.Timer // collections that are dropped and not yet released, by ID
}

func newStore(told faults) *store {
	releases := releaseTime
	if told[TripsOverDrops] {
		releases = longRelease
	}
	return &store{loses: told[InsertLost], releases: releases, collections: map[string]*collection{}, passwords: map[string]string{rootName: rootPassword},
		tell: func(harness.Port, string) error { return nil }, dropping: map[int64]*time.Timer{}}
}

// with runs f on a collection, alone.
func (s *store) with(name string, f func(*collection) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.collections[name]
	if !ok {
		return notFound(name)
	}
	return f(c)
}

func (s *store) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Collect(maps.Keys(s.collections))
	slices.Sort(names)
	if names == nil {
		names = []string{}
	}
	return names
}

// drop drops a collection; as in Milvus, one that is not there is no error.
func (s *store) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, there := s.collections[name]; there {
		s.release(c.id)
	}
	delete(s.collections, name)
}

// The time to release a dropped collection: as in a real 2.2.16, and long enough to matter even
// if the server is stopped some time after the drop.
const (
	releaseTime = time.Second
	longRelease = 6 * time.Second
)

// release releases a dropped collection in the background, and logs it as a real server does.
func (s *store) release(id int64) {
	s.log.printf(`[INFO] ["change collection state"] [collection=%d] [state=CollectionDropping]`, id)
	s.dropping[id] = time.AfterFunc(s.releases, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.dropping, id)
		s.log.printf(`[INFO] ["done to release collection"] [collection=%d]`, id)
	})
}

// rest lets go of nothing more: its server ends.
func (s *store) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, timer := range s.dropping {
		timer.Stop()
	}
}

func (s *store) insert(name string, rows []row) (ids []any, err error) {
	err = s.with(name, func(c *collection) error {
		key := c.key()
		for _, r := range rows {
			if _, given := r[key.GetName()]; !given && key.GetAutoID() {
				s.last++
				r[key.GetName()] = s.last
			}
			if err := c.fits(r); err != nil {
				return err
			}
			ids = append(ids, r[key.GetName()])
		}
		if !s.loses {
			c.rows = append(c.rows, rows...)
		}
		return nil
	})
	return ids, err
}

func (c *collection) fits(r row) error {
	for _, f := range c.schema.GetFields() {
		ok := false
		switch v := r[f.GetName()].(type) {
		case int64:
			ok = f.GetDataType() == schemapb.DataType_Int64
		case string:
			ok = f.GetDataType() == schemapb.DataType_VarChar
		case []float32:
			ok = f.GetDataType() == schemapb.DataType_FloatVector && len(v) == dimension(f)
		}
		if !ok {
			return invalid("field %s: %T is no %s of its size", f.GetName(), r[f.GetName()], f.GetDataType())
		}
	}
	return nil
}

func (s *store) load(name string) error {
	return s.with(name, func(c *collection) error {
		if len(c.indexes) == 0 {
			return noIndex(name)
		}
		c.loaded = true
		return nil
	})
}

func (c *collection) field(name string) *schemapb.FieldSchema {
	for _, f := range c.schema.GetFields() {
		if f.GetName() == name {
			return f
		}
	}
	return nil
}

func (c *collection) key() *schemapb.FieldSchema {
	for _, f := range c.schema.GetFields() {
		if f.GetIsPrimaryKey() {
			return f
		}
	}
	return nil // create saw to it that there is one
}

// vector returns the vector field of that name, or the first where it is "".
func (c *collection) vector(name string) (*schemapb.FieldSchema, error) {
	for _, f := range c.schema.GetFields() {
		if f.GetDataType() == schemapb.DataType_FloatVector && (name == "" || f.GetName() == name) {
			return f, nil
		}
	}
	return nil, invalid("there is no vector field %q", name)
}
