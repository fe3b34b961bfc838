#!/usr/bin/env bash
# Runs the dozen invented patients of tests/cohort locally and through a one-node SLURM
# on loopback, and compares every result. Needs root and the Debian packages
# slurm-wlm slurmdbd munge mariadb-server.
set -euo pipefail
checkout=$(cd "$(dirname "$0")/../.." && pwd)
snakemake=$checkout/.venv/bin/snakemake
folder=$(mktemp -d)
cleanup() {
    "$checkout/tests/slurm/start-slurm.sh" stop "$folder/slurm" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap cleanup EXIT

for place in local cluster; do
    mkdir "$folder/$place"
    (cd "$checkout" && cp -r --parents workflow scripts config resources/*/ tests/cohort "$folder/$place/")
    rm -rf "$folder/$place/resources/example"
done

echo "The cohort on this machine"
(cd "$folder/local" && "$snakemake" --quiet --configfile tests/cohort/config.yaml)

"$checkout/tests/slurm/start-slurm.sh" start "$folder/slurm"
export SLURM_CONF=$folder/slurm/etc/slurm.conf

echo "The same cohort through SLURM (13 s or so for each job)"
(cd "$folder/cluster" && "$snakemake" --workflow-profile workflow/profiles/slurm \
    --configfile tests/cohort/config.yaml)

jobs=$(sacct -X -n -P -o JobName,State 2>/dev/null | grep -vc '^true|' || true)
[ "$jobs" -gt 0 ] || { echo "no job went through SLURM: sacct lists none"; exit 1; }
failed=$(sacct -X -n -P -o State 2>/dev/null | grep -vc '^COMPLETED' || true)
# Logs and durations are of their run alone.
diff -r --exclude=logs --exclude=durations.tsv "$folder/local/results" "$folder/cluster/results"
echo "slurm-test: $jobs jobs went through SLURM ($failed not completed); all results are identical to the local run"
