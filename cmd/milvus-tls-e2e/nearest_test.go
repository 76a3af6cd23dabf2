package main

import "testing"

// A release without a file of its own has what its line has, not what the
// newest older file says.
func TestAReleaseIsMostLikeItsLine(t *testing.T) {
	for version, want := range map[string]string{
		"2.5.8": "2.5.16", "2.6.3": "2.6.17", "2.3.22": "2.3.5", "2.7.1": "2.6.17", "2.1.0": "2.2.16", "2.4.1": "2.4.23",
	} {
		like, err := nearest(version)
		if err != nil || like.Version != want {
			t.Errorf("%s is taken to be like %s, not %s (%v)", version, like.Version, want, err)
		}
	}
}
