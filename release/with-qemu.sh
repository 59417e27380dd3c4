#!/usr/bin/env bash
# Runs a command where the kernel starts programs of another architecture through qemu: in namespaces of its own, so that this machine's list
# of formats stays as it is (Linux 6.7 or newer has one for each user namespace). Arguments: ARCH COMMAND...
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=release/architectures.sh
. "$here/architectures.sh"
architecture "$1"
shift
# Flag F: the emulator is opened now, and found in a chroot, too.
format=$(cat "/usr/lib/binfmt.d/qemu-$qemu.conf")

go_ahead=$(mktemp -u)
mkfifo "$go_ahead"
trap 'rm -f "$go_ahead"' EXIT
unshare --user bash -c '
  read -r < "$1"
  shift
  exec unshare --mount --pid --fork --kill-child bash -c "$@"' wait "$go_ahead" '
  set -eu
  mount -t proc proc /proc
  mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
  printf %s "$0" > /proc/sys/fs/binfmt_misc/register
  "$@"' "$format" "$@" <&0 &
inside=$!
# unshare ends what is in the namespace with itself.
trap 'kill -KILL "$inside" 2>/dev/null || true; rm -f "$go_ahead"' EXIT
trap 'exit 143' TERM
# It is in its namespace when its link says so; only from here can all users be let in.
until [ "$(readlink "/proc/$inside/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
echo "0 0 65536" > "/proc/$inside/uid_map"
echo "0 0 65536" > "/proc/$inside/gid_map"
echo > "$go_ahead"
wait "$inside"
