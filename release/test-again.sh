#!/usr/bin/env bash
# Shows that the same bytes come out again: links the runtime once more, with the recording of the first time, and packs it. What was
# there first stays when the two differ, as does the second, and it is said in which files. Needs what jlink/build.sh and release/build.sh need.
# Arguments: TARBALL [ARCH], as `release/build.sh [ARCH]` has made it.
set -euo pipefail
cd "$(dirname "$0")/.."
tarball=$1
shift
target=${1:+release/target/$1}
target=${target:-jlink/target}
first=.s6j/again
rm -rf "$first"
mkdir -p "$first"
mv "$tarball" "$first/first.tar.gz"
# Without a cache there is no recording, and nothing that would need one.
if [ -e "$target/s6j.recorded" ]; then
  cp "$target/s6j.recorded" "$first/recording"
  export S6J_RECORDING=$first/recording
fi
bash jlink/build.sh "$@"
bash release/build.sh "$@" > "$first/said"
if ! cmp "$first/first.tar.gz" "$tarball"; then
  release/compare "$first/first.tar.gz" "$tarball" || true
  mv "$tarball" "$first/second.tar.gz"
  mv "$first/first.tar.gz" "$tarball"
  echo "test-again.sh: fatal: two builds differ: $tarball, and $first/second.tar.gz" >&2
  exit 1
fi
rm -rf "$first"
echo "$tarball: the same bytes again"
