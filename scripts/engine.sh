# shellcheck shell=bash
# Sourced by CI on a machine without a container engine: starts Debian's by
# hand, as root, with data of its own, and stops the one that it started.

# Starts an engine where none answers, and names it in DOCKER_HOST.
start_engine() {
	if docker info >/dev/null 2>&1; then
		echo "an engine answers already"
		return 0
	fi
	engine_dir=$(mktemp -d)
	dockerd --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" --pidfile "$engine_dir/pid" \
		-H "unix://$engine_dir/docker.sock" >"$engine_dir/log" 2>&1 &
	engine_pid=$!
	export DOCKER_HOST=unix://$engine_dir/docker.sock
	for _ in $(seq 240); do
		if docker info >/dev/null 2>&1; then
			echo "started dockerd as process $engine_pid"
			return 0
		fi
		[ -e "/proc/$engine_pid" ] || break
		sleep 0.5
	done
	echo "dockerd did not start: $(tail -n 1 "$engine_dir/log")" >&2
	return 1
}

# Stops the engine that start_engine started, by its process, and removes what
# it kept.
stop_engine() {
	[ -n "${engine_pid:-}" ] || return 0
	kill "$engine_pid" 2>/dev/null || true
	wait "$engine_pid" 2>/dev/null || true
	rm -rf "$engine_dir"
	engine_pid=
}
