#!/usr/bin/env bash
# Checks an archive by what is in it: entries only where they may be, none that could replace a link of the image, each file accounted for and with
# its sum, no more than 22 MB packed and 70 MB unpacked. Arguments: TARBALL...
set -euo pipefail
cd "$(dirname "$0")/.."
work=release/target/check.$$
trap 'rm -rf "$work"' EXIT
problems=0

wrong() {
  echo "check.sh: $1" >&2
  problems=$((problems + 1))
}

# As tar prints them: a mode, then the name. Directories are our own; everything else lies in one, or is /init or a link in /usr/bin.
check_entries() {
  local mode path
  while read -r mode _ _ _ _ path; do
    path=${path%% -> *}
    case $mode:$path in
      d*:usr/lib/s6j/*) ;;
      -*:etc/cont-init.d/.keep | -*:etc/cont-finish.d/.keep | -*:etc/fix-attrs.d/.keep | -*:etc/services.d/.keep | -*:etc/s6/plugins/.keep) ;;
      -*:init | -*:usr/lib/s6j/* | l*:init | l*:usr/bin/* | l*:command/* | l*:usr/lib/s6j/*) ;;
      *) wrong "$1: $mode $path has no place in it" ;;
    esac
    [[ $path != /* && $path != *..* ]] || wrong "$1: $path leaves its place"
    [[ $mode == l* || $mode == ?????-??-? ]] || wrong "$1: $path: $mode may be changed by others, or is more than a program"
  done < <(tar -tvzf "$1" --numeric-owner)
  [ "$(tar -tzf "$1" | sort | uniq -d | wc -l)" = 0 ] || wrong "$1: an entry is there twice"
  [ "$(tar -tvzf "$1" --numeric-owner --full-time --utc | awk '{ print $2, $4, $5 }' | sort -u)" = "0/0 2026-01-01 00:00:00" ] \
    || wrong "$1: an entry has an owner or a time of its own"
}

check_contents() {
  local home=$work/usr/lib/s6j link
  rm -rf "$work"
  mkdir -p "$work"
  tar -C "$work" -xzf "$1"
  (cd "$work" && sha256sum --quiet --strict -c usr/lib/s6j/SHA256SUMS) || wrong "$1: SHA256SUMS"
  diff <(cut -c67- "$home/SHA256SUMS") <(cd "$work" && find . -type f ! -path ./usr/lib/s6j/SHA256SUMS | sed 's#^\./##' | LC_ALL=C sort) \
    || wrong "$1: SHA256SUMS does not list just the files"
  "${JAVA_HOME:?}/bin/java" release/Papers.java check "$work" usr/lib/s6j || wrong "$1: manifest.json, sbom.cdx.json"
  while read -r link; do
    [ -e "$work$link" ] || [ -e "$link" ] || wrong "$1: a link to $link, which is not there"
  done < <(find "$work" -type l -printf '%l\n' | sort -u | sed 's#^\.\./lib/#/usr/lib/#; s#^usr/#/usr/#')
}

check_size() {
  local packed unpacked
  packed=$(stat -c %s "$1")
  unpacked=$(find "$work" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')
  printf '%s: %s bytes, %s unpacked\n' "$1" "$packed" "$unpacked"
  [ "$packed" -le 22000000 ] || wrong "$1: $packed bytes are more than 22 MB"
  [ "$unpacked" -le 70000000 ] || wrong "$1: $unpacked bytes unpacked are more than 70 MB"
}

for tarball; do
  check_entries "$tarball"
  check_contents "$tarball"
  check_size "$tarball"
done
[ "$problems" = 0 ]
