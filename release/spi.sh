#!/usr/bin/env bash
# Lays what authors of plugins need into release/target: the jar of s6j.spi, its Javadoc and its sources, always the same bytes from the same
# sources. A warning of doclint is an error. Needs JAVA_HOME and the jars of `mvn package`.
set -euo pipefail
cd "$(dirname "$0")/.."
sources=modules/spi/src/main/java
jar=$(ls modules/spi/target/s6j-spi-*.jar)
name=$(basename "$jar" .jar)
work=release/target/spi
date=2026-01-01T00:00:00Z

pack() { "${JAVA_HOME:?}/bin/jar" --create --no-manifest --date "$date" --file "release/target/$name-$1.jar" -C "$2" .; }

rm -rf "$work" release/target/s6j-spi-*.jar
mkdir -p "$work"
cp "$jar" release/target/
"${JAVA_HOME:?}/bin/javadoc" -quiet -Xdoclint:all -Werror -notimestamp --no-fonts --release 25 -encoding UTF-8 -d "$work" -doctitle "s6j.spi: plugins of s6j" -windowtitle s6j.spi \
  --source-path "$sources" "$sources/module-info.java" -subpackages s6j
cp LICENSE "$work/"
pack javadoc "$work"
pack sources "$sources"
rm -rf "$work"
ls -l "release/target/$name"*.jar | awk '{ print $NF ": " $5 " bytes" }'
