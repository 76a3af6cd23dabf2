//go:build race

package report

// slowdown is how much longer the race detector may make what is measured.
const slowdown = 5
