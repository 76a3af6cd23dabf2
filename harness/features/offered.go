package features

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// Offered returns what a topology offers to claims.
func Offered(t harness.Topology) []harness.Feature {
	if t.Cluster {
		return inCluster(t)
	}
	if t.EtcdTLS || t.StoreTLS {
		return withBackends(t)
	}
	if t.Recipe != "" {
		return withRecipe(t)
	}
	if t.Attached {
		return inUse(t)
	}
	if t.Internal != harness.InternalOff {
		return withInternal(t)
	}
	fs := external(t)
	if t.REST == harness.OwnPort && t.Mode <= 2 {
		fs = append(fs, harness.EveryClient)
	}
	if t.REST == harness.OwnPort && !t.Users && t.Mode <= 2 {
		fs = append(fs, harness.Plainest)
	}
	return fs
}

// inUse are what a deployment that already runs offers. Its owner states where what is shipped with
// it is, and whether components speak TLS; that takes nothing away from what is asked of its
// other ports.
func inUse(t harness.Topology) []harness.Feature {
	fs := append(external(t), harness.AttachedHere, harness.Plainest, harness.ShipsCA)
	if t.Internal != harness.InternalOff {
		fs = append(fs, harness.InternalTLS)
	}
	return fs
}

func external(t harness.Topology) []harness.Feature {
	fs := map[int][]harness.Feature{0: {harness.Mode0, harness.NotMutual, harness.KnownMode}, 1: {harness.Mode1, harness.NotMutual, harness.AnyTLS, harness.KnownMode}, 2: {harness.Mode2, harness.AnyTLS, harness.KnownMode}}[t.Mode]
	if fs == nil {
		fs = []harness.Feature{harness.OddMode}
	}
	fs = append(fs, map[bool]harness.Feature{true: harness.Users, false: harness.NoUsers}[t.Users])
	switch t.REST {
	case harness.OwnPort:
		fs = append(fs, harness.RESTOn, harness.RESTAlone)
	case harness.UnsetPort:
		fs = append(fs, harness.RESTOn, harness.RESTUnset, harness.RESTShared)
	case harness.EqualPort:
		fs = append(fs, harness.RESTOn, harness.RESTShared)
	case harness.NotGiven:
	case harness.NoREST:
		fs = append(fs, harness.RESTIsOff)
	}
	return fs
}

// withBackends are what a topology with an encrypted backend offers. What is
// claimed of external TLS is not asked there: it is the same server.
func withBackends(t harness.Topology) []harness.Feature {
	fs := []harness.Feature{harness.BackendTLS, harness.RESTOn, harness.RESTAlone, harness.NoUsers}
	if t.EtcdTLS {
		fs = append(fs, harness.EtcdTLS)
	}
	if t.StoreTLS {
		fs = append(fs, harness.StoreTLS)
	} else {
		fs = append(fs, harness.StorePlain)
	}
	if t.EtcdTLS != t.StoreTLS && t.Mode == 0 {
		fs = append(fs, harness.Plainest)
	}
	return fs
}

func withRecipe(t harness.Topology) []harness.Feature {
	fs := []harness.Feature{harness.RecipeMade, harness.Feature("recipe-" + t.Recipe), harness.Feature(fmt.Sprintf("recipe-mode-%d", t.Mode))}
	if strings.HasPrefix(t.Recipe, "legacy") {
		fs = append(fs, harness.RecipeOlder)
	}
	if t.REST == harness.OwnPort {
		fs = append(fs, harness.RESTAlone, harness.EveryClient)
	}
	return fs
}

// withInternal are what a topology with TLS between components offers. Where
// nothing is wrong with that, what is claimed of external TLS holds all the same.
func withInternal(t harness.Topology) []harness.Feature {
	if t.Internal == harness.InternalOn {
		return append(external(t), harness.InternalTLS, map[bool]harness.Feature{true: harness.InternalBesideTLS, false: harness.InternalAlone}[t.TLS()])
	}
	fs := []harness.Feature{harness.Feature("internal-" + string(t.Internal))}
	if t.Internal.Stuck() {
		fs = append(fs, harness.InternalStuck)
	}
	return fs
}

// inCluster are a cluster's features apart from its TLS. Slow cases, and those that need a start
// of their own, are judged on the standalone server.
func inCluster(t harness.Topology) []harness.Feature {
	fs := []harness.Feature{harness.InCluster}
	for _, component := range harness.Replicated {
		fs = append(fs, harness.Port("internal-"+component+harness.Second).RoleFeature())
	}
	switch {
	case t.Odd != (harness.Odd{}):
		return append(fs, harness.OneOdd)
	case t.QueueTLS:
		return append(fs, harness.QueueTLS, harness.RESTOn, harness.RESTAlone, harness.NoUsers)
	case t.Internal != harness.InternalOff:
		fs = append(fs, withInternal(t)...)
	default:
		fs = append(fs, external(t)...)
	}
	return slices.DeleteFunc(fs, func(f harness.Feature) bool { return f == harness.InternalAlone })
}

// WhyNoCluster returns the feature that a cluster topology lacks on a release and a machine with
// these features, or "".
func WhyNoCluster(t harness.Topology, fs harness.Features) harness.Feature {
	switch {
	case !t.Cluster:
		return ""
	case !fs[harness.ByWoodpecker] && !fs[harness.ByKafka]:
		return harness.ByKafka
	case t.QueueTLS && !fs[harness.ByKafka]:
		return harness.ByKafka
	case fs[harness.ByKafka] && !fs[harness.HasKafka]:
		return fs.Missing(harness.HasClusters, harness.HasKafka)
	}
	return fs.Missing(harness.HasClusters)
}
