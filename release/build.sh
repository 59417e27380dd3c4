#!/usr/bin/env bash
# Packs TARGET/root, with a link for every command, into release/target/s6j-overlay-linux-<arch>.tar.gz. The archive has
# no entry for a directory that an image may have as a link (/bin, /usr, /etc, /etc/services.d, …), so extracting it replaces none.
# Without arguments it is for this machine and TARGET is jlink/target; `release/build.sh ARCH` packs what `jlink/build.sh ARCH` has linked.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=release/pack.sh
. release/pack.sh
if [ $# -gt 0 ]; then
  arch=$1 target=release/target/$1
else
  target=jlink/target
  case $(uname -m) in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64 ;;
    *) arch=$(uname -m) ;;
  esac
fi
root=$target/root
tarball=release/target/s6j-overlay-linux-$arch.tar.gz

# These are names that shells, or other packages, also have: in /command they are found by who asks for them.
only_in_command=' [ case cd define exec exit export if import shift test trap umask unexport wait '

make_links() {
  local name
  rm -rf "$root/usr/bin" "$root/command"
  mkdir -p "$root/usr/bin" "$root/command"
  while read -r name; do
    ln -s /usr/lib/s6j/bin/shim "$root/command/$name"
    [[ $only_in_command == *" $name "* ]] || ln -s ../lib/s6j/bin/shim "$root/usr/bin/$name"
  done < "$target/commands"
}

# The directories that users fill are there after extraction by a hidden file in each, which the boot passes over.
make_directories() {
  local name
  for name in cont-init.d cont-finish.d fix-attrs.d services.d s6/plugins; do
    mkdir -p "$root/etc/$name"
    : > "$root/etc/$name/.keep"
  done
}

# Our plugins, from where an image links those that it wants into /etc/s6/plugins, or into its runtime; and what others are compiled against.
add_plugins() {
  local jar
  mkdir -p "$root/usr/lib/s6j/plugins"
  cp jlink/link-plugins "$root/usr/lib/s6j/"
  for jar in plugins/*/target/*.jar; do
    # A jar has the names of its files as they are; those that plugins share sources of provide nothing.
    if grep -aq 'META-INF/services/s6j\.spi' "$jar"; then
      cp "$jar" "$root/usr/lib/s6j/plugins/"
    fi
  done
  cp modules/spi/target/s6j-spi-*.jar "$root/usr/lib/s6j/s6j-spi.jar"
}

make_links
make_directories
add_plugins
release/manual.sh "$root/usr/lib/s6j/share"
cp LICENSE NOTICE "$root/usr/lib/s6j/"
# shellcheck disable=SC1091
. "$target/versions"
add_papers "$root" "$arch" usr/lib/s6j
pack "$root" "$tarball"
