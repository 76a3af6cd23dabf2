// Package harness is the vocabulary of the project: what a claim, a case, a check, an
// attempt, an outcome and a verdict are, and what a release, a topology
// and a client are called.
//
// The one path through everything is
//
//	claim -> plan -> deploy -> observe -> judge -> result -> report
//
// Plans are made in harness/plan, checks are judged in harness/checks, and results are
// kept in harness/results. Nothing in here connects, starts, writes or judges anything, and
// nothing in here imports another package of the project or one outside the standard
// library.
package harness
