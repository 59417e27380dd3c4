package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts containers with Docker: {@code create}, {@code cp} of the recipe's files, {@code start}.
 */
public final class DockerRunner implements Runner {
  private static final AtomicInteger COUNT = new AtomicInteger();

  DockerRunner() {}

  @Override
  public Container start(Recipe recipe) {
    try {
      return new Started(recipe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@code docker run}: starts a container of an image that was built, with these options; after
   * {@code --} among them, the words of the CMD.
   */
  public Started startBuilt(String image, String... options) {
    return new Started(image, List.of(options));
  }

  @Override
  public String toString() {
    return "docker";
  }

  /** A container of Docker. */
  public static final class Started extends Container {
    private static final int HEALTH_POLLS = 600;

    private final Recipe recipe;
    private final String name =
        "s6j-e2e-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    private String image;

    private Started(Recipe recipe) throws IOException {
      this.recipe = recipe;
      image = Docker.image(recipe.image(), recipe.imageRoot());
      boolean ready = false;
      try {
        if (recipe.readOnly() && !recipe.files().isEmpty()) {
          // Docker copies nothing into a container whose root is read-only.
          image = withFiles(image);
          create();
        } else {
          create();
          copyFiles(name);
        }
        startAgain();
        ready = true;
      } finally {
        if (!ready) {
          close();
        }
      }
    }

    private Started(String image, List<String> options) {
      this.recipe = Recipe.on(Image.SCRATCH);
      this.image = image;
      List<String> words = new ArrayList<>(List.of("create", "--name", name, "--network", "none"));
      words.addAll(options);
      int at = words.indexOf("--");
      if (at >= 0) {
        words.set(at, image);
      } else {
        words.add(image);
      }
      Docker.run(words.toArray(String[]::new));
      startAgain();
    }

    private String withFiles(String from) throws IOException {
      String maker = name + "-files";
      Docker.run("create", "--name", maker, from, "none");
      try {
        copyFiles(maker);
        Docker.run("commit", maker, maker);
      } finally {
        Docker.run("rm", maker);
      }
      return maker;
    }

    private void copyFiles(String container) throws IOException {
      if (recipe.files().isEmpty()) {
        return;
      }
      Path files = Files.createTempDirectory("s6j-e2e-files");
      try {
        recipe.layOut(files);
        Host.shell(
            """
            dir=$1 to=$2; shift 2
            cd "$dir"
            tar --numeric-owner -cf - * | "$@" cp - "$to:/"
            """,
            concat(files, container));
      } finally {
        Host.run("rm", "-rf", files.toString());
      }
    }

    private static Object[] concat(Path files, String container) {
      List<Object> all = new ArrayList<>(List.of(files, container));
      all.addAll(Docker.command());
      return all.toArray();
    }

    private void create() {
      List<String> words = new ArrayList<>();
      words.addAll(List.of("create", "--name", name, "--network", "none"));
      words.addAll(List.of("--hostname", "container", "--workdir", recipe.workingDirectory()));
      recipe
          .environment()
          .forEach((key, value) -> words.addAll(List.of("--env", key + "=" + value)));
      recipe.tmpfs().forEach(tmpfs -> words.addAll(List.of("--tmpfs", tmpfs)));
      if (recipe.user() != null) {
        words.addAll(List.of("--user", recipe.user()));
      }
      if (recipe.memory() > 0) {
        String limit = Long.toString(recipe.memory());
        words.addAll(List.of("--memory", limit, "--memory-swap", limit));
      }
      addIf(words, recipe.tty(), "--tty");
      addIf(words, recipe.interactive(), "--interactive");
      addIf(words, recipe.readOnly(), "--read-only");
      addIf(words, recipe.capDropAll(), "--cap-drop=ALL");
      addIf(words, recipe.noNewPrivileges(), "--security-opt=no-new-privileges");
      words.addAll(List.of("--entrypoint", recipe.entrypoint().getFirst(), image));
      words.addAll(recipe.words().subList(1, recipe.words().size()));
      Docker.run(words.toArray(String[]::new));
    }

    private static void addIf(List<String> words, boolean wanted, String word) {
      if (wanted) {
        words.add(word);
      }
    }

    @Override
    public void startAgain() {
      List<String> words = Docker.command("start", "--attach");
      if (recipe.interactive()) {
        words.add("--interactive");
      }
      words.add(name);
      if (recipe.tty()) {
        // Docker's client wants a terminal on its side, too.
        words = List.of("script", "-qefc", String.join(" ", words), "/dev/null");
      }
      try {
        watch(
            new ProcessBuilder(words)
                .redirectInput(
                    recipe.interactive()
                        ? Redirect.PIPE
                        : Redirect.from(new java.io.File("/dev/null")))
                .start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void signal(int number) {
      Docker.run("kill", "--signal", Integer.toString(number), name);
    }

    @Override
    public Outcome exec(String... command) {
      pid();
      List<String> words = Docker.command("exec", name);
      words.addAll(List.of(command));
      return Host.attempt(Path.of("/dev/null"), words);
    }

    /** Waits for the start, which is not over when {@code docker start} begins. */
    @Override
    public long pid() {
      for (int i = 0; i < 400; i++) {
        long pid = Long.parseLong(inspect("{{.State.Pid}}"));
        if (pid > 0) {
          return pid;
        }
        try {
          Thread.sleep(25);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
      throw new AssertionError("no PID 1 after 10 s");
    }

    /** Waits until its HEALTHCHECK has come to a verdict: {@code healthy}, {@code unhealthy}. */
    public void awaitHealth(String wanted) {
      for (int i = 0; i < HEALTH_POLLS; i++) {
        if (inspect("{{.State.Health.Status}}").equals(wanted)) {
          return;
        }
        pause(100);
      }
      throw new AssertionError(
          "never "
              + wanted
              + ": "
              + inspect("{{json .State.Health}}")
              + "\n"
              + stdout()
              + stderr());
    }

    private String inspect(String format) {
      return Docker.run("inspect", "--format", format, name).strip();
    }

    @Override
    int exitCode(Process ended) {
      return Integer.parseInt(Docker.run("wait", name).strip());
    }

    @Override
    public void close() {
      Docker.attempt("rm", "--force", "--volumes", name);
      end();
      if (image.equals(name + "-files")) {
        Docker.attempt("rmi", "--force", image);
      }
    }
  }
}
