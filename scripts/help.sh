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
what is upgraded (upgrade; TOPOLOGY=, CLIENTS=, LABELS=, FOCUS= and STORAGE= as above):
  FROM=, TO=       two releases; MILVUS_BIN= stands in for TO=
  STOP=20s         how long the old server may take to end after SIGTERM, before SIGKILL
  DOWNGRADE=1      TO is the older one: it takes over, and then FROM takes over again
how it runs:
  OUT=             folder for the results; default: out
  KEEP=1           leave failed deployments running, and say where
  ISOLATION=none   no namespaces: the servers listen on all interfaces of this machine
  PARALLEL=        how many deployments run at once; default: what cores and memory allow
  V=1              print every spec, as Ginkgo does
  NO_COLOR=1       no colour
TEXT
