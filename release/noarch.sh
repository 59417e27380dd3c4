#!/usr/bin/env bash
# Packs what an image with a JDK of its own needs (jlink/own-jdk.sh) into release/target/s6j-overlay-noarch.tar.gz: no shim, so no commands
# on PATH. Needs JAVA_HOME and the jars of `mvn package`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=release/pack.sh
. release/pack.sh
root=release/target/noarch/root
bash jlink/own-jdk.sh
rm -rf release/target/noarch
mkdir -p release/target/noarch
cp -a release/target/own-jdk "$root"
add_papers "$root" noarch usr/lib/s6j
pack "$root" release/target/s6j-overlay-noarch.tar.gz
