#!/usr/bin/env bash
# Records the AOT cache: boots a container from the linked runtime, with the work that every boot does, and lets the JVM write
# down what it has loaded and linked. The cache belongs to this very image of modules.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/jlink/target/root
lab=$PWD/jlink/target/lab
runtime=usr/lib/s6j/runtime

rm -rf "$lab"
mkdir -p "$lab"/{bin,dev,proc,run,tmp,var,etc/cont-init.d,etc/cont-finish.d,etc/fix-attrs.d,etc/services.d/{a,b}/log}
cp -a "$root/." "$lab/"
cp "$(command -v busybox)" "$lab/bin/busybox"
for name in sh true sleep cat; do ln -s busybox "$lab/bin/$name"; done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' > "$lab/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$lab/etc/group"
printf '/tmp/x true nobody 0644 0755\n' > "$lab/etc/fix-attrs.d/01-x"
mkdir "$lab/tmp/x"; touch "$lab/tmp/x/y"
printf '#!/bin/sh\nexit 0\n' | tee "$lab/etc/cont-init.d/01-a" "$lab/etc/cont-finish.d/01-a" > "$lab/etc/services.d/a/finish"
printf '#!/bin/sh\nexec sleep 100\n' | tee "$lab/etc/services.d/a/run" > "$lab/etc/services.d/b/run"
printf '#!/bin/sh\nexec cat\n' | tee "$lab/etc/services.d/a/log/run" > "$lab/etc/services.d/b/log/run"
chmod 755 "$lab"/etc/*.d/01-a "$lab"/etc/services.d/*/{run,finish,log/run} 2>/dev/null || true

musl-gcc -static -Os -DTRAINING -Wall -Wextra -Werror -Wconversion -o "$lab/usr/lib/s6j/bin/shim" modules/shim/shim.c
options=$lab/$runtime/conf/init.options
sed -i 's#^-XX:AOTCache=.*#-XX:AOTMode=record\n-XX:AOTConfiguration=/tmp/s6j.recorded#' "$options"

unshare --pid --mount --fork bash -c '
  mount -t proc proc "$1/proc"
  mount --bind /dev "$1/dev"
  exec chroot "$1" /init /bin/sh -c "sleep 1"' train "$lab" > "$root/../train.log" 2>&1 < /dev/null || { cat "$root/../train.log"; exit 1; }
sed -i 's#^-XX:AOTMode=record#-XX:AOTMode=create\n-XX:AOTCache=/tmp/s6j.aot#' "$options"
chroot "$lab" "/$runtime/bin/s6j-init" --inhibit-cache --library-path "/$runtime/bin:/$runtime/lib" \
  "/$runtime/bin/java" "@/$runtime/conf/init.options" >> "$root/../train.log" 2>&1 || { cat "$root/../train.log"; exit 1; }
cp "$lab/tmp/s6j.aot" "$root/$runtime/lib/s6j.aot"
rm -rf "$lab"
