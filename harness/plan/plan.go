// Package plan crosses claims with releases and topologies. It leaves nothing out
// silently: what is not judged has a reason.
package plan

import (
	"cmp"
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/features"
)

// Schema is the version of plan.json's form.
const Schema = 1

// Inputs are all that a plan is made from. They are what plan.json keeps, so
// that the plan can be made again from the file alone.
type Inputs struct {
	Schema     int               `json:"schema"`
	Servers    []harness.Server  `json:"servers"`
	Topologies []string          `json:"topologies"` // names, in the order of reports
	Clients    []harness.Client  `json:"clients"`
	Machine    []harness.Feature `json:"machine"` // what the machine offers
	// More detailed reasons for features that the machine lacks.
	Without map[harness.Feature]string `json:"without,omitempty"`
	// Where the clients in other languages are installed, by the name of the installation.
	Installed map[string]string `json:"installed,omitempty"`
	Quick     bool              `json:"quick,omitempty"`   // no server is started but those of the topologies
	Narrowed  bool              `json:"narrowed"`          // something of a judged release line was left out
	Shard     Shard             `json:"shard,omitzero"`    // which part of the plan is judged; zero for all of it
	Upgrade   *Upgrade          `json:"upgrade,omitempty"` // nil for a run that upgrades nothing
	// Limits of the verdicts on these releases, one sentence each.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
}

// Planned is one entry of a plan: a case to be judged in a cell, or, where
// Reason is not empty, the reason why it is not.
type Planned struct {
	Cell     harness.Cell    `json:"cell"`
	Claim    string          `json:"claim"`
	Case     string          `json:"case"` // AllCases where the whole claim does not apply
	Client   harness.Client  `json:"client,omitempty"`
	Port     harness.Port    `json:"port,omitempty"`
	Identity string          `json:"identity,omitempty"`
	Want     harness.Outcome `json:"want,omitempty"`
	Attempt  string          `json:"attempt,omitempty"` // the check's description
	Reason   string          `json:"reason,omitempty"`  // why it does not apply

	ClientVersions []harness.ClientVersion `json:"client_versions,omitempty"` // the clients that a comparison takes in
	Partial        bool                    `json:"partial,omitempty"`         // not every client takes part in it
}

// AllCases is the case name of a claim that does not apply to a cell at all.
const AllCases = "*"

// ID names the entry within its plan.
func (p Planned) ID() string { return fmt.Sprintf("%s %s: %s", p.Cell, p.Claim, p.Case) }

// A Plan is every claim crossed with every cell; nothing is left out silently.
type Plan struct {
	Inputs
	Cells []harness.Cell `json:"cells"`
	Cases []Planned      `json:"cases"`
}

// New crosses claims with cells. It is a pure function: the same inputs
// give the same plan, in the same order.
func New(in Inputs, claims []harness.Claim, topologies []harness.Topology) (Plan, error) {
	made := Plan{Inputs: in}
	for _, server := range in.Servers {
		for _, name := range in.Topologies {
			i := slices.IndexFunc(topologies, func(t harness.Topology) bool { return t.Name == name })
			if i < 0 {
				return Plan{}, fmt.Errorf("plan %s: unknown topology %q", server.Version, name)
			}
			cell := harness.Cell{Version: server.Version, Topology: name}
			made.Cells = append(made.Cells, cell)
			has := harness.Features{}.With(server.Features...).With(in.Machine...).With(features.Offered(topologies[i])...).
				With(in.Upgrade.Features(server.Version)...).With(builtWith(server.Go, claims)...)
			has[harness.ObjectStore] = server.Storage == "object"
			for _, claim := range claims {
				if in.Upgrade == nil && slices.Contains(claim.Needs, harness.Upgraded) {
					continue // there is no upgrade to judge
				}
				made.Cases = append(made.Cases, crossed(in, server, cell, has, claim, topologies[i])...)
			}
		}
	}
	return made, nil
}

// builtWith returns what cases need of a server's Go, and a server that is built with that
// release has.
func builtWith(release string, claims []harness.Claim) (has []harness.Feature) {
	for _, claim := range claims {
		for _, c := range claim.Cases {
			for _, f := range c.Needs {
				if features.BuiltWith(f, release) {
					has = append(has, f)
				}
			}
		}
	}
	return has
}

// WhyNothingRuns returns the most frequent reason if no case of the plan is judged, or "".
func (p Plan) WhyNothingRuns() (why string) {
	times := map[string]int{}
	for _, c := range p.Cases {
		if c.Reason == "" {
			return ""
		}
		if times[c.Reason]++; times[c.Reason] > times[why] {
			why = c.Reason
		}
	}
	return why
}

func crossed(in Inputs, server harness.Server, cell harness.Cell, has harness.Features, claim harness.Claim, topology harness.Topology) []Planned {
	whole := Planned{Cell: cell, Claim: claim.ID, Case: AllCases}
	if topology.Internal != harness.InternalOff && !has[harness.HasInternalTLS] {
		whole.Reason = features.Lacks(harness.HasInternalTLS)
		return []Planned{whole}
	}
	if f := features.WhyNoCluster(topology, has); f != "" {
		whole.Reason = cmp.Or(in.Without[f], features.Lacks(f))
		return []Planned{whole}
	}
	if !slices.Contains(server.Claims, claim.ID) {
		whole.Reason = fmt.Sprintf("made for releases %s", claim.Since)
		return []Planned{whole}
	}
	if f := has.Missing(claim.Needs...); f != "" {
		whole.Reason = cmp.Or(in.Without[f], features.Lacks(f))
		return []Planned{whole}
	}
	topology = topology.On(server.Line)
	planned := make([]Planned, 0, len(claim.Cases))
	for _, c := range claim.Cases {
		check := c.Check.Resolve(topology)
		subject := check.Subject()
		p := Planned{
			Cell: cell, Claim: claim.ID, Case: c.Name, Client: subject.Client, Port: subject.Port,
			Identity: subject.Identity, Want: c.Want, Attempt: check.String(),
		}
		many, compares := check.(harness.ManyClients)
		if compares {
			p.ClientVersions = many.ClientVersions(in.Clients, has)
			p.Partial = len(p.ClientVersions) < len(many.ClientVersions(harness.Clients, has.With(harness.NeedsOfAllClients()...)))
		}
		traits := check.Traits(topology)
		switch f, sdk := has.Missing(c.Needs...), has.Missing(traits.Needs...); {
		case compares && f == "" && !several(p.ClientVersions):
			p.Reason = "compares clients, and this run has too few of those that take part"
		case compares && f == "":
		case f != "":
			p.Reason = cmp.Or(in.Without[f], features.Lacks(f))
		case p.Client != "" && !slices.Contains(in.Clients, p.Client):
			p.Reason = fmt.Sprintf("the client %s was left out of this run", p.Client)
		case in.Quick && traits.Servers > 0:
			p.Reason = "a first look (QUICK=1) starts no server but those of its topologies"
		case sdk != "":
			p.Reason = cmp.Or(in.Without[sdk], features.Lacks(sdk))
		}
		planned = append(planned, p)
	}
	return planned
}

func several(versions []harness.ClientVersion) bool {
	return slices.ContainsFunc(versions, func(s harness.ClientVersion) bool { return s.Client != versions[0].Client })
}
