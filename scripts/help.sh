#!/usr/bin/env bash
# Prints the targets of the Makefile and the variables that they read.
set -euo pipefail
echo "usage: make TARGET [VARIABLE=value ...]"
echo
sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)$/  \1\t\2/p' "$@" | expand -t 12
cat <<'TEXT'

what is judged (e2e, plan):
  VERSION=         a release (2.3.5), a line (2.3), or several with commas; default: every known one
  TOPOLOGY=        topologies with commas, such as mode-2,mode-2-auth; default: all
  CLIENTS=         clients with commas: raw, go, rest, curl; raw is always there, as the control
  LABELS=          a Ginkgo label filter: claims, versions, topologies and clients are labels
  FOCUS=           a regular expression on "VERSION TOPOLOGY CLAIM: CASE"
  MILVUS_BIN=      judge this server binary alone, with MILVUS_LIB= (its library folder) and
                   MILVUS_CONFIGS= (the folder with a stock milvus.yaml to start from)
  MILVUS_WHEEL=    a wheel already on disk, instead of downloading it
  STORAGE=local    keep objects on disk, without MinIO
  SHARD=i/n        judge part i of n of what is planned; `make merge` joins the parts
how it runs:
  OUT=             folder for the results; default: out
  BASE=            an earlier results.json: say what changed since, in the closing text and summary.md
  KEEP=1           leave failed deployments running, and say where
  ISOLATION=none   no namespaces: the servers listen on all interfaces of this machine
  PARALLEL=        how many deployments run at once; default: what cores and memory allow
  V=1              print every spec, as Ginkgo does
  NO_COLOR=1       no colour
a deployment that already runs (check; `bin/milvus-tls-e2e check --help` says more):
  TARGET=          the file that describes it; `bin/milvus-tls-e2e check --example` prints one
  WRITES=yes       allow a scratch collection, for the data path; it is removed
  METRICS=         a file for Prometheus' textfile collector
runs side by side (diff, merge, matrix):
  BASE= NEW=       two results.json, to compare; of one release, or of two
  RESULTS= OUT=    the results.json of all shards, with blanks, and where the whole goes
  SHARDS= WHOLE=1  how many jobs each release gets (default: 2), or one for each release
TEXT
