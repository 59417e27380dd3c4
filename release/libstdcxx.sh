#!/usr/bin/env bash
# Links a libstdc++.so.6 of what a runtime for another architecture asks of it, in place of the one that it has: 13 names instead of 6000, and 0.1 MB
# instead of up to 4 MB. It is made of the cross compiler's libstdc++_pic.a, which is for this. Arguments: ARCH RUNTIME, before the runtime is stripped.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=release/architectures.sh
. "$here/architectures.sh"
architecture "$1"
library=$2/lib/libstdc++.so.6
[ -e "$library" ] || exit 0

# NAME@VERSION, of all programs and libraries of the runtime.
names() {
  find "$1" -type f \( -name '*.so*' -o -path '*/bin/*' \) ! -path "$library" -exec "$triplet-nm" -D --undefined-only {} + 2>/dev/null \
    | grep -oE '[A-Za-z_0-9]+@(GLIBCXX|CXXABI)_[0-9.]+' | LC_ALL=C sort -u
}

# A program finds a name by its version, too, and the loader asks for each version that it has seen.
version_script() {
  local version
  while read -r version; do
    printf '%s { global: %s; };\n' "$version" "$(sed -n "s/@$version\$//p" <<<"$names" | paste -sd';')"
  done < <(sed 's/.*@//' <<<"$names" | LC_ALL=C sort -u)
  echo 's6j { local: *; };'
}

part() { find "$debian_root" -name "$1" \( -type f -o -type l \) ! -xtype l | LC_ALL=C sort | sed -n 1p; }

names=$(names "$2")
mapfile -t wanted < <(sed 's/@.*//; s/^/-Wl,-u,/' <<<"$names")
loader=$(readelf -lW "$2/bin/java" | sed -n 's/.*interpreter: .*\/\(.*\)\]/\1/p')
"$triplet-gcc" -shared -nostdlib -o "$library.part" -Wl,-soname,libstdc++.so.6 -Wl,--version-script=<(version_script) -Wl,--gc-sections -Wl,-z,defs \
  -Wl,--hash-style=gnu -Wl,--build-id=none "${wanted[@]}" "$("$triplet-gcc" -print-file-name=libstdc++_pic.a)" "$(part libc.so.6)" "$(part libgcc_s.so.1)" \
  "$(part "$loader")" -lgcc
chmod 644 "$library.part"
mv "$library.part" "$library"
