#!/usr/bin/env bash
# Installs the clients in other languages that a run judges with, each pinned by
# hash, below the user's cache: CLIENTS says which, and what is there already is
# left alone. For each it leaves NAME.at with the folder, or NAME.why with one
# line that says why there is none: then the client's cases do not apply.
#
# A client is a file fixtures/clients/NAME.sh. It defines install_NAME-RELEASE, which
# installs one release into the folder that it is given, and calls `provide` for each.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/again.sh
. scripts/again.sh
pins=fixtures/clients
# shellcheck disable=SC2034 # read by the clients' files
workers=harness/probe/workers
cache=${XDG_CACHE_HOME:-$HOME/.cache}/milvus-tls-e2e/clients
mkdir -p "$cache"
# pip, npm and mvn put hundreds of files in place: one run at a time.
exec 9>"$cache/lock"
flock 9
rm -rf "$cache"/.partial-* # what a killed run left

# Says why a tool that the client needs is not there, or nothing.
lacks() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || { echo "$tool is not installed here"; return; }
	done
}

made=1 # to be raised when what the functions above make changes

# What an installation stops working with when it changes, besides its pins.
made_for() {
	local also=made_for_${1%%-*}
	if declare -F "$also" >/dev/null; then "$also"; fi
}

# Makes one client's folder, named after what it is made from: one that is there
# is whole, and a changed pin makes another.
provide() { # name, why it cannot be made or nothing, inputs
	local name=$1 why=$2 digest final part begin=$SECONDS
	shift 2
	if [ -n "$why" ]; then
		absent "$name" "$why"
		return
	fi
	digest=$({ echo "$made $(made_for "$name")"; cat "$@"; } | sha256sum | cut -c1-16)
	final=$cache/$name-$digest
	if [ ! -d "$final" ]; then
		echo "installing the client $name"
		part=$(mktemp -d "$cache/.partial-XXXXXX")
		if ! again "install_$name" "$part" >"$cache/$name.log" 2>&1; then
			rm -rf "$part"
			absent "$name" "installing it failed: $(tail -n 1 "$cache/$name.log" | cut -c1-160)"
			return
		fi
		mv -T "$part" "$final"
		echo "installed the client $name in $((SECONDS - begin)) s"
	fi
	chmod 755 "$final" # there is no secret in it, and a page's blocks run as somebody else
	rm -f "$cache/$name.why"
	printf '%s' "$final" >"$cache/.at" && mv "$cache/.at" "$cache/$name.at"
}

absent() { # name, why
	echo "without the client $1: $2" >&2
	rm -f "$cache/$1.at"
	printf '%s' "$2" >"$cache/$1.why"
}

# Tells whether the run has a client.
chosen() { [ -z "${CLIENTS:-}" ] || [[ ",${CLIENTS// /}," == *",$1,"* ]]; }

for file in "$pins"/*.sh; do
	# shellcheck source=/dev/null
	if chosen "$(basename "$file" .sh)"; then . "$file"; fi
done
