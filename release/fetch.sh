#!/usr/bin/env bash
# Fetches what a release for another architecture is linked from, out of Debian trixie: its JDK's jmods, its C library, musl. apt does it,
# with a configuration of its own and by Debian's signatures; this machine's is not touched. Everything stays below ~/.cache/s6j/trixie.
# Argument: ARCH. S6J_DEBIAN and S6J_DEBIAN_SECURITY are the mirrors.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=release/architectures.sh
. release/architectures.sh
architecture "$1"
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

update() {
  mkdir -p "$apt_home"/{state/lists/partial,cache/archives/partial}
  : > "$apt_home/status"
  cat > "$apt_home/sources.list" <<END
deb [signed-by=$keyring] ${S6J_DEBIAN-http://deb.debian.org/debian} trixie main
deb [signed-by=$keyring] ${S6J_DEBIAN_SECURITY-http://deb.debian.org/debian-security} trixie-security main
END
  apt_alone apt-get update
}

# Each package's version; they name what is unpacked.
versions() {
  local package
  for package in "${packages[@]}"; do
    apt_alone apt-cache policy "$package" | sed -n "s/^  Candidate: /$package /p"
  done
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

update
now=$(versions)
[ "$(wc -l <<<"$now")" = ${#packages[@]} ] || { printf 'fetch.sh: fatal: trixie has not all packages for %s, but only\n%s\n' "$debian" "$now" >&2; exit 1; }
if [ "$(cat "$debian_root/versions" 2>/dev/null)" != "$now" ] || [ ! -e "$debian_jmods/java.base.jmod" ]; then
  unpack
  printf '%s\n' "$now" > "$debian_root/versions"
fi
cat "$debian_root/versions"
