package s6j.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container is made of. Immutable: each method gives a new recipe.
 *
 * @param image what it starts from
 * @param root a root that a test has made itself, instead of the image's; null: the image's
 * @param bare without s6j
 * @param files put into the image, by path
 * @param environment variables set besides PATH, HOME and HOSTNAME
 * @param entrypoint the program that is PID 1, with its first words
 * @param command the words after it
 * @param workingDirectory created where missing
 * @param user {@code uid:gid}, or null for root
 * @param tmpfs {@code path[:options]}, as for {@code docker run --tmpfs}
 * @param memory a limit in bytes, or 0
 */
public record Recipe(
    Image image,
    Path root,
    boolean bare,
    Map<String, Item> files,
    Map<String, String> environment,
    List<String> entrypoint,
    List<String> command,
    String workingDirectory,
    String user,
    List<String> tmpfs,
    long memory,
    boolean tty,
    boolean interactive,
    boolean readOnly,
    boolean capDropAll,
    boolean noNewPrivileges) {

  /** Something in the image: a file, a link or an empty directory. */
  public sealed interface Item {
    /** A file. */
    record Data(String content, int mode) implements Item {}

    /** A symbolic link. */
    record Link(String target) implements Item {}

    /** An empty directory. */
    record Directory(int mode) implements Item {}
  }

  /** An image with s6j in it, started through {@code /init}. */
  public static Recipe on(Image image) {
    return new Recipe(
        image,
        null,
        false,
        Map.of(),
        Map.of(),
        List.of("/init"),
        List.of(),
        "/",
        null,
        List.of(),
        0,
        false,
        false,
        false,
        false,
        false);
  }

  /** A root that has s6j in it already, instead of an image's. */
  public static Recipe at(Path root) {
    return on(Image.SCRATCH).with(b -> b.root = root);
  }

  /** The image as it is, with a program of the test as PID 1. */
  public static Recipe bare(Image image, String... entrypoint) {
    return on(image).with(b -> b.bare = true).entrypoint(entrypoint);
  }

  /** An executable file. */
  public Recipe script(String path, String content) {
    return item(path, new Item.Data(content, 0755));
  }

  /** A file of mode 0644. */
  public Recipe file(String path, String content) {
    return item(path, new Item.Data(content, 0644));
  }

  /** A file, a link or a directory. */
  public Recipe item(String path, Item item) {
    return with(b -> b.files.put(path, item));
  }

  /** A service, by its run script. */
  public Recipe service(String name, String run) {
    return script("/etc/services.d/" + name + "/run", run);
  }

  /** A variable of the container. */
  public Recipe env(String name, String value) {
    return with(b -> b.environment.put(name, value));
  }

  /** What follows the entrypoint: CMD. */
  public Recipe cmd(String... words) {
    return with(b -> b.command = List.of(words));
  }

  /** CMD as a shell command line. */
  public Recipe sh(String script) {
    return cmd("sh", "-c", script);
  }

  /** What is PID 1, for instance {@code docker-init -- /init}. */
  public Recipe entrypoint(String... words) {
    return with(b -> b.entrypoint = List.of(words));
  }

  /** The WORKDIR. */
  public Recipe workdir(String path) {
    return with(b -> b.workingDirectory = path);
  }

  /** USER by numbers. */
  public Recipe user(int uid, int gid) {
    return with(b -> b.user = uid + ":" + gid);
  }

  /** A tmpfs with options as Docker takes them. */
  public Recipe tmpfs(String pathAndOptions) {
    return with(b -> b.tmpfs.add(pathAndOptions));
  }

  /** A limit for memory, swap included. */
  public Recipe memory(long bytes) {
    return with(b -> b.memory = bytes);
  }

  /** {@code -ti}: a terminal that the test types on. */
  public Recipe onTty() {
    return with(b -> b.tty = b.interactive = true);
  }

  /** {@code -i}: stdin is a pipe from the test. */
  public Recipe interactively() {
    return with(b -> b.interactive = true);
  }

  /** A read-only root. */
  public Recipe onReadOnlyRoot() {
    return with(b -> b.readOnly = true);
  }

  /** {@code --cap-drop ALL}. */
  public Recipe withoutCapabilities() {
    return with(b -> b.capDropAll = true);
  }

  /** {@code --security-opt no-new-privileges}. */
  public Recipe withoutNewPrivileges() {
    return with(b -> b.noNewPrivileges = true);
  }

  /** The image's root. */
  Path imageRoot() {
    if (root != null) {
      return root;
    }
    return bare ? image.bare() : image.withS6j();
  }

  /** Entrypoint and command. */
  List<String> words() {
    List<String> all = new ArrayList<>(entrypoint);
    all.addAll(command);
    return all;
  }

  /** Lays the files out below a directory, their folders as an image has them. */
  void layOut(Path root) throws IOException {
    for (Map.Entry<String, Item> entry : files.entrySet()) {
      Path at = root.resolve(entry.getKey().substring(1));
      Files.createDirectories(at.getParent());
      switch (entry.getValue()) {
        case Item.Data(String content, int mode) -> {
          Files.write(at, content.getBytes(StandardCharsets.ISO_8859_1));
          mode(at, mode);
        }
        case Item.Link(String target) -> Files.createSymbolicLink(at, Path.of(target));
        case Item.Directory(int mode) -> {
          Files.createDirectories(at);
          mode(at, mode);
        }
      }
    }
  }

  private static void mode(Path at, int mode) throws IOException {
    Files.setAttribute(at, "unix:mode", mode);
  }

  private interface Change {
    void on(Builder builder);
  }

  private Recipe with(Change change) {
    Builder builder = new Builder(this);
    change.on(builder);
    return builder.build();
  }

  private static final class Builder {
    private final Image image;
    private Path root;
    private boolean bare;
    private final Map<String, Item> files;
    private final Map<String, String> environment;
    private List<String> entrypoint;
    private List<String> command;
    private String workingDirectory;
    private String user;
    private final List<String> tmpfs;
    private long memory;
    private boolean tty;
    private boolean interactive;
    private boolean readOnly;
    private boolean capDropAll;
    private boolean noNewPrivileges;

    Builder(Recipe from) {
      image = from.image;
      root = from.root;
      bare = from.bare;
      files = new LinkedHashMap<>(from.files);
      environment = new LinkedHashMap<>(from.environment);
      entrypoint = from.entrypoint;
      command = from.command;
      workingDirectory = from.workingDirectory;
      user = from.user;
      tmpfs = new ArrayList<>(from.tmpfs);
      memory = from.memory;
      tty = from.tty;
      interactive = from.interactive;
      readOnly = from.readOnly;
      capDropAll = from.capDropAll;
      noNewPrivileges = from.noNewPrivileges;
    }

    Recipe build() {
      return new Recipe(
          image,
          root,
          bare,
          files,
          environment,
          entrypoint,
          command,
          workingDirectory,
          user,
          tmpfs,
          memory,
          tty,
          interactive,
          readOnly,
          capDropAll,
          noNewPrivileges);
    }
  }
}
