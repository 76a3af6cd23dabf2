#!/usr/bin/env bash
# Judges real servers as containers, from local images: no registry is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
export PROVIDER=docker IMAGES=local
scripts/images.sh
exec scripts/e2e.sh
