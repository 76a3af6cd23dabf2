// Package report draws every report of a run from its results, and is the only
// package that writes reports: results.json, junit.xml, summary.md, report.html
// and the summary that ends a run in a terminal.
//
// What reports have in common is made once: an overview (which claims, releases
// and topologies there are, in which order, and how each claim stands in each
// cell), the findings, and the closing lines. Each report only draws them.
package report
