//go:build !race

package report

const slowdown = 1
