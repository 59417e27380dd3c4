package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The Dockerfiles of docs/examples, built and run by Docker as they are; what they start from is an
 * image of ours, whose apt finds its packages without a network.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExamplesTest {
  private static final Path EXAMPLES = Checkout.root().resolve("docs/examples");

  /** What nginx or httpd answers, asked from within. */
  private static final String GET =
      """
      exec 3<>/dev/tcp/127.0.0.1/$1 && printf 'GET %s HTTP/1.0\\r\\n\\r\\n' "$2" >&3 && cat <&3
      """;

  @BeforeAll
  @Timeout(value = 600, unit = TimeUnit.SECONDS)
  static void makeBase() {
    OfflineDebian.image();
  }

  /** The image of an example, as its README builds it. */
  static String build(String name, String base, String... arguments) {
    String tag = "s6j-e2e-example-" + name;
    try {
      Path lab = Files.createTempDirectory(Files.createDirectories(Checkout.cache()), "example");
      try {
        Path context = lab.resolve(name);
        Host.shell(
            "cp -a \"$1\" \"$2\" && ln \"$3\" \"$2/\"",
            EXAMPLES.resolve(name),
            context,
            Checkout.tarball());
        List<String> all = new ArrayList<>(List.of("BASE=" + base, "ARCH=" + Checkout.arch()));
        all.addAll(List.of(arguments));
        Docker.build(tag, context, all.toArray(String[]::new));
      } finally {
        Host.run("rm", "-rf", lab.toString());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return tag;
  }

  private static DockerRunner.Started start(String image, String... options) {
    return Runner.DOCKER.startBuilt(image, options);
  }

  /** Repeats a shell command in a container until it succeeds; what it then said. */
  private static String await(Container container, String script) {
    return container.execOk(
        "sh",
        "-c",
        "i=0; until said=$("
            + script
            + " 2>&1); do i=$((i+1)); [ $i -lt 200 ] || { echo \"$said\"; exit 1; };"
            + " sleep 0.1; done; echo \"$said\"");
  }

  private static String get(Container container, int port, String path) {
    return container.execOk("bash", "-c", GET, "bash", Integer.toString(port), path);
  }

  private static void stop(Container container) {
    container.signal(15);
    Outcome outcome = container.awaitExit();
    assertTrue(outcome.stdout().contains("[s6-finish] "), outcome.output());
  }

  @Test
  void every_example_is_listed_and_has_a_readme() throws IOException {
    String list = Files.readString(EXAMPLES.resolve("README.md"));
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      for (Path example : all.filter(Files::isDirectory).toList()) {
        String name = example.getFileName().toString();
        assertTrue(list.contains("| [" + name + "](" + name + "/) |"), name);
        assertTrue(Files.exists(example.resolve("README.md")), name);
      }
    }
  }

  @Test
  void nginx_answers_is_healthy_and_its_log_is_rotated() {
    String image = build("nginx", OfflineDebian.image());
    try (DockerRunner.Started container =
        start(image, "--health-interval", "1s", "-e", "S6_LOGGING_SCRIPT=n3 s4096 T")) {
      await(container, "s6-svwait -U -t 10000 /run/s6/services/nginx");
      assertTrue(get(container, 80, "/").contains("Welcome to nginx"));
      container.awaitHealth("healthy");
      container.execOk(
          "bash",
          "-c",
          "ask() { " + GET + " } ; for i in {1..100}; do ask 80 /page-$i >/dev/null; done");
      await(container, "grep -q 'GET /page-100 ' /var/log/nginx/*");
      String files = container.execOk("ls", "/var/log/nginx");
      assertEquals(3, files.lines().filter(line -> line.startsWith("@")).count(), files);
      assertEquals("nobody\n", container.execOk("stat", "-c", "%U", "/var/log/nginx/current"));
      container.execOk("s6-svc", "-wD", "-d", "/run/s6/services/nginx");
      container.execOk("s6-svc", "-wU", "-u", "/run/s6/services/nginx");
      container.execOk("s6-svc", "-p", "/run/s6/services/nginx");
      container.awaitHealth("unhealthy");
      container.execOk("s6-svc", "-c", "/run/s6/services/nginx");
      container.awaitHealth("healthy");
      stop(container);
    }
  }

  @Test
  void php_answers_through_nginx_and_its_failure_ends_the_container() {
    String image = build("php-fpm", OfflineDebian.image());
    try (Container container = start(image, "-e", "GREETING=servus")) {
      await(container, "s6-svwait -U -t 10000 /run/s6/services/php-fpm");
      String page = "bash -c \"$(cat <<'END'\n" + GET + "END\n)\" bash 80 /";
      String said = await(container, page + " | grep '^servus from PHP'");
      assertTrue(said.matches("servus from PHP [0-9]+, pid [0-9]+\n"), said);
      container.execOk("s6-svc", "-wR", "-r", "/run/s6/services/php-fpm");
      await(container, page + " | grep '^servus from PHP'");
      container.execOk("s6-svc", "-k", "/run/s6/services/php-fpm");
      Outcome outcome = container.awaitExit();
      assertEquals(137, outcome.code(), outcome.output());
    }
  }

  @Test
  void cron_starts_the_job_and_so_can_a_hand() {
    String image = build("cron", OfflineDebian.image());
    try (Container container = start(image, "-e", "KEEP_MINUTES=0")) {
      String count = "grep -c 'removing what is older than 0 minutes' /var/log/cleanup/current";
      await(container, "[ $(" + count + ") -ge 1 ]");
      assertTrue(container.execOk("sh", "-c", "cat /proc/[0-9]*/comm").contains("\ncron\n"));
      container.execOk("sh", "-c", "touch -d '2 minutes ago' /var/lib/app/uploads/old");
      container.execOk("s6-svc", "-o", "/run/s6/services/cleanup");
      await(container, "[ $(" + count + ") -ge 2 ]");
      await(container, "! ls /var/lib/app/uploads/old");
      await(container, "grep ' /var/lib/app/uploads/old$' /var/log/cleanup/current");
      await(container, "s6-svstat /run/s6/services/cleanup | grep '^down '");
      stop(container);
    }
  }

  @Test
  void a_read_only_image_serves_for_a_user_without_rights() {
    String base = Docker.image(Image.BUSYBOX, Image.BUSYBOX.bare());
    String image = build("read-only", base);
    try (Container container =
        start(
            image,
            "--read-only",
            "--tmpfs",
            "/run:uid=1234,gid=1234",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges")) {
      String said = await(container, "wget -q -O - http://127.0.0.1:8080/");
      assertEquals("served from a read-only root\n", said);
      await(container, "grep 'url:/' /run/log/web/current");
      assertEquals("1234\n", container.execOk("stat", "-c", "%u", "/run/log/web/current"));
      assertTrue(container.exec("touch", "/x").stderr().contains("Read-only file system"));
      stop(container);
    }
  }

  @Test
  void an_image_of_s6_overlay_v2_works_with_its_files_unchanged() {
    String image = build("from-s6-overlay-v2", OfflineDebian.image());
    try (Container container =
        start(image, "-e", "PUID=1000", "-e", "PGID=1001", "-e", "TITLE=a title")) {
      container.awaitText("User uid: 1000, gid: 1001\n");
      container.awaitText("writing /config/www/index.html\n");
      String page = "bash -c \"$(cat <<'END'\n" + GET + "END\n)\" bash 8080 /";
      await(container, page + " | grep '^a title'");
      assertEquals("1000\n", container.execOk("sh", "-c", "stat -c %u /config/nginx.pid"));
      await(container, "grep 'start worker process' /var/log/web/current");
      assertEquals("nobody 2700\n", container.execOk("stat", "-c", "%U %a", "/var/log/web"));
      String pid = container.execOk("cat", "/config/nginx.pid");
      container.execOk("reload");
      await(container, "grep 'reconfiguring' /var/log/web/current");
      assertEquals(pid, container.execOk("cat", "/config/nginx.pid"));
      container.execOk("s6-svc", "-wR", "-r", "/var/run/s6/services/web");
      await(container, page + " | grep '^a title'");
      container.signal(15);
      Outcome stopped = container.awaitExit();
      assertTrue(stopped.stdout().contains("goodbye from a title\n"), stopped.output());
      container.startAgain();
      container.awaitText("keeping /config/www/index.html\n");
      assertEquals("1000 640\n", container.execOk("stat", "-c", "%u %a", "/config/www/index.html"));
      await(container, page + " | grep '^a title'");
      container.execOk("sh", "-c", "echo nonsense >/etc/nginx/abc.conf");
      container.execOk("s6-svc", "-r", "/var/run/s6/services/web");
      assertEquals(1, container.awaitExit().code());
    }
  }

  @Test
  void the_dockerfiles_before_and_after_differ_in_the_overlay_alone() throws IOException {
    Path example = EXAMPLES.resolve("from-s6-overlay-v2");
    List<String> before = Files.readAllLines(example.resolve("Dockerfile.before"));
    List<String> after = Files.readAllLines(example.resolve("Dockerfile"));
    List<String> left = new ArrayList<>(before);
    left.removeAll(after);
    assertTrue(left.stream().allMatch(line -> line.contains("s6-overlay-amd64")), left.toString());
    List<String> added = new ArrayList<>(after);
    added.removeAll(before);
    assertEquals(List.of("ARG ARCH=amd64", "ADD s6j-overlay-linux-${ARCH}.tar.gz /"), added);
  }
}
