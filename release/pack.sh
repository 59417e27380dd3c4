# Sourced by the builds of archives: how a root becomes one, always the same bytes from the same files.
release_time=2026-01-01T00:00:00Z

# What the archive holds: everything that is no directory, and the directories of our own. With an entry for another one, GNU tar would put a
# directory in the place of a link that the image has there.
list() {
  (cd "$1" && {
    find . ! -type d
    find usr/lib/s6j -type d
  } | sed 's#^\./##' | LC_ALL=C sort)
}

# gzip, as small as it can be and without a name or a time.
compress() {
  if command -v libdeflate-gzip >/dev/null; then libdeflate-gzip -12 -c; else gzip -9n; fi
}

# add_papers ROOT ARCH HOME: what is in the archive, of which version, under which licence (manifest.json, sbom.cdx.json), and the sum of
# each file (SHA256SUMS: `cd / && sha256sum -c usr/lib/s6j/SHA256SUMS`).
add_papers() {
  local root=$1 arch=$2 home=$3
  rm -f "$root/$home/SHA256SUMS"
  "${JAVA_HOME:?}/bin/java" release/Papers.java write "$root" "$arch" "$home"
  (cd "$root" && find . -type f ! -path "./$home/SHA256SUMS" | sed 's#^\./##' | LC_ALL=C sort | xargs -d '\n' sha256sum) > "$root.sums"
  mv "$root.sums" "$root/$home/SHA256SUMS"
}

# pack ROOT TARBALL
pack() {
  mkdir -p release/target
  list "$1" | tar -C "$1" --no-recursion --owner=0 --group=0 --numeric-owner --mode='u+rwX,go+rX,go-w' --format=gnu \
    --mtime="$release_time" -cf - -T - | compress > "$2.part"
  mv "$2.part" "$2"
  tell_sizes "$1" "$2"
}

# What takes how much: in the archive all together, and each of the ten largest packed alone.
tell_sizes() {
  local size path
  printf '%s: %s bytes, %s unpacked\n' "$2" "$(stat -c %s "$2")" "$(find "$1" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')"
  find "$1" -type f -printf '%s %p\n' | sort -rn | sed -n 1,10p | while read -r size path; do
    printf '%10s bytes, %9s packed  /%s\n' "$size" "$(gzip -6 < "$path" | wc -c)" "${path#"$1"/}"
  done
}
