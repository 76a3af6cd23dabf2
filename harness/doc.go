// Package harness is the vocabulary of the project and its pure steps: what a
// claim, a case, an observation and a verdict are, how claims and servers make
// a plan (NewPlan), and how one observation becomes one verdict (Judge).
//
// The one path through everything is
//
//	claim -> plan -> deploy -> observe -> judge -> result -> report
//
// Nothing in here connects, starts or writes anything, and nothing in here
// imports another package of the project or one outside the standard library.
package harness
