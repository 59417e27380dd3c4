package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** The images that containers start from. Each is a directory, made when first asked for. */
public enum Image {
  /** busybox, statically linked, with a link for each applet, and /etc as Docker's image has it. */
  BUSYBOX,
  /** debootstrap's minimal Debian. */
  DEBIAN,
  /** {@link #BUSYBOX} with musl as its only C library, and one program that needs it. */
  MUSL,
  /** One static program, {@code /probe}, and nothing else. */
  SCRATCH,
  /**
   * {@link #DEBIAN} with a JDK in {@code /opt/java}. With s6j it has no tarball, but what {@code
   * release/noarch.sh} packs.
   */
  OWN_JDK;

  /** The JDK that runs this. */
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** The release that {@link #DEBIAN} is. */
  private static final String SUITE = "bookworm";

  private Path bare;
  private Path withS6j;

  /** The image's name in Docker and in the cache. */
  public String id() {
    return "s6j-e2e-" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The image's root as it is without s6j. */
  public synchronized Path bare() {
    if (bare == null) {
      bare =
          this == DEBIAN
              ? debian()
              : cached("bare", Programs.probe() + stamp() + JAVA_HOME, this::populate);
    }
    return bare;
  }

  /** The image's root with the tarball extracted over it, as a Dockerfile's ADD does. */
  public synchronized Path withS6j() {
    if (withS6j == null) {
      if (this == OWN_JDK) {
        return withS6j = withOwnJdk(bare());
      }
      Path tarball = Checkout.tarball();
      if (!Files.exists(tarball)) {
        throw new IllegalStateException("no " + tarball + ": run ./dev build first");
      }
      Path lower = bare();
      withS6j = cached("s6j", lower + stamp(tarball), root -> extractOver(lower, tarball, root));
    }
    return withS6j;
  }

  /* The link of a merged /bin must survive, so the tarball goes over a real copy of the root. */
  private static void extractOver(Path lower, Path tarball, Path root) {
    Host.shell(
        "cp -a \"$1/.\" \"$2/\" && tar -C \"$2\" --numeric-owner -xzpf \"$3\"",
        lower,
        root,
        tarball);
  }

  private Path withOwnJdk(Path lower) {
    Host.shell("JAVA_HOME=$1 bash \"$2/jlink/own-jdk.sh\"", JAVA_HOME, Checkout.root());
    Path target = Checkout.root().resolve("release/target");
    return cached(
        "s6j",
        lower + " noarch " + stamp(target.resolve("own-jdk.key")),
        root -> {
          Host.shell("JAVA_HOME=$1 bash \"$2/release/noarch.sh\"", JAVA_HOME, Checkout.root());
          extractOver(lower, target.resolve("s6j-overlay-noarch.tar.gz"), root);
        });
  }

  private void populate(Path root) {
    switch (this) {
      case BUSYBOX -> busybox(root);
      case MUSL -> {
        busybox(root);
        Host.shell(
            """
            loader=$(ls /lib/ld-musl-*.so.1)
            mkdir -p "$1/lib" "$1/bin"
            cp -L "$loader" "$1/lib/"
            cp "$2" "$1/bin/probe-musl"
            """,
            root,
            Programs.dynamicProbe());
      }
      case SCRATCH -> Host.shell("cp \"$2\" \"$1/probe\"", root, Programs.probe());
      case OWN_JDK -> debianWithJdk(root);
      case DEBIAN -> throw new IllegalStateException("made by debootstrap");
    }
  }

  private static void busybox(Path root) {
    Host.shell(
        """
        cd "$1"
        mkdir -p bin dev etc home lib proc root run sys tmp usr/bin usr/sbin usr/local/bin var/log var/run
        chmod 0700 root && chmod 1777 tmp
        cp "$(command -v busybox)" bin/busybox
        for applet in $(bin/busybox --list); do
          [ -e "bin/$applet" ] || ln -s busybox "bin/$applet"
        done
        ln -s /bin/env usr/bin/env
        cp "$2" bin/probe
        cp "$(command -v tini-static)" bin/tini
        cat >etc/passwd <<'END'
        root:x:0:0:root:/root:/bin/sh
        daemon:x:1:1:daemon:/usr/sbin:/bin/false
        bin:x:2:2:bin:/bin:/bin/false
        www-data:x:33:33:www-data:/var/www:/bin/false
        app:x:1000:1000:app:/home/app:/bin/sh
        nobody:x:65534:65534:nobody:/home:/bin/false
        END
        cat >etc/group <<'END'
        root:x:0:
        daemon:x:1:
        bin:x:2:
        www-data:x:33:
        app:x:1000:
        staff:x:50:app
        nogroup:x:65534:
        END
        """,
        root,
        Programs.probe());
  }

  /* A JDK of a younger Debian than the image brings the C library that it needs. */
  private static void debianWithJdk(Path root) {
    Host.shell(
        """
        cp -a "$2/." "$1/"
        "$3/bin/jlink" --output "$1/opt/java" --strip-debug --no-header-files --no-man-pages --generate-cds-archive \
          --add-modules java.base,java.logging,java.management,jdk.net,jdk.unsupported
        find "$1/opt/java" -name '*.debuginfo' -delete
        ln -s /opt/java/bin/java "$1/usr/local/bin/java"
        works() { chroot "$1" env LD_LIBRARY_PATH=/opt/java/lib /opt/java/bin/java -version; }
        if ! works "$1"; then
          ldd "$3/bin/java" "$3/lib/libjli.so" "$3/lib/server/libjvm.so" "$3/lib/libjava.so" \
            | tr ' \t' '\n' | grep '^/.*[^:]$' | grep -v "^$3" | sort -u \
            | while read -r file; do cp -L --remove-destination "$file" "$1$file"; done
          works "$1"
        fi
        """,
        root,
        debian(),
        JAVA_HOME);
  }

  private static Path debian() {
    Path root = Path.of("/var/cache/s6j/debian-" + SUITE + "-" + Checkout.arch());
    if (!Files.exists(root)) {
      String mirror = System.getenv("S6J_DEBIAN_MIRROR");
      Host.shell(
          """
          fresh="$1.new.$$"
          mkdir -p "${1%/*}"
          trap 'rm -rf "$fresh"' EXIT
          debootstrap --variant=minbase "$2" "$fresh" "$3"
          rm -rf "$fresh/var/cache/apt" "$fresh/var/lib/apt/lists"
          mkdir -p "$fresh/var/cache/apt" "$fresh/var/lib/apt/lists"
          mv -T "$fresh" "$1"
          """,
          root, SUITE, mirror == null ? "http://deb.debian.org/debian" : mirror);
    }
    return root;
  }

  private interface Populate {
    void accept(Path root);
  }

  private Path cached(String kind, String key, Populate populate) {
    try {
      Path home = Checkout.cache().resolve("images");
      Files.createDirectories(home);
      Path root = home.resolve(id() + "-" + kind + "-" + digest(key));
      if (Files.exists(root)) {
        return root;
      }
      try (Stream<Path> old = Files.list(home)) {
        for (Path path : old.toList()) {
          if (path.getFileName().toString().startsWith(id() + "-" + kind + "-")) {
            Host.run("rm", "-rf", path.toString());
          }
        }
      }
      Path fresh = home.resolve("new-" + id() + "-" + kind);
      Host.run("rm", "-rf", fresh.toString());
      Files.createDirectory(fresh);
      populate.accept(fresh);
      return Files.move(fresh, root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /* What the roots of busybox are made from: a change of it makes them anew. */
  private static String stamp() {
    Path source = Checkout.root().resolve("tests-e2e/src/main/java/s6j/e2e/Image.java");
    return stamp(source) + stamp(Programs.probe()) + stamp(Programs.dynamicProbe());
  }

  private static String stamp(Path file) {
    try {
      return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
