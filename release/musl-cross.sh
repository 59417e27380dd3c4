#!/usr/bin/env bash
# gcc for another architecture with Debian's musl for it, as musl-gcc is for this one. Arguments: ARCH, then gcc's. Links statically.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=release/architectures.sh
. "$here/architectures.sh"
architecture "$1"
shift
lib=$(echo "$debian_root"/usr/lib/*-linux-musl*)
exec "$triplet-gcc" -nostdinc -isystem "$(echo "$debian_root"/usr/include/*-linux-musl*)" -nostdlib -fno-pie -no-pie -fno-stack-protector \
  "$lib/crt1.o" "$lib/crti.o" "$@" -L "$lib" -Wl,--start-group -lc -lgcc -lgcc_eh -Wl,--end-group "$lib/crtn.o"
