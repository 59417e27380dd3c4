#!/usr/bin/env bash
# Boots a foreign archive under qemu: `/init true` ends with 0, the code of a CMD is the container's, and a service is started, seen by a command,
# and stopped in order. Arguments: ARCH TARBALL.
set -euo pipefail
cd "$(dirname "$0")/.."
arch=$1 tarball=$2
lab=$PWD/release/target/boot-$arch
trap 'rm -rf "$lab"' EXIT

fail() {
  echo "boot.sh: fatal: $arch: $1" >&2
  cat "$lab.log" >&2
  exit 1
}

# The commands of the image are this machine's busybox, which the kernel can start beside foreign programs.
make_root() {
  local name
  rm -rf "$lab"
  mkdir -p "$lab"/{bin,dev,proc,run,tmp,var,etc}
  tar -C "$lab" -xzf "$tarball"
  cp "$(command -v busybox)" "$lab/bin/busybox"
  for name in sh true sleep cat echo; do ln -s busybox "$lab/bin/$name"; done
  printf 'root:x:0:0:root:/root:/bin/sh\n' > "$lab/etc/passwd"
  printf 'root:x:0:\n' > "$lab/etc/group"
  mkdir -p "$lab/etc/services.d/a"
  printf '#!/bin/sh\necho service is up\nexec sleep 1000\n' > "$lab/etc/services.d/a/run"
  printf '#!/bin/sh\necho service has ended\n' > "$lab/etc/services.d/a/finish"
  chmod 755 "$lab"/etc/services.d/a/*
}

# boot NAME CODE COMMAND...
boot() {
  local name=$1 wanted=$2 code=0 from=$SECONDS
  shift 2
  timeout -k 10 200 release/with-qemu.sh "$arch" unshare --pid --mount --fork bash -c '
    mount -t proc proc "$0/proc"
    mount --rbind /dev "$0/dev"
    exec chroot "$0" /init "$@"' "$lab" "$@" > "$lab.log" 2>&1 < /dev/null || code=$?
  [ "$code" = "$wanted" ] || fail "$name: exit code $code instead of $wanted"
  echo "$arch: $name: exit code $code after $((SECONDS - from)) s"
}

said() { grep -q "$1" "$lab.log" || fail "nothing of '$1' in what it said"; }

make_root
rm -rf "$lab/etc/services.d/a"
boot "/init true" 0 true
make_root
boot "a service and a stop" 3 sh -c 's6-svwait -u -t 100000 /var/run/s6/services/a && s6-svstat /var/run/s6/services/a && s6-svc -wd -T 100000 -d /var/run/s6/services/a && exit 3'
said 'service is up'
said '^up (pid'
said 'service has ended'
