package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tarball laid over images by whatever extracts it: what the image had stays as it was, links
 * and all, but for files with the names of ours; and the container boots.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExtractionTest {
  /** Where the archive may have something. */
  private static final String OURS =
      "init|(usr/bin|command)/[^/]+|usr/lib/s6j/.*"
          + "|etc/((cont-init|cont-finish|fix-attrs|services)\\.d|s6/plugins)/\\.keep";

  private final Path tarball = Checkout.tarball();
  private Path lab;
  private Path root;

  /** An image that the tarball goes over. */
  private record Base(String name, Consumer<Path> maker) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A program that extracts. */
  private record Extractor(String name, String script) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Base> bases() {
    return Stream.of(
        new Base("busybox", at -> copy(Image.BUSYBOX, at)),
        new Base("usr-merged Debian", at -> copy(Image.DEBIAN, at)),
        new Base("populated", ExtractionTest::populated),
        new Base("linked", ExtractionTest::linked));
  }

  static Stream<Extractor> extractors() {
    return Stream.of(
        new Extractor("busybox tar", "busybox tar -C \"$1\" -xzpf \"$2\""),
        new Extractor("GNU tar", "tar -C \"$1\" -xzpf \"$2\""));
  }

  static Stream<Arguments> basesAndExtractors() {
    return bases().flatMap(base -> extractors().map(by -> Arguments.of(base, by)));
  }

  @BeforeEach
  void makeRoot() throws IOException {
    lab = Files.createTempDirectory(Files.createDirectories(Checkout.cache()), "extraction");
    root = Files.createDirectory(lab.resolve("root"));
  }

  @AfterEach
  void removeRoot() {
    Host.run("rm", "-rf", lab.toString());
  }

  @ParameterizedTest
  @MethodSource("basesAndExtractors")
  void what_the_image_had_stays_and_the_container_boots(Base base, Extractor by)
      throws IOException {
    base.maker().accept(root);
    Map<String, String> before = Tree.of(root);
    Host.shell(by.script(), root, tarball);
    assertOnlyOursChanged(before);
    assertBoots(Runner.NAMESPACE.run(Recipe.at(root).cmd("true")));
  }

  @ParameterizedTest
  @MethodSource("bases")
  void what_the_image_had_stays_and_the_container_boots_after_an_ADD_of_docker(Base base)
      throws IOException {
    base.maker().accept(root);
    Map<String, String> before = Tree.of(root);
    String name = "s6j-e2e-extraction-" + UUID.randomUUID();
    try {
      Docker.importRoot(root, name + ":base");
      Path context = Files.createDirectory(lab.resolve("context"));
      Files.createLink(context.resolve("s6j.tar.gz"), tarball);
      Files.writeString(
          context.resolve("Dockerfile"),
          "FROM " + name + ":base\nADD s6j.tar.gz /\nENTRYPOINT [\"/init\"]\n");
      Docker.build(name + ":added", context);
      Host.shell("rm -rf \"$1\" && mkdir \"$1\"", root);
      Docker.exportRoot(name + ":added", root);
      assertOnlyOursChanged(before);
      try (Container container = Runner.DOCKER.startBuilt(name + ":added", "--", "true")) {
        assertBoots(container.awaitExit());
      }
    } finally {
      Docker.attempt("rmi", "--force", name + ":added", name + ":base");
    }
  }

  /** A file of the image that has the name of one of ours is ours afterwards. */
  @ParameterizedTest
  @MethodSource("extractors")
  void files_with_names_of_ours_are_replaced_and_links_of_such_names_not_followed(Extractor by)
      throws IOException {
    populated(root);
    Host.shell(by.script(), root, tarball);
    assertEquals("link to usr/lib/s6j/bin/shim", Tree.of(root).get("init"));
    assertEquals("link to ../lib/s6j/bin/shim", Tree.of(root).get("usr/bin/s6-svc"));
    assertEquals("link to ../lib/s6j/bin/shim", Tree.of(root).get("usr/bin/execlineb"));
    assertEquals("mine\n", Files.readString(root.resolve("usr/bin/own")));
  }

  @ParameterizedTest
  @MethodSource("extractors")
  void scripts_and_services_behind_links_of_the_image_are_run(Extractor by) {
    linked(root);
    Host.shell(by.script(), root, tarball);
    Outcome outcome = Runner.NAMESPACE.run(Recipe.at(root).cmd("s6-svstat", "/run/s6/services/s"));
    assertBoots(outcome, "s6-svstat");
    assertTrue(outcome.stdout().contains("[cont-init.d] 10-own: exited 0.\n"), outcome.output());
    assertTrue(outcome.stdout().contains("\nup (pid "), outcome.output());
  }

  @Test
  void the_archive_has_nothing_outside_its_own_places() {
    List<String> entries = entries();
    for (String name : entries) {
      assertTrue(name.matches(OURS), name);
      assertTrue(!name.contains("..") && !name.contains("//"), name);
    }
    assertEquals(entries.size(), new HashSet<>(entries).size(), "each path is there once");
  }

  /** Nothing setuid, neither devices nor hard links, and nobody but root may write. */
  @Test
  void the_archive_has_plain_files_links_and_directories_of_root() {
    String list = Host.run("tar", "--numeric-owner", "-tvzf", tarball.toString());
    for (String line : list.lines().toList()) {
      assertTrue(line.matches("(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|l.{9}) 0/0 .*"), line);
    }
  }

  private List<String> entries() {
    return Host.run("tar", "-tzf", tarball.toString()).lines().toList();
  }

  /** What was there is as it was, if it is none of ours; ours is there. */
  private void assertOnlyOursChanged(Map<String, String> before) throws IOException {
    Map<String, String> after = Tree.of(root);
    Set<String> ours = new TreeSet<>();
    for (String entry : entries()) {
      ours.add(behindLinks(entry));
    }
    before.forEach(
        (path, thing) -> {
          if (!ours.contains(path)) {
            assertEquals(thing, after.get(path), path);
          }
        });
    for (String path : ours) {
      assertTrue(after.containsKey(path), path);
    }
  }

  /** Where a path of the archive is in an image that has links among its folders. */
  private String behindLinks(String path) throws IOException {
    Path at = root.resolve(path);
    Path folder = at.getParent().toRealPath();
    assertTrue(Files.exists(at, LinkOption.NOFOLLOW_LINKS), path);
    return root.toRealPath().relativize(folder.resolve(at.getFileName())).toString();
  }

  private static void assertBoots(Outcome outcome) {
    assertBoots(outcome, "true");
  }

  private static void assertBoots(Outcome outcome, String cmd) {
    assertEquals(0, outcome.code(), outcome.output());
    assertTrue(outcome.stdout().contains("[cmd] " + cmd + " exited 0\n"), outcome.output());
    assertEquals("", outcome.stderr());
  }

  /** An image without what does not matter here, and without what Docker makes anew anyway. */
  private static void copy(Image image, Path root) {
    Host.shell(
        """
        cd "$1"
        for name in 'usr/share/*' 'dev/*' etc/hostname etc/hosts etc/resolv.conf etc/mtab; do
          set -- "$@" --exclude="./$name"
        done
        to=$2; shift 2
        tar "$@" --numeric-owner -cf - . | tar -C "$to" -xpf -
        """,
        image.bare(),
        root);
  }

  /** Programs, links and directories of the image's own where ours go, some with names of ours. */
  private static void populated(Path root) {
    copy(Image.BUSYBOX, root);
    Host.shell(
        """
        cd "$1"
        echo mine >usr/bin/own
        cp bin/probe usr/bin/setuid
        chmod 4750 usr/bin/setuid
        ln usr/bin/setuid usr/bin/hard-link
        ln -s own usr/bin/link
        mkdir -m 0700 usr/bin/tools command
        echo tool >usr/bin/tools/s6-svc
        echo own >command/own
        mkdir -p etc/cont-init.d etc/services.d/s etc/s6/mine usr/lib/other
        printf '#!/bin/sh\\nexit 0\\n' >etc/cont-init.d/10-own
        printf '#!/bin/sh\\nexec sleep 1000\\n' >etc/services.d/s/run
        echo x | tee etc/s6/mine/x >usr/lib/other/x
        chown 1000:1000 usr/bin/own usr/bin/tools/s6-svc usr/lib/other/x
        echo 'not ours' >init
        echo 'not ours' >usr/bin/s6-svc
        ln -s own usr/bin/execlineb
        """,
        root);
  }

  /**
   * Links where an archive likes to have directories, to the image's scripts and services among
   * them.
   */
  private static void linked(Path root) {
    copy(Image.BUSYBOX, root);
    Host.shell(
        """
        cd "$1"
        rm -r var/run run lib usr/sbin
        mv bin/* usr/bin/
        rm -r bin
        mkdir -p usr/lib data/run data/ssl data/init data/finish data/fix data/services/s data/s6 data/command
        printf '#!/bin/sh\\nexit 0\\n' >data/init/10-own
        printf '#!/bin/sh\\nexec sleep 1000\\n' >data/services/s/run
        ln -s ../data/init etc/cont-init.d
        ln -s ../data/finish etc/cont-finish.d
        ln -s ../data/fix etc/fix-attrs.d
        ln -s ../data/services etc/services.d
        ln -s ../data/s6 etc/s6
        ln -s data/command command
        ln -s usr/bin bin
        ln -s usr/bin sbin
        ln -s bin usr/sbin
        ln -s usr/lib lib
        ln -s data/run run
        ln -s /run var/run
        ln -s ../data/ssl etc/ssl
        """,
        root);
  }
}
