package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plugins that {@code link-plugins} has made a part of the runtime, in the image of
 * docs/examples/linked-plugins.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinkedPluginsTest {
  private static final String JDK = "s6j-e2e-jdk";

  private static Path secret;
  private static String image;

  @BeforeAll
  @Timeout(value = 600, unit = TimeUnit.SECONDS)
  static void link() throws IOException {
    secret = Files.createTempFile("s6j-e2e", ".secret");
    Files.writeString(secret, "hunter2\n");
    Path lab = Files.createTempDirectory(Files.createDirectories(Checkout.cache()), "jdk");
    try {
      debianWithJdk(lab);
      Docker.importRoot(lab, JDK);
    } finally {
      Host.run("rm", "-rf", lab.toString());
    }
    String base = Docker.image(Image.BUSYBOX, Image.BUSYBOX.bare());
    image = ExamplesTest.build("linked-plugins", base, "JDK=" + JDK);
  }

  @AfterAll
  static void remove() throws IOException {
    Files.delete(secret);
    Docker.attempt("rmi", "--force", JDK);
  }

  /** The JDK of this machine, whole, where an image of a registry has it. */
  private static void debianWithJdk(Path root) {
    Host.shell(
        """
        tar -C "$1" --exclude='./opt/java' --exclude='./usr/share/*' --exclude='./dev/*' -cf - . | tar -C "$3" -xpf -
        mkdir -p "$3/opt/java/openjdk"
        tar -C "$2" -ch --exclude=src.zip --exclude=ct.sym --exclude='*.debuginfo' --exclude=jmods --exclude=man \
          --exclude=demo -f - bin conf lib release | tar -C "$3/opt/java/openjdk" -xpf -
        for program in "$2"/bin/*; do
          ln -sf "/opt/java/openjdk/bin/${program##*/}" "$3/usr/local/bin/"
        done
        """,
        Image.OWN_JDK.bare(),
        System.getProperty("java.home"),
        root);
  }

  private static Container start(String... options) {
    String[] all = new String[options.length + 4];
    all[0] = "-v";
    all[1] = secret + ":/run/secrets/password:ro";
    all[2] = "-e";
    all[3] = "FILE__PASSWORD=/run/secrets/password";
    System.arraycopy(options, 0, all, 4, options.length);
    return Runner.DOCKER.startBuilt(image, all);
  }

  @Test
  void they_work_without_being_in_the_directory() {
    try (Container container = start("--", "sh", "-c", "echo \"<$PASSWORD>\"; exec sleep 1000")) {
      container.awaitText("<hunter2>\n");
      String metrics =
          container.execOk(
              "sh",
              "-c",
              "i=0; until wget -q -O - http://127.0.0.1:9464/metrics; do"
                  + " i=$((i+1)); [ $i -lt 200 ] || exit 1; sleep 0.1; done");
      assertTrue(metrics.contains("s6j_boot_seconds{point=\"after_cmd\"} "), metrics);
      assertEquals("", container.execOk("ls", "/etc/s6/plugins"));
      container.execOk("killall", "-9", "s6j-init");
      container.execOk(
          "sh",
          "-c",
          "i=0; until wget -q -O - http://127.0.0.1:9464/metrics"
              + " | grep '^s6j_runtime_restarts_total 1$'; do"
              + " i=$((i+1)); [ $i -lt 200 ] || exit 1; sleep 0.1; done");
      container.signal(15);
      assertEquals(143, container.awaitExit().code());
    }
  }

  @Test
  void one_that_is_in_the_directory_as_well_is_not_loaded_twice_and_others_are_loaded() {
    try (Container container =
        start(
            "-e",
            "S6_PLUGINS_STRICT=1",
            "--",
            "sh",
            "-c",
            "ln -s /usr/lib/s6j/plugins/secrets.jar /usr/lib/s6j/plugins/json-console.jar /etc/s6/plugins/; echo \"<$PASSWORD>\"")) {
      assertEquals(0, container.awaitExit().code());
      container.startAgain();
      Outcome again = container.awaitExit();
      assertEquals("", again.stderr().replaceAll("ln: .*\n", ""));
      assertTrue(again.stdout().contains("<hunter2>\n"), again.output());
      assertTrue(again.stdout().contains("\"event\":\"point\""), again.output());
      assertEquals(0, again.code());
    }
  }

  @Test
  void what_is_wrong_is_said_by_the_names_of_their_jars() {
    try (Container container =
        Runner.DOCKER.startBuilt(image, "-e", "FILE__X=/no/such", "--", "true")) {
      Outcome outcome = container.awaitExit();
      assertEquals(111, outcome.code(), outcome.output());
      assertTrue(
          outcome.stderr().contains("fatal: plugin secrets.jar: FILE__X: unable to read /no/such"),
          outcome.output());
    }
  }

  @Test
  void the_script_says_what_it_needs() {
    String script = "/usr/lib/s6j/link-plugins";
    Recipe recipe = Recipe.on(Image.DEBIAN).entrypoint(script);
    Outcome help = Runner.NAMESPACE.run(recipe.cmd("--help"));
    assertEquals(0, help.code(), help.output());
    assertTrue(help.stdout().startsWith("usage: " + script), help.output());
    Outcome usage = Runner.NAMESPACE.run(recipe.cmd("/linked"));
    assertEquals(100, usage.code(), usage.output());
    Outcome noJdk = Runner.NAMESPACE.run(recipe.cmd("/linked", "secrets"));
    assertEquals("link-plugins: fatal: no jlink: set JAVA_HOME to a JDK 25\n", noJdk.stderr());
    assertEquals(1, noJdk.code());
  }

  @Test
  void what_cannot_be_linked_is_named() throws IOException {
    Path lab = Files.createTempDirectory("s6j-e2e-jar");
    try {
      Path jar = lab.resolve("auto.jar");
      Path licence = Checkout.root().resolve("LICENSE");
      String tool = System.getProperty("java.home") + "/bin/jar";
      Host.shell("\"$1\" --create --file \"$2\" \"$3\"", tool, jar, licence);
      assertRefuses(
          "/auto.jar has no module-info, and only modules can be linked", jar, "/auto.jar");
      Host.shell(
          "cd \"$1\" && touch Top.class && \"$2\" --create --file \"$3\" Top.class",
          lab,
          tool,
          jar);
      assertRefuses(
          "/auto.jar has no module-info, and only modules can be linked", jar, "/auto.jar");
      Files.writeString(jar, "");
      assertRefuses("/auto.jar is no jar, or a broken one", jar, "/auto.jar");
      assertRefuses("no plugin nix: those that come along are gelf health ", jar, "nix");
    } finally {
      Host.run("rm", "-rf", lab.toString());
    }
  }

  private static void assertRefuses(String reason, Path jar, String plugin) {
    Path home = Image.BUSYBOX.withS6j().resolve("usr/lib/s6j");
    Outcome outcome =
        Docker.attempt(
            "run",
            "--rm",
            "--network",
            "none",
            "-v",
            home + ":/usr/lib/s6j:ro",
            "-v",
            jar + ":/auto.jar:ro",
            JDK,
            "/usr/lib/s6j/link-plugins",
            "/linked",
            plugin);
    assertEquals(1, outcome.code(), outcome.output());
    assertTrue(outcome.stderr().startsWith("link-plugins: fatal: " + reason), outcome.output());
  }
}
