#!/bin/bash
# A Docker daemon for the tests and the demonstration.
#   start   prints "theirs" when one answers already; else "running" or "started" and the address of our own
#   stop    ends our own
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)/.s6j/dockerd
# A socket's path must be short, and another checkout has another daemon.
run=/run/s6j-dockerd-$(printf %s "$home" | cksum | cut -d' ' -f1)
address=unix://$run/docker.sock

own() { [ -s "$run/pid" ] && kill -0 "$(cat "$run/pid")" 2>/dev/null; }

fail() { echo "dockerd.sh: fatal: $*" >&2; exit 1; }

start() {
  command -v docker >/dev/null || fail "no docker client: install docker.io, or docker-cli where that is apart"
  if own; then echo "running $address"; return; fi
  if docker info >/dev/null 2>&1; then echo theirs; return; fi
  command -v dockerd >/dev/null || fail "no Docker daemon answers and there is no dockerd to start: install docker.io"
  [ "$(id -u)" = 0 ] || fail "no Docker daemon answers, and starting one needs root"
  rm -rf "$run"
  mkdir -p "$home" "$run"
  # No network: containers of tests have none, and making one needs iptables.
  dockerd --data-root "$home/data" --exec-root "$run/exec" --pidfile "$run/dockerd.pid" --host "$address" \
    --storage-driver overlay2 --iptables=false --bridge none </dev/null >"$home/log" 2>&1 &
  echo $! >"$run/pid"
  for _ in $(seq 300); do
    if docker --host "$address" info >/dev/null 2>&1; then echo "started $address"; return; fi
    own || break
    sleep 0.1
  done
  echo "dockerd.sh: the end of $home/log:" >&2
  tail -n 20 "$home/log" >&2
  fail "dockerd does not come up"
}

stop() {
  own || return 0
  pid=$(cat "$run/pid")
  kill "$pid"
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  rm -rf "$run"
}

case ${1-} in
  start) start ;;
  stop) stop ;;
  *) fail "start or stop, not '${1-}'" ;;
esac
