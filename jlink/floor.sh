#!/usr/bin/env bash
# Prints the command line of the floor: the same runtime with the same options, printing one line and nothing else. For
# `./dev bench`; to be run with the runtime at /usr/lib/s6j/runtime, in a container.
r=/usr/lib/s6j/runtime
echo "$r/bin/s6j-init --inhibit-cache --library-path $r/bin:$r/lib $r/bin/java @$r/conf/floor.options"
