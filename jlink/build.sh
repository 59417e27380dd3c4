#!/usr/bin/env bash
# Links the runtime: our modules and the JDK's, in TARGET/root as they will stand in a container. Needs JAVA_HOME (25) and
# the jars of `mvn package`. The runtime brings its own C library, so that it runs on images that have another one, or none.
# Without arguments it is for this machine and TARGET is jlink/target; `jlink/build.sh ARCH` links for another architecture into
# release/target/ARCH, from what release/fetch.sh has fetched.
set -euo pipefail
cd "$(dirname "$0")/.."
arch=${1-}
if [ -z "$arch" ]; then
  target=jlink/target
else
  target=release/target/$arch
  # shellcheck source=release/architectures.sh
  . release/architectures.sh
  architecture "$arch"
fi
root=$target/root
home=$root/usr/lib/s6j
runtime=$home/runtime

# Our modules but for those that are not part of a runtime with a shim.
module_path() {
  ls modules/*/target/s6j-*.jar | grep -v -e s6j-posix-jnr -e s6j-testing | paste -sd:
}

# The modules of the JDK that we use, as small as they can be: classes without what debuggers want, in "$jmods". They are kept for as
# long as the JDK is the same.
slim_modules() {
  local key part=.s6j/jmods.part.$$
  key=$({
    cat jlink/Slim.java jlink/build.sh "$JAVA_HOME/release"
    [ -z "$arch" ] || cat "$debian_root/versions"
    printf '%s\n' "$arch"
  } | sha256sum | cut -c1-16)
  jmods=.s6j/jmods-$key
  [ ! -e "$jmods/java.base.jmod" ] || return 0
  rm -rf "$part"
  mkdir -p "$part/jmods"
  if [ -z "$arch" ]; then parts_of_this_jdk; else parts_of_debian; fi
  "$JAVA_HOME/bin/java" jlink/Slim.java "$part/classes"
  drop_parts
  "$JAVA_HOME/bin/jmod" create --date 2026-01-01T00:00:00Z --compress zip-1 --class-path "$part/classes/java.base" \
    --libs "$part/image/lib" --config "$part/image/conf" --cmds "$part/image/bin" --legal-notices "$part/image/legal/java.base" \
    "$part/jmods/java.base.jmod"
  "$JAVA_HOME/bin/jmod" create --date 2026-01-01T00:00:00Z --compress zip-1 --class-path "$part/classes/jdk.net" "$part/jmods/jdk.net.jmod"
  rm -rf "$jmods"
  mv "$part/jmods" "$jmods"
  rm -rf "$part"
}

# Many a JDK has no jmods: a first link is to get at the modules' parts.
parts_of_this_jdk() {
  "$JAVA_HOME/bin/jlink" --add-modules java.base,jdk.net --output "$part/image" --vm server \
    --disable-plugin generate-jli-classes --disable-plugin system-modules --no-header-files --no-man-pages
  "$JAVA_HOME/bin/jimage" extract --dir "$part/classes" "$part/image/lib/modules"
}

# jimage reads only images of its own byte order, and jmods have none.
parts_of_debian() {
  local module
  mkdir -p "$part/classes" "$part/image/legal"
  for module in java.base jdk.net; do
    "$JAVA_HOME/bin/jmod" extract --dir "$part/$module" "$debian_jmods/$module.jmod"
    mv "$part/$module/classes" "$part/classes/$module"
  done
  mv "$part/java.base/legal" "$part/image/legal/java.base"
  mv "$part/java.base"/{bin,conf,lib} "$part/image/"
  cp "$part"/jdk.net/lib/*.so "$part/image/lib/"
}

# What nothing in a container asks for: the keytool, the launcher's help in other languages, and how to call functions of other
# architectures; symbols for debuggers (Debian's JDK: 750 MB); sorting with AVX, which only the compiler that is off uses.
drop_parts() {
  local base=$part/classes/java.base image=$part/image
  rm -rf "$base"/sun/security/tools/keytool "$base"/sun/launcher/resources/launcher_*.class
  find "$base/jdk/internal/foreign/abi" -mindepth 1 -maxdepth 1 -type d ! -name "$(calls_of_architecture)" -exec rm -rf {} +
  rm -rf "$base/jdk/internal/foreign/abi/x64/windows"
  rm -f "$image"/bin/keytool "$image"/lib/{modules,classlist,jrt-fs.jar,jexec,libjsig.so,libsimdsort.so} "$image/lib/server/libjsig.so"
  rm -rf "$image"/lib/server/*.jsa
  find "$image" -name '*.debuginfo' -delete
}

calls_of_architecture() {
  case ${arch:-$(uname -m)} in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo aarch64 ;;
    ppc64le) echo ppc64 ;;
    s390x) echo s390 ;;
    riscv64) echo riscv64 ;;
    *) echo fallback ;;
  esac
}

link() {
  rm -rf "$target"
  mkdir -p "$home/bin"
  "$JAVA_HOME/bin/jlink" --module-path "$jmods:$(module_path)" --add-modules s6j.init --output "$runtime" \
    --strip-java-debug-attributes --no-header-files --no-man-pages
}

# The first socket asks for random numbers, and for that the first of these files is read, and the second for itself: nine tenths of them
# are comments. Ours come before the JDK's random numbers, which take longer than all the rest of the socket, and are for sockets alone
# (NameSource).
settle_sockets() {
  local file=$runtime/conf/security/java.security renumbered
  sed -i -e '/^[[:space:]]*#/d' -e '/^[[:space:]]*$/d' "$file" "$runtime/conf/net.properties"
  renumbered=$(awk -F '[.=]' '/^security\.provider\.[0-9]+=/ { sub(/[0-9]+=/, $3 + 1 "=") } { print }' "$file")
  printf '%s\n' "$renumbered" security.provider.1=S6J > "$file"
}

# Names of libraries that the files of the runtime need, and those that they need, where they are on this machine.
libraries_of_this_machine() {
  find "$runtime" -name '*.so' -o -name java -type f | xargs -n 1 ldd 2>/dev/null \
    | awk '$3 ~ /^\// && $3 !~ /\/target\/root\// { print $3 }' | sort -u
}

# The same, from Debian's packages for the architecture.
libraries_of_debian() {
  local waiting=() done=' ' name file
  mapfile -t waiting < <(find "$runtime" -name '*.so' -o -name java -type f | xargs -n 1 readelf -dW | needed)
  while [ ${#waiting[@]} -gt 0 ]; do
    name=${waiting[0]}
    waiting=("${waiting[@]:1}")
    [[ $done != *" $name "* ]] || continue
    done+="$name "
    [ -z "$(find "$runtime" -name "$name")" ] || continue
    file=$(find "$debian_root/usr/lib/$triplet" "$debian_root/lib/$triplet" -name "$name" -print 2>/dev/null | sed -n 1p)
    [ -n "$file" ] || { echo "build.sh: fatal: no $name in $debian_root" >&2; return 1; }
    # The loader is there by another name.
    [[ $name == ld* ]] || echo "$file"
    mapfile -t -O ${#waiting[@]} waiting < <(readelf -dW "$file" | needed)
  done
}

needed() { sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u; }

# The loader gets the name that ps shows; the launcher finds its home next to it, by /proc/self/exe.
add_c_library() {
  local loader lib libraries
  loader=$(readelf -l "$runtime/bin/java" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
  if [ -z "$arch" ]; then
    libraries=$(libraries_of_this_machine)
  else
    loader=$(find "$debian_root" -name "${loader##*/}" -type f -o -name "${loader##*/}" -type l ! -xtype l | sed -n 1p)
    libraries=$(libraries_of_debian)
  fi
  cp -L "$loader" "$runtime/bin/s6j-init"
  for lib in $libraries; do
    cp -L "$lib" "$runtime/lib/"
  done
  chmod 755 "$runtime/bin/s6j-init"
}

# Symbols are for debuggers: a sixth of the JVM.
strip_programs() {
  find "$runtime" \( -name '*.so*' -o -path '*/bin/java' -o -name jspawnhelper \) -type f -exec chmod u+w {} + \
    -exec "${binutils-}strip" --strip-unneeded -R .comment -R .note.stapsdt -R .gnu_debuglink {} +
}

add_options() {
  mkdir -p "$runtime/conf"
  { cat jlink/conf/common.options
    echo "-XX:AOTCache=/usr/lib/s6j/runtime/lib/s6j.aot"
    echo "-m s6j.init/s6j.init.Main"
  } > "$runtime/conf/init.options"
  cp "$runtime/conf/init.options" "$runtime/conf/command.options"
  # Plugins of loggers bring code and need room of their own.
  sed -e '/^-Xmn/d' -e 's/^-Xmx.*/-Xmx64m/' -e 's/^-XX:MaxMetaspaceSize=.*/-XX:MaxMetaspaceSize=64m/' \
    -e 's/^-XX:ReservedCodeCacheSize=.*/-XX:ReservedCodeCacheSize=24m/' -e 's/^-Xss.*/-Xss1m/' -e 's/^-m /-Ds6j.loggers=true\n&/' \
    "$runtime/conf/init.options" > "$runtime/conf/loggers.options"
}

compile_shim() { "${shim_compiler[@]}" -static -Os -Wl,--sort-section=alignment -Wall -Wextra -Werror -Wconversion "$@" modules/shim/shim.c; }

add_shim() {
  if [ -z "$arch" ]; then shim_compiler=(musl-gcc); else shim_compiler=(release/musl-cross.sh "$arch"); fi
  compile_shim -s -o "$home/bin/shim"
  ln -s usr/lib/s6j/bin/shim "$root/init"
}

# For the list of what is bundled: nothing in the files themselves says it.
note_versions() {
  if [ -z "$arch" ]; then
    # Where the JDK links them they are this machine's.
    libgcc_version=$(gcc -dumpfullversion) libstdcxx_version=$(gcc -dumpfullversion)
    musl_version=$({ /lib/ld-musl-*.so.1 2>&1 || true; } | sed -n 's/^Version //p')
    jdk_version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")
  else
    musl_version=$(sed -n 's/^musl-dev //p' "$debian_root/versions")
    libgcc_version=$(sed -n 's/^libgcc-s1 //p' "$debian_root/versions")
    libstdcxx_version=$("$triplet-gcc" -dumpfullversion)
    jdk_version=$(sed -n 's/^openjdk-25-jre-headless //p' "$debian_root/versions")
  fi
  printf 'export S6J_MUSL_VERSION=%q S6J_JDK_VERSION=%q S6J_LIBGCC_VERSION=%q S6J_LIBSTDCXX_VERSION=%q\n' \
    "$musl_version" "$jdk_version" "$libgcc_version" "$libstdcxx_version" > "$target/versions"
}

# The names of the commands, for the links to the shim.
list_commands() {
  "$JAVA_HOME/bin/java" --module-path "$(module_path)" -m s6j.init/s6j.init.Programs \
    > "$target/commands"
}

# Boots take longer then, and are the same otherwise.
without_cache() {
  echo "build.sh: warning: no AOT cache for $arch: the emulator could not make it. $target/train.log says how far it came" >&2
  sed -i '/^-XX:AOTCache=/d' "$runtime"/conf/*.options
  rm -f "$runtime/lib/s6j.aot"
}

slim_modules
link
settle_sockets
list_commands
add_c_library
[ -z "$arch" ] || release/libstdcxx.sh "$arch" "$runtime"
strip_programs
add_options
add_shim
note_versions
# The cache remembers the age of the image of modules; archives keep whole seconds.
touch -d 2026-01-01T00:00:00Z "$runtime/lib/modules"
if [ -z "$arch" ]; then
  jlink/train.sh "$target"
else
  # The emulator can do all of it, slowly.
  timeout -k 10 "${S6J_TRAINING_LIMIT_S-400}" release/with-qemu.sh "$arch" jlink/train.sh "$target" || without_cache
fi
