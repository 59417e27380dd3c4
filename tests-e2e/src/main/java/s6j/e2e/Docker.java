package s6j.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Docker's client, and a daemon: the one that answers, or one of our own that is ended with this
 * JVM.
 */
public final class Docker {
  private static final Map<Path, String> IMAGES = new ConcurrentHashMap<>();
  private static List<String> client;

  private Docker() {}

  /** The client with its words, for whoever runs it himself. */
  public static List<String> command(String... words) {
    List<String> all = new ArrayList<>(client());
    all.addAll(List.of(words));
    return all;
  }

  private static synchronized List<String> client() {
    if (client == null) {
      String script = Checkout.root().resolve("tests-e2e/dockerd.sh").toString();
      String[] answer = Host.run("bash", script, "start").strip().split(" ");
      client = answer.length == 1 ? List.of("docker") : List.of("docker", "--host", answer[1]);
      if (answer[0].equals("started")) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Host.run("bash", script, "stop")));
      }
    }
    return client;
  }

  /** Runs the client; it must exit 0. */
  public static String run(String... words) {
    return Host.run(command(words));
  }

  /** Runs the client, whatever comes of it. */
  public static Outcome attempt(String... words) {
    return Host.attempt(Path.of("/dev/null"), command(words));
  }

  /** The name of an image whose content is a root; imported when Docker does not have it. */
  public static String image(Image image, Path root) {
    client();
    return IMAGES.computeIfAbsent(root, path -> imported(image, path));
  }

  /** The client's settings, as {@code NAME=VALUE}, for scripts that use it. */
  public static List<String> environment() {
    List<String> words = command();
    List<String> all = new ArrayList<>(List.of("DOCKER_BUILDKIT=0"));
    if (words.size() > 1) {
      all.add("DOCKER_HOST=" + words.getLast());
    }
    return all;
  }

  /**
   * Makes one of our roots, without s6j, known by the name of a public image, if that is absent.
   */
  public static synchronized void tag(Image image, String name) {
    if (attempt("image", "inspect", name).code() != 0) {
      run("tag", image(image, image.bare()), name);
    }
  }

  /**
   * Builds an image from a folder with a Dockerfile, with these {@code NAME=VALUE} for its ARGs.
   */
  public static void build(String tag, Path context, String... arguments) {
    List<String> words = new ArrayList<>(List.of("env", "DOCKER_BUILDKIT=0"));
    words.addAll(command("build", "--network", "none", "--tag", tag));
    for (String argument : arguments) {
      words.addAll(List.of("--build-arg", argument));
    }
    words.add(context.toString());
    Host.run(words);
  }

  /** Makes an image whose content is a directory. */
  public static void importRoot(Path root, String name) {
    List<Object> words = new ArrayList<>(List.of(root, name));
    words.addAll(command());
    Host.shell(
        """
        root=$1 name=$2; shift 2
        tar -C "$root" --numeric-owner -cf - . | "$@" import - "$name"
        """,
        words.toArray());
  }

  /** Writes what an image contains to a directory, which must be there. */
  public static void exportRoot(String name, Path root) {
    String container = run("create", name, "none").strip();
    try {
      List<Object> words = new ArrayList<>(List.of(root, container));
      words.addAll(command());
      Host.shell(
          """
          root=$1 container=$2; shift 2
          "$@" export "$container" | tar -C "$root" --numeric-owner -xpf -
          """,
          words.toArray());
    } finally {
      run("rm", container);
    }
  }

  private static String imported(Image image, Path root) {
    String name = image.id() + ":" + root.getFileName();
    if (attempt("image", "inspect", name).code() != 0) {
      importRoot(root, name);
    }
    return name;
  }
}
