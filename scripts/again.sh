# shellcheck shell=bash
# Sourced by what downloads. A mirror errs now and then, which says nothing about
# what is to be downloaded. Nothing that is judged is ever tried again.

# macOS has no timeout of its own; there nothing is bounded.
command -v timeout >/dev/null || timeout() { shift; "$@"; }

# Runs a command until it succeeds, three times at most.
again() {
	local try
	for try in 1 2 3; do
		"$@" && return
		[ "$try" = 3 ] || {
			echo "$1 failed; once more in $((try * 5)) s" >&2
			sleep $((try * 5))
		}
	done
	return 1
}
