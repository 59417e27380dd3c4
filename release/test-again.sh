#!/usr/bin/env bash
# Shows that the same bytes come out again: links this machine's runtime once more, with the recording of the first time, and packs it. What was
# there first stays when the two differ, as does the second, and it is said in which files. Needs what jlink/build.sh and release/build.sh need.
# Argument: TARBALL, as release/build.sh has made it of jlink/target.
set -euo pipefail
cd "$(dirname "$0")/.."
tarball=$1
first=.s6j/again
rm -rf "$first"
mkdir -p "$first"
cp jlink/target/s6j.recorded "$first/recording"
mv "$tarball" "$first/first.tar.gz"
S6J_RECORDING=$first/recording bash jlink/build.sh
bash release/build.sh > "$first/said"
if ! cmp "$first/first.tar.gz" "$tarball"; then
  release/compare "$first/first.tar.gz" "$tarball" || true
  mv "$tarball" "$first/second.tar.gz"
  mv "$first/first.tar.gz" "$tarball"
  echo "test-again.sh: fatal: two builds differ: $tarball, and $first/second.tar.gz" >&2
  exit 1
fi
rm -rf "$first"
echo "$tarball: the same bytes again"
