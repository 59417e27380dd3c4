#!/usr/bin/env bash
# Prints the command line of the floor, for a container with the tarball: the same runtime with the same options, printing one
# line and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
runtime=/usr/lib/s6j/runtime
options=$(grep -v '^-m' "jlink/target/root$runtime/conf/init.options" | paste -sd' ')
echo "$runtime/bin/s6j-init --inhibit-cache --library-path $runtime/bin:$runtime/lib $runtime/bin/java $options -m s6j.init/s6j.init.Version"
