package s6j.posix.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.PosixProvider;
import s6j.posix.ProcessInfo;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.contract.Scenario;

/** What is special about a process that is a JVM. */
class JnrPosixTest {
  @TempDir Path directory;

  @Test
  void it_is_found_as_a_provider() {
    assertEquals("jnr", PosixProvider.named("jnr").name());
    assertNull(PosixProvider.named("other"));
  }

  @Test
  void its_info_is_that_of_the_process() {
    try (JnrPosix posix = JnrPosix.open(Bytes.listOf("name", "argument"))) {
      ProcessInfo info = posix.info();
      assertEquals(ProcessHandle.current().pid(), info.pid());
      assertEquals(Bytes.listOf("name", "argument"), info.arguments());
      assertEquals(Bytes.of(System.getenv("PATH")), info.environment().get("PATH"));
      assertEquals(System.getProperty("user.dir"), info.cwd().toString());
      assertEquals(0, info.euid());
    }
  }

  /** As under Docker's seccomp profile. */
  @Test
  void without_unshare_children_still_have_their_umask_and_directory() throws Exception {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    Path said = directory.resolve("said");
    try (JnrPosix posix = JnrPosix.open(ProcessInfo.Kind.COMMAND, List.of(), false)) {
      CallList calls = new CallList();
      calls.add(Syscall.UMASK, CallList.number(022));
      posix.call(calls);
      int flags = OpenFlags.WRONLY | OpenFlags.CREAT;
      SpawnPlan plan =
          SpawnPlan.of(
                  Bytes.of("/bin/sh"),
                  Bytes.listOf("sh", "-c", "pwd; umask"),
                  posix.info().environment())
              .inDirectory(Bytes.of(inner.toString()))
              .withUmask(0137)
              .withDescriptors(
                  List.of(new SpawnPlan.Open(1, Bytes.of(said.toString()), flags, 0666)));
      assertEquals(0, posix.waitFor(posix.spawn(plan)).shellCode());
      assertEquals(022, posix.call(calls).value(0));
    }
    assertEquals(inner + "\n0137\n", Files.readString(said));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(said)));
  }

  @Test
  void children_have_the_limit_of_open_files_that_the_jvm_was_started_with() {
    List<String> words = new ArrayList<>(Jvm.words(Scenario.TELLS_ITS_LIMIT, "command"));
    words.addAll(0, List.of("sh", "-c", "ulimit -Sn 300; \"$@\"", "sh"));
    assertEquals("300\n", run(words).stdout());
    // Told not to raise it, the JVM has the soft limit itself, whatever its parent has.
    words.set(2, "ulimit -Sn 300; (ulimit -Sn 400; exec \"$@\")");
    words.add(5, "-XX:-MaxFDLimit");
    assertEquals("400\n", run(words).stdout());
  }

  @Test
  void arguments_of_main_are_bytes() {
    List<String> words = new ArrayList<>(Jvm.words(Scenario.BECOMES_ITS_ARGUMENTS, "command"));
    words.removeLast();
    words.addAll(0, List.of("sh", "-c", "exec \"$@\" \"$(printf '\\377')\"", "sh"));
    Outcome outcome = run(words);
    assertEquals("\u00ff\n", outcome.stdout(), outcome.stderr());
  }

  @Test
  void it_runs_from_a_path_of_modules() {
    List<String> words = new ArrayList<>(Jvm.words(Scenario.TELLS_ITS_LIMIT, "command"));
    words.set(
        words.indexOf("--enable-native-access=ALL-UNNAMED"),
        "--enable-native-access=org.jnrproject.jffi");
    int path = words.indexOf("-cp");
    words.set(path, "-p");
    words.set(path + 1, modules(words.get(path + 1)));
    words.set(
        words.indexOf(ScenarioMain.class.getName()),
        "s6j.posix.jnr/" + ScenarioMain.class.getName());
    words.addAll(
        path + 2,
        List.of(
            "--add-modules",
            "s6j.testing",
            "--add-reads",
            "s6j.posix.jnr=s6j.testing",
            "--patch-module",
            "s6j.posix.jnr=" + Jvm.testClasses(),
            "-m"));
    Outcome outcome = run(words);
    assertEquals(0, outcome.code(), outcome.stderr());
    assertEquals("", outcome.stderr());
    assertTrue(outcome.stdout().length() > 1);
  }

  /** Without what Maven has for itself, and the tests, which are no module. */
  private static String modules(String classPath) {
    List<String> modules = new ArrayList<>();
    for (String path : classPath.split(":")) {
      boolean ours = path.endsWith("/classes") || path.contains("/s6j-");
      boolean needed =
          ours
              || path.matches(
                  ".*/(jnr-|jffi|asm|junit-jupiter-api|apiguardian|opentest4j|junit-platform-commons|jspecify).*");
      if (needed && !modules.contains(path)) {
        modules.add(path);
      }
    }
    return String.join(":", modules);
  }

  private static Outcome run(List<String> words) {
    return CommandRunner.runProgram(
        Path.of("/"), "", Jvm.ENVIRONMENT, words.toArray(new String[0]));
  }
}
