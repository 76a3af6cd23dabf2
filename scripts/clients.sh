#!/usr/bin/env bash
# Installs the clients in other languages that a run judges with, each pinned by
# hash, below the user's cache: CLIENTS says which, and what is there already is
# left alone. For each it leaves NAME.at with the folder, or NAME.why with one
# line that says why there is none: then the client's cases do not apply.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/again.sh
. scripts/again.sh
pins=fixtures/clients
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

lacks_python() {
	local why
	why=$(lacks python3)
	if [ -z "$why" ] && ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
		why="python3 is older than 3.10 or lacks venv (python3-venv)"
	fi
	echo "$why"
}

# The 3.0 SDK requires a module of the newer kind (seen of 3.0.6).
lacks_node_3() {
	local why
	why=$(lacks node npm)
	if [ -z "$why" ] && ! node -e 'process.exit(process.features.require_module ? 0 : 1)'; then
		why="node is $(node --version), which the 3.0 SDK does not load in: it takes 20.19, 22.12 or newer"
	fi
	echo "$why"
}

# pip leaves alone what is there already, of the installation named third: what
# two releases need is on disk once, and the second takes a moment to install.
install_python() { # folder, requirements, installation to begin with
	local from
	from=$(cat "$cache/${3:-none}.at" 2>/dev/null) || true
	python3 -m venv ${from:+--without-pip} "$1" &&
		if [ -n "$from" ]; then cp -alf "$from/lib/." "$1/lib/"; fi &&
		timeout 600 "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r "$2" &&
		"$1/bin/python" -c 'import pymilvus'
}
install_pymilvus-2.4() { install_python "$1" "$pins/pymilvus-2.4.txt"; }
install_pymilvus-2.6() { install_python "$1" "$pins/pymilvus-2.6.txt" pymilvus-3.0; }
install_pymilvus-3.0() { install_python "$1" "$pins/pymilvus-3.0.txt"; }

install_node() { # folder, pins
	cp "$2"/package*.json "$1" && timeout 600 npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent &&
		(cd "$1" && node -e 'require("@zilliz/milvus2-sdk-node")')
}
install_node-2.4() { install_node "$1" "$pins/node-2.4"; }
install_node-3.0() { install_node "$1" "$pins/node-3.0"; }

install_java-2.6() {
	local copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies from=$pins/java-2.6
	timeout 600 mvn --batch-mode --strict-checksums --quiet -f "$from/pom.xml" "$copy" -DoutputDirectory="$1/lib" &&
		(cd "$1/lib" && sha256sum --check --strict --quiet) <"$from/jars.sha256" &&
		[ "$(find "$1/lib" -name '*.jar' | wc -l)" = "$(wc -l <"$from/jars.sha256")" ] &&
		javac -nowarn -Xlint:none -cp "$1/lib/*" -d "$1" "$workers/JavaWorker.java"
}

made=1 # to be raised when what the functions above make changes

# What an installation stops working with when it changes, besides its pins.
made_for() {
	case $1 in pymilvus*) python3 -c 'import sys; print(sys.version, sys.base_prefix)' ;; esac
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

if chosen pymilvus; then
	why=$(lacks_python)
	provide pymilvus-2.4 "$why" "$pins/pymilvus-2.4.txt"
	provide pymilvus-3.0 "$why" "$pins/pymilvus-3.0.txt" "$pins/pymilvus-needs.txt"
	provide pymilvus-2.6 "$why" "$pins/pymilvus-2.6.txt" "$pins/pymilvus-needs.txt"
fi
if chosen node; then
	provide node-2.4 "$(lacks node npm)" "$pins"/node-2.4/*
	provide node-3.0 "$(lacks_node_3)" "$pins"/node-3.0/*
fi
if chosen java; then provide java-2.6 "$(lacks java javac mvn)" "$pins"/java-2.6/* "$workers/JavaWorker.java"; fi
