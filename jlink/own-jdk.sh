#!/usr/bin/env bash
# Collects what an image with a JDK of its own needs to run s6j without the shim, in release/target/own-jdk as it will stand in
# the image. Needs the jars of `mvn package`, and JAVA_HOME. Made anew when one of its parts has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
target=release/target/own-jdk
home=$target/usr/lib/s6j/own-jdk

parts() {
  ls modules/*/target/s6j-*.jar modules/posix-jnr/target/jnr/*.jar jlink/own-jdk/* jlink/own-jdk.sh LICENSE NOTICE release/licenses/*
}

parts >/dev/null || { echo "own-jdk.sh: fatal: run ./dev build first" >&2; exit 1; }
key=$(parts | grep -v s6j-testing | xargs sha256sum | sha256sum)
[ "$(cat "$target.key" 2>/dev/null)" != "$key" ] || exit 0
rm -rf "$target" "$target.key"
mkdir -p "$home/modules" "$home/jni"
cp $(parts | grep '\.jar$' | grep -v -e s6j-testing -e jffi-.*-native) "$home/modules/"
# jffi's native library for each architecture, so that it is not unpacked into /tmp at each start.
native=$(ls "$PWD"/modules/posix-jnr/target/jnr/jffi-*-native.jar)
(cd "$home" && "$JAVA_HOME/bin/jar" --extract --file "$native" jni && find jni -mindepth 1 -maxdepth 1 ! -name '*-Linux' -exec rm -rf {} +)
cp jlink/own-jdk/java.options LICENSE NOTICE "$home/"
mkdir -p "$target/usr/lib/s6j/licenses"
cp release/licenses/{Apache-2.0,BSD-3-Clause,EPL-2.0,MIT} "$target/usr/lib/s6j/licenses/"
cp jlink/own-jdk/init "$target/init"
chmod -R u+rwX,go+rX,go-w "$target"
chmod 755 "$target/init"
printf '%s\n' "$key" >"$target.key"
printf '%s: %s\n' "$target" "$(du -sh "$target" | cut -f1)"
