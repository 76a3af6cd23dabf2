// Package report writes every report of a run from its results, and is the only package that
// does: results.json, junit.xml, summary.md, report.html and the closing summary in the
// terminal.
//
// What reports have in common is computed once: an overview (the claims, releases and topologies
// in order, and each claim's status in each cell), the findings, and the closing lines. Each
// report only formats them.
package report
