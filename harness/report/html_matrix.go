package report

import (
	"html/template"

	"milvus-tls-e2e/harness"
)

// pageMatrix is the matrix without the releases, topologies and claims that have no verdict.
// matrix.js draws it again when it is filtered or shown in full.
type pageMatrix struct {
	Groups   []pageGroup
	Columns  []string
	Chapters []pageChapter
	Hidden   string // what is left out
}

// pageGroup heads the columns of some topologies.
type pageGroup struct {
	Name  string
	Count int
}

type pageChapter struct {
	Title  string
	Claims []pageClaim
}

// pageClaim is a claim's part of the matrix: a row for each release.
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

// matrix crosses claims and releases with topologies, as far as something was judged.
func (o overview) matrix() pageMatrix {
	var m pageMatrix
	for _, t := range o.topologies {
		if o.askedIn(t) {
			m.Columns = append(m.Columns, t)
		}
	}
	for _, t := range m.Columns {
		if name := groupNames[groupOf(t)]; len(m.Groups) == 0 || m.Groups[len(m.Groups)-1].Name != name {
			m.Groups = append(m.Groups, pageGroup{Name: name})
		}
		m.Groups[len(m.Groups)-1].Count++
	}
	claims := 0
	for _, c := range o.claims {
		claim := pageClaim{Claim: c, Href: link("results", "claim", c.ID)}
		for _, version := range o.versions {
			if o.askedOn(version, c.ID) {
				claim.Rows = append(claim.Rows, o.row(version, c.ID, m.Columns))
			}
		}
		if len(claim.Rows) == 0 {
			continue
		}
		claims++
		if title := c.Chapter.String(); len(m.Chapters) == 0 || m.Chapters[len(m.Chapters)-1].Title != title {
			m.Chapters = append(m.Chapters, pageChapter{Title: title})
		}
		last := &m.Chapters[len(m.Chapters)-1]
		last.Claims = append(last.Claims, claim)
	}
	m.Hidden = hidden(len(o.claims)-claims, len(o.topologies)-len(m.Columns))
	return m
}

func hidden(claims, topologies int) string {
	switch {
	case claims == 0 && topologies == 0:
		return ""
	case topologies == 0:
		return plural(claims, "claim")
	case claims == 0:
		return plural(topologies, "topology")
	}
	return plural(claims, "claim") + " and " + plural(topologies, "topology")
}

func (o overview) row(version, claim string, topologies []string) pageRow {
	row := pageRow{Version: version}
	for _, topology := range topologies {
		s := o.square(version, topology, claim)
		row.Squares = append(row.Squares, pageSquare{
			Kind: s.worst().kind(), Text: s.full(), Words: s.words(),
			Href: link("matrix", "open", version+" "+topology+" "+claim),
		})
	}
	return row
}
