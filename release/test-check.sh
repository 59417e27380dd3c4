#!/usr/bin/env bash
# Shows that release/check.sh refuses what must not be released: each time one thing of a good archive is changed. Argument: TARBALL.
set -euo pipefail
cd "$(dirname "$0")/.."
work=release/target/refused.$$
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"
tar -C "$root" -xzf "$1"
# Enough to check and quick to pack.
rm -rf "$root"/usr/lib/s6j/runtime/lib/{server,modules,s6j.aot}
# shellcheck source=release/pack.sh
. release/pack.sh
S6J_MUSL_VERSION=1 add_papers "$root" test usr/lib/s6j

make_archive() { tar -C "$root" --owner=0 --group=0 --numeric-owner --mtime=2026-01-01T00:00:00Z --no-recursion -czf "$work/t.tar.gz" -T "$work/list"; }

entries() { (cd "$root" && find . ! -type d -o -path './usr/lib/s6j/*' | sed 's#^\./##' | LC_ALL=C sort); }

# refused WHY WORD COMMAND: after COMMAND in the root the archive is refused, with WORD.
refused() {
  local said
  cp -a "$root" "$work/kept"
  (cd "$root" && eval "$3")
  entries > "$work/list"
  [ -z "${extra-}" ] || printf '%s\n' "$extra" >> "$work/list"
  make_archive
  if said=$(bash release/check.sh "$work/t.tar.gz" 2>&1) || ! grep -q "$2" <<<"$said"; then
    printf 'test-check.sh: fatal: not refused: %s\n%s\n' "$1" "$said" >&2
    exit 1
  fi
  rm -rf "$root"
  mv "$work/kept" "$root"
  echo "refused: $1"
}

entries > "$work/list"
make_archive
bash release/check.sh "$work/t.tar.gz" >"$work/said" 2>&1 || { cat "$work/said"; echo "test-check.sh: fatal: refused as it is" >&2; exit 1; }
refused "a file that has another sum" 'SHA256SUMS' 'echo more >> usr/lib/s6j/NOTICE'
refused "a file that nobody knows of" 'knows nothing of usr/lib/s6j/more' 'echo more > usr/lib/s6j/more'
refused "a file outside our places" 'opt/x has no place' 'mkdir opt; echo x > opt/x'
refused "a program instead of a link in /usr/bin" 'usr/bin/tool has no place' 'echo x > usr/bin/tool'
refused "a file that others may write" 'may be changed by others' 'chmod 666 usr/lib/s6j/LICENSE'
refused "a licence without its text" 'musl: no text of its licence MIT' 'rm usr/lib/s6j/licenses/MIT'
refused "an SBOM that is no JSON" 'not JSON' 'echo "{" > usr/lib/s6j/sbom.cdx.json'
extra=usr/bin refused "an entry for /usr/bin itself" 'usr/bin/ has no place' ':'
extra=etc refused "an entry for /etc itself" 'etc/ has no place' ':'
extra=etc/services.d refused "an entry for /etc/services.d itself" 'etc/services.d/ has no place' ':'
extra=command refused "an entry for /command itself" 'command/ has no place' ':'
