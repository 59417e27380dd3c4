package s6j.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.InitProcess;
import s6j.posix.Syscall;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.ShimInitProcess;

/** A scan directory that is supervised: below a real init, by this JVM. */
final class Tree implements ScanDirectory.Owner, EventLoop.Outside {
  private static final long PATIENCE_MS = 20_000;
  private static final String PATH = "/usr/bin:/bin:/usr/sbin:/sbin";

  final Path directory;
  final List<String> warnings = new ArrayList<>();
  final List<Character> stops = new ArrayList<>();
  private final UnaryOperator<InitProcess> between;
  private final ShimInitProcess init;
  boolean terminatesWhenAsked;
  private EventLoop loop;
  private ScanDirectory scanDirectory;
  private Thread thread;

  /** One whose control FIFOs are not read but when they must be. */
  static Tree deaf() throws Exception {
    return new Tree(DeafInit::new);
  }

  Tree() throws Exception {
    this(init -> init);
  }

  /** One that is supervised with something between it and init. */
  Tree(UnaryOperator<InitProcess> between) throws Exception {
    this.between = between;
    directory = Files.createTempDirectory("s6j-tree");
    init = new ShimInitProcess();
    begin();
  }

  private void begin() throws Exception {
    loop = new EventLoop(between.apply(init.init()), this);
    scanDirectory =
        new ScanDirectory(
            loop,
            Bytes.of(directory.toString()),
            Environment.EMPTY.with("PATH", PATH).with("OUT", directory + "/.out"),
            this);
    scanDirectory.keepList(Bytes.of(directory + "/.services"));
    scanDirectory.open();
    thread = new Thread(loop::run, "supervision");
    thread.start();
  }

  /** The JVM dies, and the next one goes on. */
  void killBrain() throws Exception {
    killBrain(() -> {});
  }

  /** What happens while there is no JVM. */
  interface Meanwhile {
    void happens() throws Exception;
  }

  /** The JVM dies, something happens, and the next one goes on. */
  void killBrain(Meanwhile something) throws Exception {
    killBrain(something, () -> scanDirectory.adopt(false));
  }

  /** The JVM dies while the tree is being stopped, and the next one goes on. */
  void killBrainAtStop(Meanwhile something) throws Exception {
    killBrain(
        something,
        () -> {
          scanDirectory.adopt(true);
          scanDirectory.terminate(false);
        });
  }

  private void killBrain(Meanwhile something, Runnable goOn) throws Exception {
    init.nextGeneration();
    thread.join(PATIENCE_MS);
    try {
      something.happens();
    } finally {
      begin();
      loop.call(goOn);
      settle();
    }
  }

  /** Makes a service directory with a run script for sh. */
  Path service(String name, String run) throws IOException {
    Path service = Files.createDirectories(directory.resolve(name));
    script(service, "run", run);
    return service;
  }

  static void script(Path service, String name, String text) throws IOException {
    Path fresh = service.resolve(name + ".new");
    Files.writeString(fresh, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(fresh, service.resolve(name));
  }

  /** Scans; what that has changed is on disk when this returns, as programs will look there. */
  void scan() {
    loop.call(scanDirectory::scan);
    settle();
  }

  /** A call that is waited for is answered behind all that were not waited for. */
  private void settle() {
    CallList calls = new CallList();
    calls.attempt(Syscall.GETPID);
    loop.call(() -> loop.posix().attempt(calls));
  }

  ScanDirectory scanDirectory() {
    return scanDirectory;
  }

  EventLoop loop() {
    return loop;
  }

  /** The descriptors that init has open when supervision has nothing to do. */
  long descriptors() throws IOException {
    loop.call(() -> {});
    try (var entries = Files.list(Path.of("/proc/" + init.pid() + "/fd"))) {
      return entries.count();
    }
  }

  /** Runs one of Debian's programs in the scan directory. */
  Outcome tool(String... words) {
    return CommandRunner.runProgram(directory, "", Map.of("PATH", PATH), words);
  }

  /** What the program says, which must succeed. */
  String says(String... words) {
    Outcome outcome = tool(words);
    if (outcome.code() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + outcome);
    }
    return outcome.stdout();
  }

  String svstat(String fields, String service) {
    return says("s6-svstat", "-o", fields, service).strip();
  }

  /** The pid of a service, which may have begun before its status says so. */
  String pid(String service) throws Exception {
    Pattern up = Pattern.compile("true (\\d+)");
    Matcher[] seen = new Matcher[1];
    await(() -> (seen[0] = up.matcher(svstat("up,pid", service))).matches());
    return seen[0].group(1);
  }

  /** What services write to {@code $OUT}. */
  String out() throws IOException {
    Path out = directory.resolve(".out");
    return Files.exists(out) ? Files.readString(out) : "";
  }

  /** A condition that may become true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(Condition condition) throws Exception {
    long end = System.currentTimeMillis() + PATIENCE_MS;
    while (!condition.holds()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError("has not become true in " + PATIENCE_MS + " ms");
      }
      Thread.sleep(5);
    }
  }

  @Override
  public synchronized void stopRequested(char how) {
    stops.add(how);
    if (terminatesWhenAsked) {
      // As /init does it: a moment later, on the loop.
      loop.posix().post(() -> scanDirectory.terminate(false));
    }
  }

  @Override
  public synchronized void warn(String message) {
    warnings.add(message);
  }

  @Override
  public void signal(int number) {
    warn("signal " + number);
  }

  @Override
  public void processesEnded() {
    scanDirectory.checkWaiting();
  }

  @Override
  public void gone() {}

  /** Stops all of it. */
  void close() throws Exception {
    loop.call(() -> scanDirectory.terminate(true));
    scanDirectory.await(scanDirectory::allGone, EventLoop.now() + PATIENCE_MS);
    init.close();
    thread.join(PATIENCE_MS);
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
