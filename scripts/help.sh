#!/usr/bin/env bash
# Prints the targets of the Makefile and the variables that they read.
set -euo pipefail
echo "usage: make TARGET [VARIABLE=value ...]"
echo
sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)$/  \1\t\2/p' "$@" | expand -t 17
sdks=$(basename -s .sh fixtures/clients/*.sh | paste -sd, | sed 's/,/, /g')
providers=$(for f in harness/deploy/*/register.go; do basename "$(dirname "$f")"; done | paste -sd, | sed 's/,/, /g')
sed "s/@SDKS@/$sdks/; s/@PROVIDERS@/$providers/" <<'TEXT'

what is judged (e2e, plan):
  VERSION=         a release (2.3.5), a line for its newest known release (3.0), or several with commas; default:
                   the newest of each line that the provider has. What is known of a release without a file
                   in fixtures/versions is taken from its line's newest, or the newest older one
  TOPOLOGY=        topologies with commas, such as mode-2,mode-2-auth; default: all
  CLIENTS=         clients with commas: raw, go, rest, curl, @SDKS@; raw is always there, as
                   the control; @SDKS@ are installed, pinned, when first asked for
  QUICK=1          a first look: VERSION=2.3 TOPOLOGY=mode-0,mode-1,mode-2 CLIENTS=raw,go,rest,curl, as far as
                   they are not set, and no server besides those of its topologies
  SOAK=            soak: how often each check that must be refused is made; default: 50, on VERSION=2.3
                   TOPOLOGY=mode-0,mode-1,mode-2 CLIENTS=raw, as far as they are not set
  CHAINS=all       every client chain of BetterTLS and not a sample, which takes network for the Go release of the
                   server; make chains sets it, on VERSION=2.3 TOPOLOGY=mode-2 as far as they are not set
                   (make rotation sets FULL=1 CLIENTS=raw,go,rest, likewise)
  LABELS=          a Ginkgo label filter: claims, versions, topologies and clients are labels
  FULL=1           judge all of the tables of which a run has a sample (files that a server starts with)
  FOCUS=           a regular expression on "VERSION TOPOLOGY CLAIM: CASE"
  MILVUS_BIN=      judge this server binary alone, with MILVUS_LIB= (its library folder) and
                   MILVUS_CONFIGS= (the folder with a stock milvus.yaml to start from)
  MILVUS_WHEEL=    a wheel already on disk, instead of downloading it
  PROVIDER=        what deploys the servers: @PROVIDERS@; default: process (servers of this machine),
                   or the first that can deploy what is asked for, such as docker (containers) for a
                   release that has no server on PyPI
  IMAGES=local     with docker: the images of `make images`, instead of the official ones; for each release
                   by itself: IMAGES=2.3.5=local,2.6=official
  STORAGE=local    keep objects on disk, without MinIO
  SHARD=i/n        judge part i of n of what is planned; `make merge` joins the parts
what is upgraded (upgrade; TOPOLOGY=, CLIENTS=, LABELS=, FOCUS=, STORAGE=, PROVIDER= and IMAGES= as above):
  FROM=, TO=       two releases; FROM_BIN= (with FROM_LIB= and FROM_CONFIGS=) and MILVUS_BIN= stand in
                   for them
  STOP=20s         how long the old server may take to end after SIGTERM, before SIGKILL
  ROLLING=1        the components of clusters, one after the other; with e2e-cluster: internal TLS is switched
                   on and CAs are replaced so, in clusters that run
  DOWNGRADE=1      TO is the older one: it takes over, and then FROM takes over again
manifests:
  IMAGE=           image of Milvus that written manifests name; default: an official one
  FORCE=1          replace files that are there
  SECRET=          a Secret as kubectl prints it with -o yaml, so that missing keys are found
  CHART=           check-manifest: render FILE= with this chart, and judge the pods that come out: a folder, an
                   archive, its address, or REPOSITORY/CHART; CHART_VERSION= names a version of the last
a copy of the documentation page (page, ledger):
  PAGE=            a copy of the page: Markdown, or HTML in it, in any language; default: a small page of the project's own
  PYMILVUS_PYTHON= an interpreter that has pymilvus, for the page's Python blocks
  UNSAFE=1         page: run the page's blocks where nothing keeps them from your files
  LINE= LANGUAGE=  ledger: the copy to hold the page against (2.5, fr); default: the most alike
  EDITION=         ledger: with UPDATE=1, the copy of an earlier edition of that line's page (first)
  UPDATE=1         ledger: write the page as it is now into fixtures/ledger.yaml
how it runs:
  OUT=             folder for the results; default: out
  BASE=            an earlier results.json: say what changed since, in the closing text and summary.md
  KEEP=1           leave failed deployments running, and say where
  ISOLATION=none   no namespaces: the servers listen on all interfaces of this machine
  PARALLEL=        how many deployments run at once; default: what cores and memory allow
  V=1              print every spec, and in the closing text every finding with its evidence, and the matrix
  NO_COLOR=1       no colour
a deployment that already runs (inspect; `bin/milvus-tls-e2e inspect --help` says more):
  TARGET=          the file that describes it; `bin/milvus-tls-e2e inspect --example` prints one
  WRITES=yes       allow a scratch collection, for the data path; it is removed
  METRICS=         a file for Prometheus' textfile collector
runs side by side (diff, merge, matrix):
  BASE= NEW=       two results.json, to compare; of one release, or of two
  RESULTS= OUT=    the results.json of all shards, with blanks, and where the whole goes
  SHARDS= WHOLE=1  how many jobs each release gets (default: 2), or one for each release
drawing reports anew (report):
  RESULTS=         the results.json of a run; default: out/results.json
  BASE=            the results.json of an earlier run: report.html then shows what has changed
  OUT=             folder for the reports; default: that of RESULTS
how the harness is tested (test):
  SCREENSHOTS=     folder (an absolute path) for pictures of the report, as Chromium shows it
TEXT
