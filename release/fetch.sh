#!/usr/bin/env bash
# Fetches what a release for another architecture is linked from, out of Debian: its JDK's jmods, its C library, musl. apt does it, with a
# configuration of its own and by Debian's signatures; this machine's is not touched. Everything stays below ~/.cache/s6j/debian.
# Argument: ARCH. S6J_SUITES: the releases of Debian that are asked, one after another, until one has it all with indexes that are as
# they were signed. S6J_DEBIAN and S6J_DEBIAN_SECURITY are the mirrors.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=release/architectures.sh
. release/architectures.sh
architecture "$1"
read -ra suites <<<"${S6J_SUITES-trixie forky}"
packages=(openjdk-25-jre-headless openjdk-25-jdk-headless libc6 libgcc-s1 libstdc++6 zlib1g musl-dev)
apt_home=$debian_cache/apt-$debian
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

apt_alone() {
  local command=$1
  shift
  "$command" -qq -o APT::Architecture="$debian" -o APT::Architectures="$debian" -o Dir::State="$apt_home/state" -o Dir::Cache="$apt_home/cache" \
    -o Dir::Etc::sourcelist="$apt_home/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
    -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::status="$apt_home/status" -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# update SUITE. Lists of another suite, or of one that is not as it was signed, do not stay.
update() {
  rm -rf "$apt_home"
  mkdir -p "$apt_home"/{state/lists/partial,cache/archives/partial}
  : > "$apt_home/status"
  {
    echo "deb [signed-by=$keyring] ${S6J_DEBIAN-http://deb.debian.org/debian} $1 main"
    # Of a release that is to be, fixes are in the release itself.
    [ "$1" != trixie ] || echo "deb [signed-by=$keyring] ${S6J_DEBIAN_SECURITY-http://deb.debian.org/debian-security} trixie-security main"
  } > "$apt_home/sources.list"
  apt_alone apt-get update
}

# The suite and each package's version; they name what is unpacked.
versions() {
  local package
  echo "suite $1"
  for package in "${packages[@]}"; do
    apt_alone apt-cache policy "$package" | sed -n "s/^  Candidate: /$package /p"
  done
}

# The versions of the first suite that has all.
find_suite() {
  local suite found said
  for suite in "${suites[@]}"; do
    if ! said=$(update "$suite" 2>&1); then
      printf 'fetch.sh: warning: %s for %s is not taken:\n%s\n' "$suite" "$debian" "$said" >&2
      continue
    fi
    found=$(versions "$suite")
    if [ "$(wc -l <<<"$found")" = $((1 + ${#packages[@]})) ]; then
      printf '%s\n' "$found"
      return
    fi
    printf 'fetch.sh: warning: %s has not all packages for %s, but only\n%s\n' "$suite" "$debian" "$found" >&2
  done
  echo "fetch.sh: fatal: nothing for $debian in ${suites[*]}" >&2
  return 1
}

unpack() {
  local deb work=$debian_root.part
  rm -rf "$work" "$debian_root" "$debian_jmods" "$debian_jmods.part"
  mkdir -p "$work/debs" "$debian_jmods.part"
  (cd "$work/debs" && apt_alone apt-get download "${packages[@]}")
  for deb in "$work"/debs/*.deb; do
    # jmods and the rest of the JDK with its gigabyte of symbols need not be on the disk at once.
    case $deb in
      */openjdk-25-jre-*) ;;
      */openjdk-25-jdk-*)
        dpkg-deb --fsys-tarfile "$deb" | tar -C "$debian_jmods.part" -x --wildcards --strip-components=6 '*/jmods/java.base.jmod' '*/jmods/jdk.net.jmod'
        ;;
      *) dpkg-deb -x "$deb" "$work" ;;
    esac
  done
  rm -rf "$work/debs"
  mv "$debian_jmods.part" "$debian_jmods"
  mv "$work" "$debian_root"
}

now=$(find_suite)
if [ "$(cat "$debian_root/versions" 2>/dev/null)" != "$now" ] || [ ! -e "$debian_jmods/java.base.jmod" ]; then
  unpack
  printf '%s\n' "$now" > "$debian_root/versions"
fi
cat "$debian_root/versions"
