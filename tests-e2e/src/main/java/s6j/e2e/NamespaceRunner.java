package s6j.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts containers with {@code nsrun.c}: an overlay over the image's root in new namespaces. */
public final class NamespaceRunner implements Runner {
  NamespaceRunner() {}

  @Override
  public Started start(Recipe recipe) {
    return start(recipe, null);
  }

  /**
   * Starts a container that is measured.
   *
   * @param times where nsrun writes when it was started and when it ended, or null
   */
  public Started start(Recipe recipe, Path times) {
    try {
      return new Started(recipe, times);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "namespaces";
  }

  /** A container in namespaces. */
  public static final class Started extends Container {
    private final Recipe recipe;
    private final Path home;
    private final Path times;

    private Started(Recipe recipe, Path times) throws IOException {
      this.recipe = recipe;
      this.times = times;
      Files.createDirectories(Checkout.cache().resolve("containers"));
      home = Files.createTempDirectory(Checkout.cache().resolve("containers"), "c");
      for (String directory : List.of("upper", "work", "root")) {
        Files.createDirectory(home.resolve(directory));
        Files.setAttribute(home.resolve(directory), "unix:mode", 0755);
      }
      recipe.layOut(home.resolve("upper"));
      Files.write(home.resolve("env"), environment(recipe));
      startAgain();
    }

    @Override
    public void startAgain() {
      try {
        Files.deleteIfExists(home.resolve("pid"));
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.redirectInput(
            recipe.interactive() ? Redirect.PIPE : Redirect.from(new java.io.File("/dev/null")));
        watch(builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> command() {
      List<String> words = new ArrayList<>();
      words.add(Programs.nsrun().toString());
      add(words, "--lower", recipe.imageRoot(), "--upper", home.resolve("upper"));
      add(words, "--work", home.resolve("work"), "--root", home.resolve("root"));
      add(words, "--pid-file", home.resolve("pid"));
      if (times != null) {
        add(words, "--times", times);
      }
      addRights(words);
      recipe.tmpfs().forEach(tmpfs -> add(words, "--tmpfs", tmpfs));
      if (recipe.memory() > 0) {
        add(words, "--memory", recipe.memory());
      }
      if (recipe.tty()) {
        words.add("--tty");
      }
      if (recipe.readOnly()) {
        words.add("--read-only");
      }
      words.add("--");
      words.addAll(recipe.words());
      return words;
    }

    private void addRights(List<String> words) {
      add(words, "--env-file", home.resolve("env"), "--cwd", recipe.workingDirectory());
      if (recipe.user() != null) {
        add(words, "--user", recipe.user());
      }
      if (recipe.capDropAll()) {
        words.add("--cap-drop-all");
      }
      if (recipe.noNewPrivileges()) {
        words.add("--no-new-privileges");
      }
    }

    private static void add(List<String> words, Object... more) {
      for (Object word : more) {
        words.add(word.toString());
      }
    }

    private static byte[] environment(Recipe recipe) {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
      all.put("HOSTNAME", "container");
      all.put("HOME", recipe.user() == null ? "/root" : "/");
      if (recipe.tty()) {
        all.put("TERM", "xterm");
      }
      all.putAll(recipe.environment());
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      all.forEach(
          (name, value) ->
              data.writeBytes((name + "=" + value + "\0").getBytes(StandardCharsets.ISO_8859_1)));
      return data.toByteArray();
    }

    @Override
    public void signal(int number) {
      Host.shell("kill -$1 $2", number, pid());
    }

    @Override
    public Outcome exec(String... command) {
      List<String> words = new ArrayList<>();
      add(words, Programs.nsrun(), "--enter", pid());
      addRights(words);
      words.add("--");
      words.addAll(List.of(command));
      return Host.attempt(Path.of("/dev/null"), words);
    }

    @Override
    public long pid() {
      try {
        for (int i = 0; i < 5000 && !Files.exists(home.resolve("pid")); i++) {
          Thread.sleep(1);
        }
        return Long.parseLong(Files.readString(home.resolve("pid")).strip());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    /** A file that the container changed or made, seen from outside. */
    public Path changed(String path) {
      return home.resolve("upper").resolve(path.substring(1));
    }

    @Override
    int exitCode(Process ended) {
      return ended.exitValue();
    }

    @Override
    public void close() {
      end();
      Host.run("rm", "-rf", home.toString());
    }
  }
}
