#!/usr/bin/env bash
# Links the runtime: our modules and the JDK's, in jlink/target/root as they will stand in a container. Needs JAVA_HOME (25) and
# the jars of `mvn package`. The runtime brings its own C library, so that it runs on images that have another one, or none.
set -euo pipefail
cd "$(dirname "$0")/.."
root=jlink/target/root
home=$root/usr/lib/s6j
runtime=$home/runtime

# Our modules but for those that are not part of a runtime with a shim.
module_path() {
  ls modules/*/target/s6j-*.jar | grep -v -e s6j-posix-jnr -e s6j-testing | paste -sd:
}

link() {
  rm -rf jlink/target
  mkdir -p "$home/bin"
  "$JAVA_HOME/bin/jlink" --module-path "$(module_path)" --add-modules s6j.init --output "$runtime" \
    --strip-debug --no-header-files --no-man-pages --vm server
  # Debian's JDK brings its debug symbols as files of the modules: 750 MB.
  find "$runtime" -name '*.debuginfo' -delete
}

# The loader gets the name that ps shows; the launcher finds its home next to it, by /proc/self/exe.
add_c_library() {
  local loader lib
  loader=$(readelf -l "$runtime/bin/java" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
  cp -L "$loader" "$runtime/bin/s6j-init"
  for lib in $(find "$runtime" -name '*.so' -o -name java -type f | xargs -n 1 ldd 2>/dev/null \
      | awk '$3 ~ /^\// && $3 !~ /jlink\/target/ { print $3 }' | sort -u); do
    cp -L "$lib" "$runtime/lib/"
  done
  chmod 755 "$runtime/bin/s6j-init"
  rm -f "$runtime/bin/keytool" "$runtime/lib/classlist" "$runtime/lib/jrt-fs.jar" "$runtime/lib/jexec" "$runtime/lib/libjsig.so" "$runtime/lib/server/libjsig.so"
}

add_options() {
  mkdir -p "$runtime/conf"
  { cat jlink/conf/common.options
    echo "-XX:AOTCache=/usr/lib/s6j/runtime/lib/s6j.aot"
    echo "-m s6j.init/s6j.init.Main"
  } > "$runtime/conf/init.options"
  cp "$runtime/conf/init.options" "$runtime/conf/command.options"
  # Plugins of loggers bring code and need room of their own.
  sed -e 's/^-Xmx.*/-Xmx64m/' -e 's/^-XX:MaxMetaspaceSize=.*/-XX:MaxMetaspaceSize=64m/' \
    -e 's/^-XX:ReservedCodeCacheSize=.*/-XX:ReservedCodeCacheSize=24m/' -e 's/^-Xss.*/-Xss1m/' -e 's/^-m /-Ds6j.loggers=true\n&/' \
    "$runtime/conf/init.options" > "$runtime/conf/loggers.options"
}

add_shim() {
  musl-gcc -static -Os -Wall -Wextra -Werror -Wconversion -s -o "$home/bin/shim" modules/shim/shim.c
  ln -s usr/lib/s6j/bin/shim "$root/init"
}

# The names of the commands, for the links to the shim.
list_commands() {
  "$JAVA_HOME/bin/java" --module-path "$(module_path)" -m s6j.init/s6j.init.Programs \
    > jlink/target/commands
}

link
list_commands
add_c_library
add_options
add_shim
# The cache remembers the age of the image of modules; archives keep whole seconds.
touch -d 2026-01-01T00:00:00Z "$runtime/lib/modules"
jlink/train.sh
