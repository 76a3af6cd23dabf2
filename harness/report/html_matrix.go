package report

import (
	"html/template"

	"milvus-tls-e2e/harness"
)

// pageClaim is a claim's part of the matrix: a row for each release. matrix.js
// draws the same rows again once somebody filters them.
type pageClaim struct {
	harness.Claim
	Rows []pageRow
	Href template.URL
}

type pageRow struct {
	Version string
	Squares []pageSquare
}

type pageSquare struct {
	Kind, Text, Words string // Text is empty where there is no result
	Href              template.URL
}

// matrix crosses claims and releases with topologies.
func (o overview) matrix() []pageClaim {
	var all []pageClaim
	for _, c := range o.claims {
		claim := pageClaim{Claim: c, Href: link("results", "claim", c.ID)}
		for _, version := range o.versions {
			row := pageRow{Version: version}
			some := false
			for _, topology := range o.topologies {
				s := o.square(version, topology, c.ID)
				some = some || s.worst() > absent
				row.Squares = append(row.Squares, pageSquare{
					Kind: s.worst().kind(), Text: s.full(), Words: s.words(),
					Href: link("matrix", "open", version+" "+topology+" "+c.ID),
				})
			}
			if some {
				claim.Rows = append(claim.Rows, row)
			}
		}
		all = append(all, claim)
	}
	return all
}
