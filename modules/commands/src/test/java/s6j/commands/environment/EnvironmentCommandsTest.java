package s6j.commands.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** Environments from directories, and the container environment, which each test has to itself. */
class EnvironmentCommandsTest {
  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(EnvironmentCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void file(String name, String content) throws Exception {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void compare(String... words) {
    Map<String, String> environment = Map.of("B", "old", "KEPT", "x");
    Outcome expected = both.original(environment, words);
    Outcome actual = both.ours(environment, words);
    String what = String.join(" ", words);
    assertEquals(expected.code(), actual.code(), what);
    assertEquals(Originals.sorted(expected.stdout()), Originals.sorted(actual.stdout()), what);
    assertEquals(expected.stderr(), actual.stderr(), what);
  }

  @Test
  void envdir_reads_values_as_the_original_does_with_every_option() throws Exception {
    file("e/A", "v1  \nx");
    file("e/B", "");
    file("e/C", "\n");
    file("e/D", "a\0b\n\nc\n");
    file("e/.hidden", "x");
    file("e/a=b", "x");
    file("e/R", "v\t \r\n");
    file("e/S", "   ");
    file("e/N", "x\0 \n");
    file("e/LONG", "y".repeat(9000) + "\n");
    for (String options :
        List.of(
            "", "-n", "-f", "-fn", "-L", "-nL", "-fL", "-I", "-i", "-Ii", "-cx", "-fcx", "-z")) {
      if (options.isEmpty()) {
        compare("s6-envdir", "e", "env");
      } else {
        compare("s6-envdir", options, "e", "env");
      }
    }
    compare("s6-envdir", "-c", "", "e", "env");
    compare("s6-envdir", "--", "e", "env");
  }

  @Test
  void envdir_without_a_directory_fails_unless_told_otherwise() throws Exception {
    file("file", "x");
    Files.createDirectories(directory.resolve("e/sub"));
    compare("s6-envdir", "none", "true");
    compare("s6-envdir", "-I", "none", "sh", "-c", "echo $KEPT");
    compare("s6-envdir", "-Ii", "none", "true");
    compare("s6-envdir", "file", "true");
    compare("s6-envdir", "-I", "file", "true");
    compare("s6-envdir", "e", "true");
    compare("s6-envdir", "e");
    compare("s6-envdir");
  }

  @Test
  void envdir_with_large_values_takes_what_the_original_takes_by_line() throws Exception {
    file("e/BIG", "z".repeat(100_000));
    assertEquals(
        "100000\n", both.ours("s6-envdir", "-fL", "e", "sh", "-c", "echo ${#BIG}").stdout());
    // The original loses a long first line without newline.
    assertEquals(
        "100000\n", both.ours("s6-envdir", "-L", "e", "sh", "-c", "echo ${#BIG}").stdout());
    file("e/BIG", "z".repeat(200_000));
    Outcome tooLong = both.ours("s6-envdir", "-L", "e", "true");
    assertEquals(126, tooLong.code());
    assertEquals(
        "s6-envdir: fatal: unable to exec true: Argument list too long\n", tooLong.stderr());
  }

  @Test
  void a_program_is_looked_for_in_the_path_before_the_change() throws Exception {
    file("e/PATH", "/nowhere");
    assertEquals(0, both.ours("s6-envdir", "e", "true").code());
  }

  @Test
  void justc_envdir_takes_files_as_they_are() throws Exception {
    file("e/EMPTY", "");
    file("e/LINES", "a \nb\n");
    file("e/NUL", "a\0b");
    file("e/.hidden", "x");
    Outcome outcome =
        both.ours(
            "justc-envdir",
            "e",
            "sh",
            "-c",
            "printf '<%s>' \"${EMPTY-unset}\" \"$LINES\" \"$NUL\"");
    assertEquals("<><a \nb\n><a>", outcome.stdout());
    assertEquals(111, both.ours("justc-envdir", "none", "true").code());
    assertEquals(0, both.ours("justc-envdir", "-I", "none", "true").code());
    assertEquals(100, both.ours("justc-envdir", "e").code());
  }

  @Test
  void dumpenv_writes_each_variable_into_a_file() throws Exception {
    Map<String, String> environment = Map.of("A", "1", "EMPTY", "", "TWO", "a\nb\n");
    assertEquals(0, both.ours(environment, "s6-dumpenv", "out").code());
    assertEquals("a\nb\n", Files.readString(directory.resolve("out/TWO")));
    assertEquals("", Files.readString(directory.resolve("out/EMPTY")));
    assertEquals(0, both.ours(environment, "s6-dumpenv", "-N", "-m", "700", "out2").code());
    assertEquals("1\n", Files.readString(directory.resolve("out2/A")));
    assertEquals("rwx------", perms("out2"));
    assertEquals(0, both.ours(environment, "s6-dumpenv", "out").code());
    Outcome nowhere = both.ours("s6-dumpenv", "no/where");
    assertEquals(111, nowhere.code());
    assertEquals(
        "s6-dumpenv: fatal: unable to mkdir no/where: No such file or directory\n",
        nowhere.stderr());
    assertEquals(100, both.ours("s6-dumpenv").code());
    assertEquals(100, both.ours("s6-dumpenv", "-m", "9", "out").code());
  }

  private String perms(String name) throws Exception {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(directory.resolve(name)));
  }

  /** With a /run of its own in which directory/env is the container environment. */
  private Outcome inContainer(Map<String, String> environment, String... words) throws Exception {
    Files.createDirectories(directory.resolve("env"));
    String script =
        "mount -t tmpfs none /run && mkdir -p /run/s6/container_environment && cp -a "
            + directory
            + "/env/. /run/s6/container_environment";
    return both.ours(environment, Originals.prepared(script, words));
  }

  @Test
  void with_contenv_runs_a_program_with_the_container_environment_and_nothing_else()
      throws Exception {
    file("env/A", "one\ntwo\n");
    file("env/EMPTY", "");
    file("env/PATH", "/usr/bin:/bin");
    file("env/.dot", "x");
    file("env/sub/x", "x");
    Outcome outcome = inContainer(Map.of("OTHER", "x"), "with-contenv", "/usr/bin/env");
    assertEquals(List.of("", "", "A=one", "EMPTY=", "two"), Originals.sorted(outcome.stdout()));
    assertEquals("", outcome.stderr());
  }

  @Test
  void with_contenv_finds_the_program_on_the_path_of_the_container() throws Exception {
    file("env/PATH", directory + "/bin");
    file("bin/hello", "#!/bin/sh\necho found\n");
    directory.resolve("bin/hello").toFile().setExecutable(true);
    assertEquals("found\n", inContainer(Map.of(), "with-contenv", "hello").stdout());
  }

  @Test
  void with_contenv_is_an_interpreter_with_or_without_arguments() throws Exception {
    file("env/A", "value");
    file("env/PATH", "/usr/bin:/bin");
    for (String program : List.of("sh", "sh -e", "/bin/sh -eu")) {
      file("script", "#!/usr/bin/env with-contenv\n");
      file("script", "A=wrong\n");
      file("script", "echo $A $1; false; echo $?\n");
      Outcome outcome =
          inContainer(Map.of(), "with-contenv", program, directory + "/script", "arg");
      assertEquals(program.contains("-e") ? "value arg\n" : "value arg\n1\n", outcome.stdout());
    }
  }

  @Test
  void a_script_may_add_to_the_container_environment_at_any_time() throws Exception {
    Outcome outcome =
        inContainer(
            Map.of(),
            "sh",
            "-c",
            "printf %s new > /run/s6/container_environment/ADDED; exec with-contenv /bin/sh -c 'echo $ADDED'");
    assertEquals("new\n", outcome.stdout());
  }

  @Test
  void with_contenv_always_takes_what_the_files_say_however_often_they_said_something_else()
      throws Exception {
    file("env/A", "one");
    file("env/PATH", "/usr/bin:/bin");
    String script =
        "cd /run/s6/container_environment; w() { with-contenv /bin/sh -c 'printf %s, $A$B'; };"
            + " w; w; w; w; printf two >A; w; w; w; printf twofold >A; w; w; printf new >B; w; w; w;"
            + " rm A; w; w; w; mv B A; w; w; w; with-contenv s6-env A=z w; w; printf a%200000s b >A;"
            + " with-contenv true 2>&1; rm A; w; w; w; rm -r *; with-contenv /bin/sh -c 'printf .'";
    assertEquals(
        "one,one,one,one,two,two,two,twofold,twofold,twofoldnew,twofoldnew,twofoldnew,"
            + "new,new,new,new,new,new,new,"
            + "with-contenv: fatal: unable to exec true: Argument list too long\n,,,.",
        inContainer(Map.of(), "sh", "-c", script).stdout());
  }

  @Test
  void with_keep_env_the_environment_stays_as_it_is() throws Exception {
    file("env/A", "container");
    for (String keep : List.of("1", "yes", "")) {
      Outcome outcome =
          inContainer(
              Map.of("S6_KEEP_ENV", keep, "A", "own"), "with-contenv", "sh", "-c", "echo $A");
      assertEquals("own\n", outcome.stdout());
    }
    assertEquals(
        "container\n",
        inContainer(
                Map.of("S6_KEEP_ENV", "0", "A", "own"), "with-contenv", "/bin/sh", "-c", "echo $A")
            .stdout());
  }

  @Test
  void with_contenv_legacy_reads_values_as_v1_did() throws Exception {
    String script =
        "mount -t tmpfs none /run; d=/run/s6/container_environment; mkdir -p $d; : >$d/EMPTY; "
            + "printf 'v\\n' >$d/A; head -c 5000 /dev/zero | tr '\\0' x >$d/LONG";
    String program = "printf %s. \"$A\"; printf %s ${EMPTY-absent} ${#LONG}";
    assertEquals(
        "v\n.absent4095",
        both.ours(Originals.prepared(script, "with-contenv-legacy", "/bin/sh", "-c", program))
            .stdout());
    assertEquals(
        "v\n.5000",
        both.ours(Originals.prepared(script, "with-contenv", "/bin/sh", "-c", program)).stdout());
    assertEquals(100, both.ours("with-contenv-legacy").code());
  }

  @Test
  void without_a_container_environment_with_contenv_says_so() {
    Outcome outcome =
        both.ours(
            Originals.prepared(
                "mount -t tmpfs none /run; mount -t tmpfs none /dev/shm", "with-contenv", "true"));
    assertEquals(111, outcome.code());
    assertEquals(
        "with-contenv: fatal: unable to envdir /run/s6/container_environment: No such file or directory\n",
        outcome.stderr());
    assertEquals(100, both.ours("with-contenv").code());
  }

  @Test
  void where_run_cannot_be_written_to_it_is_in_dev_shm() throws Exception {
    String script =
        "mount -t tmpfs none /run; mount -t tmpfs none /dev/shm; mkdir -p /dev/shm/s6/container_environment;"
            + "echo -n shm >/dev/shm/s6/container_environment/A";
    assertEquals(
        "shm\n",
        both.ours(Originals.prepared(script, "with-contenv", "/bin/sh", "-c", "echo $A")).stdout());
    assertEquals("shm\n", both.ours(Originals.prepared(script, "printcontenv", "A")).stdout());
  }

  @Test
  void printcontenv_prints_a_variable_with_a_newline() throws Exception {
    file("env/A", "value");
    file("env/EMPTY", "");
    Files.createDirectories(directory.resolve("env/DIR"));
    assertEquals(new Outcome(0, "value\n", ""), inContainer(Map.of(), "printcontenv", "A"));
    assertEquals(new Outcome(0, "\n", ""), inContainer(Map.of(), "printcontenv", "EMPTY"));
    for (String none : List.of("NONE", "DIR", "", "..", "../s6/container_environment/A")) {
      assertEquals(new Outcome(1, "", ""), inContainer(Map.of(), "printcontenv", none));
    }
    assertEquals(1, both.ours("printcontenv").code());
  }

  @Test
  void printcontenv_with_keep_env_prints_its_own_variable_without_newline() throws Exception {
    Map<String, String> keep = Map.of("S6_KEEP_ENV", "1", "A", "own");
    assertEquals(new Outcome(0, "own", ""), inContainer(keep, "printcontenv", "A"));
    assertEquals(new Outcome(100, "", ""), inContainer(keep, "printcontenv", "NONE"));
    assertTrue(inContainer(keep, "printcontenv", "S6_KEEP_ENV").stdout().equals("1"));
  }
}
