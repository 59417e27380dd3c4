#!/usr/bin/env bash
# Records the AOT cache: boots a container from the linked runtime, with the work that every boot does, and lets the JVM write
# down what it has loaded and linked. The cache belongs to this very image of modules. From the same recording comes the same cache,
# byte by byte; a recording is of one boot, and no two boots load all classes in the same order. S6J_RECORDING=FILE: the recording that is
# used instead of a new one. Left in TARGET/s6j.recorded is the one that was used. Argument: TARGET, jlink/target without it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$PWD/${1-jlink/target}
root=$target/root
lab=$target/lab
runtime=usr/lib/s6j/runtime

# What containers call most: the first call of a boot finds the way to it, and these themselves, in the cache.
called=(s6-svstat s6-svc with-contenv s6-setuidgid printcontenv)
calls='sleep 0.5; s6-svstat /run/s6/services/a; s6-svc -c /run/s6/services/a; printcontenv PATH; with-contenv true; with-contenv true;
  with-contenv true; s6-setuidgid nobody true; sleep 0.5'

rm -rf "$lab"
mkdir -p "$lab"/{bin,usr/bin,dev,proc,run,tmp,var,etc/cont-init.d,etc/cont-finish.d,etc/fix-attrs.d,etc/services.d/{a,b}/log}
cp -a "$root/." "$lab/"
cp "$(command -v busybox)" "$lab/bin/busybox"
for name in sh true sleep cat; do ln -s busybox "$lab/bin/$name"; done
for name in "${called[@]}"; do ln -sf "/usr/lib/s6j/bin/shim" "$lab/usr/bin/$name"; done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' > "$lab/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$lab/etc/group"
printf '/tmp/x true nobody 0644 0755\n' > "$lab/etc/fix-attrs.d/01-x"
mkdir "$lab/tmp/x"; touch "$lab/tmp/x/y"
printf '#!/bin/sh\nexit 0\n' | tee "$lab/etc/cont-init.d/01-a" "$lab/etc/cont-finish.d/01-a" > "$lab/etc/services.d/a/finish"
printf '#!/bin/sh\nexec sleep 100\n' | tee "$lab/etc/services.d/a/run" > "$lab/etc/services.d/b/run"
printf '#!/bin/sh\nexec cat\n' | tee "$lab/etc/services.d/a/log/run" > "$lab/etc/services.d/b/log/run"
chmod 755 "$lab"/etc/*.d/01-a "$lab"/etc/services.d/*/{run,finish,log/run} 2>/dev/null || true

options=$lab/$runtime/conf/init.options

record() {
  sed -i 's#^-XX:AOTCache=.*#-XX:AOTMode=record\n-XX:AOTConfiguration=/tmp/s6j.recorded#' "$options"
  unshare --pid --mount --fork bash -c '
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    exec env S6J_TRAINING=1 chroot "$1" /init /bin/sh -c "$2"' train "$lab" "$calls" < /dev/null
  cp "$lab/tmp/s6j.recorded" "$target/s6j.recorded"
}

# What a compiler has done depends on time, which soft references are cleared, too, by default; addresses are random without -R; and classes
# remember how many CPUs there were: all of that would be seen in the cache. -Xint costs it 180 kB of code between interpreter and
# compiler, which a boot makes anew in less than a millisecond.
create_options='-Xint\n-XX:SoftRefLRUPolicyMSPerMB=1000000000\n-XX:ActiveProcessorCount=2'
same_addresses=
if setarch -R true 2>/dev/null; then same_addresses="setarch -R"; fi
create() {
  unshare --pid --mount --fork bash -c '
    mount -t proc proc "$0/proc"
    exec '"$same_addresses"' chroot "$0" "$@"' "$lab" "/$runtime/bin/s6j-init" --inhibit-cache --library-path "/$runtime/bin:/$runtime/lib" \
    "/$runtime/bin/java" -XX:AOTMode=create -XX:AOTConfiguration=/tmp/s6j.recorded "-XX:AOTCache=/tmp/$1" "@/$runtime/conf/create.options"
}

make_cache() {
  if [ -n "${S6J_RECORDING-}" ]; then
    cp "$S6J_RECORDING" "$target/s6j.recorded"
    cp "$S6J_RECORDING" "$lab/tmp/s6j.recorded"
  else
    record || return
  fi
  sed -e '/^-XX:AOT/d' -e "s/^-m /$create_options\n&/" "$root/$runtime/conf/init.options" > "$lab/$runtime/conf/create.options"
  touch -d 2026-01-01T00:00:00Z "$lab/tmp/s6j.recorded"
  create cache1 && create cache2 || return
  "$JAVA_HOME/bin/java" jlink/Settle.java "$lab/tmp/cache1" "$lab/tmp/cache2" "$root/$runtime/lib/s6j.aot" || unsettled
}

# As good as any other, but not to be made again.
unsettled() {
  cp "$lab/tmp/cache1" "$root/$runtime/lib/s6j.aot" && echo "unsettled"
}

make_cache > "$target/train.log" 2>&1 || { cat "$target/train.log"; exit 1; }
[ "$(tail -n 1 "$target/train.log")" != unsettled ] \
  || echo "train.sh: warning: two caches from one recording are not the same: this build is not reproducible ($target/train.log)" >&2
rm -rf "$lab"
