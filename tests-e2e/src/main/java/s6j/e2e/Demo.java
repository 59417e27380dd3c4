package s6j.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code ./dev demo [--docker]}: boots the container in tests-e2e/demo and explains its output line
 * by line. Exits 0 when all was as told.
 */
public final class Demo {
  private static final String LAST_STEP = "stopped from outside";

  /** What is told before the first line that begins so. */
  private static final Map<String, String> EXPLANATIONS = new LinkedHashMap<>();

  static {
    EXPLANATIONS.put(
        "[s6-init] making",
        "/init is PID 1. It has saved the environment, and finds the user's files.");
    EXPLANATIONS.put(
        "[fix-attrs.d] applying", "First, owners and modes by the rules in /etc/fix-attrs.d.");
    EXPLANATIONS.put(
        "[cont-init.d] executing",
        "Then the scripts in /etc/cont-init.d, one after the other, by name.");
    EXPLANATIONS.put("[services.d] starting", "Then the services in /etc/services.d, all at once.");
    EXPLANATIONS.put("# The CMD runs", "The boot is over, and the CMD runs. It shows us around:");
    EXPLANATIONS.put("the CMD got TERM", "The CMD and the services got TERM together.");
    EXPLANATIONS.put(
        "[cont-finish.d] executing", "The scripts in /etc/cont-finish.d run while services end.");
    EXPLANATIONS.put(
        "[s6-finish] waiting",
        "Nothing waits longer than it must: each step goes on when all have ended.");
  }

  private final Map<String, String> untold = new LinkedHashMap<>(EXPLANATIONS);
  private int shown;

  private Demo() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    if (!words.isEmpty() && !words.equals(List.of("--docker"))) {
      System.err.println(
          "demo: fatal: unknown option " + String.join(" ", words) + "; there is --docker");
      System.exit(100);
    }
    System.exit(new Demo().run(!words.isEmpty()) ? 0 : 1);
  }

  private static Path folder() {
    return Checkout.root().resolve("tests-e2e/demo");
  }

  private static void tell(String text) {
    System.out.println("\n>>> " + text);
  }

  private boolean run(boolean docker) throws IOException {
    tell("The image: busybox, the tarball, and these files (tests-e2e/demo/root).");
    files().keySet().forEach(path -> System.out.println("    " + path));
    try (Container container = docker ? inDocker() : inNamespaces()) {
      long from = System.nanoTime();
      while (!container.stdout().contains(LAST_STEP) && container.running()) {
        show(container);
      }
      Container.pause(300);
      show(container);
      long told = System.nanoTime();
      tell("docker stop sends TERM to PID 1.");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      show(container);
      tell(
          "The container ended with code "
              + outcome.code()
              + ", the CMD's, "
              + (System.nanoTime() - told) / 1_000_000
              + " ms after the TERM. All of it took "
              + (told - from) / 1_000_000
              + " ms before that.");
      if (!outcome.stderr().isEmpty()) {
        tell("On stderr it said:\n" + outcome.stderr());
      }
      boolean asTold = outcome.code() == 3 && untold.isEmpty();
      tell(
          asTold
              ? "That was all. README.md goes on from here."
              : "That was not as it should be: " + untold.keySet());
      return asTold;
    }
  }

  private Container inNamespaces() throws IOException {
    tell(
        "The container: new namespaces and a root of its own. (./dev demo --docker does the same in Docker.)");
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("GREETING", "hello from the environment")
            .cmd("/opt/demo/tour");
    for (Map.Entry<String, Path> file : files().entrySet()) {
      String content = new String(Files.readAllBytes(file.getValue()), StandardCharsets.ISO_8859_1);
      recipe =
          Files.isExecutable(file.getValue())
              ? recipe.script(file.getKey(), content)
              : recipe.file(file.getKey(), content);
    }
    return Runner.NAMESPACE.start(recipe);
  }

  private static Container inDocker() throws IOException {
    tell("docker build, with this Dockerfile (FROM busybox is a root made here, tagged so):");
    System.out.print(Files.readString(folder().resolve("Dockerfile")).indent(4));
    Path context = Files.createTempDirectory("s6j-demo");
    try {
      Host.shell(
          "cp -r \"$1/.\" \"$2\"; cp \"$3\" \"$2/s6j-overlay.tar.gz\"",
          folder(),
          context,
          Checkout.tarball());
      Docker.tag(Image.BUSYBOX, "busybox");
      Docker.build("s6j-demo", context);
    } finally {
      Host.run("rm", "-rf", context.toString());
    }
    tell("docker run s6j-demo");
    return Runner.DOCKER.startBuilt("s6j-demo");
  }

  private static Map<String, Path> files() throws IOException {
    Path root = folder().resolve("root");
    Map<String, Path> files = new java.util.TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile)
          .forEach(path -> files.put("/" + root.relativize(path), path));
    }
    return files;
  }

  /* Prints the whole lines that are new. */
  private void show(Container container) {
    String text = container.stdout();
    for (int end; (end = text.indexOf('\n', shown)) >= 0; shown = end + 1) {
      String line = text.substring(shown, end);
      List<String> starts = new ArrayList<>(untold.keySet());
      starts.stream().filter(line::startsWith).findFirst().ifPresent(s -> tell(untold.remove(s)));
      System.out.println("    " + line.stripTrailing());
    }
    System.out.flush();
    Container.pause(20);
  }
}
