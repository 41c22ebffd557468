#!/usr/bin/env bash
# Fuzzes every target for a while, from the seeds of the repository.
# The same seed (SEED, 7 if unset) takes the same way.
# usage: run.sh BUILD SECONDS [TARGET...]     (BUILD: a build folder of the preset "fuzz")
# An input that breaks a target is left in the current folder; put it into corpus/TARGET/ as a test.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(cd "$here/corpus" && ls)
export ASAN_OPTIONS=detect_leaks=0  # Where tracing is not allowed, the leak check fails by itself.
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "$@"; do
  mkdir -p "$work/$target"
  if ! "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -seed="${SEED:-7}" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
      "$work/$target" "$here/corpus/$target" >"$work/log" 2>&1; then
    status=1
    tail -40 "$work/log"
  fi
  echo "$target: $(grep -o 'stat::number_of_executed_units: *[0-9]*' "$work/log" | grep -o '[0-9]*$') runs, $(grep -o 'cov: [0-9]*' "$work/log" | tail -1), peak $(grep -o 'stat::peak_rss_mb: *[0-9]*' "$work/log" | grep -o '[0-9]*$') MB"
done
exit $status
