package s6j.execline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/**
 * What has no end, or grows beyond what any program can be given, ends the command. The memory is
 * the runtime's, and so that of all services.
 */
class LimitsTest {
  private static CommandRunner runner;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    runner = CommandRunner.of(ExeclineCommands.all());
  }

  @AfterAll
  static void stop() throws Exception {
    runner.close();
  }

  private void ends(int code, String complaint, String... words) {
    var outcome = runner.run(directory, "", Map.of(), words);
    assertEquals(complaint + ": Argument list too long\n", outcome.stderr());
    assertEquals("", outcome.stdout());
    assertEquals(code, outcome.code());
  }

  private void script(int code, String complaint, String script) {
    ends(code, complaint, "execlineb", "-Pc", script);
  }

  @Test
  void a_value_without_an_end_is_not_taken() {
    script(
        111,
        "backtick: fatal: unable to read child process output",
        "backtick A { cat /dev/zero } echo a");
    script(
        111,
        "withstdinas: fatal: unable to read stdin",
        "redirfd -r 0 /dev/zero withstdinas A echo a");
    script(
        111, "forstdin: fatal: unable to read input", "redirfd -r 0 /dev/zero forstdin A echo a");
    script(
        111,
        "forstdin: fatal: unable to read input",
        "pipeline { sh -c \"printf 2000000000:; cat /dev/zero\" } forstdin -d \"\" A echo a");
  }

  @Test
  void a_file_without_an_end_is_not_read() {
    assertEquals(
        "envfile: fatal: unable to open /dev/zero: File too large\n",
        runner.run("envfile", "/dev/zero", "echo", "a").stderr());
    script(111, "envfile: fatal: unable to open -", "redirfd -r 0 /dev/zero envfile - echo a");
    assertEquals(
        "execlineb: fatal: unable to open /dev/zero for reading: File too large\n",
        runner.run("execlineb", "-P", "/dev/zero").stderr());
  }

  @Test
  void lists_do_not_multiply_beyond_what_a_program_can_have() {
    String list = "a ".repeat(2000);
    script(
        126,
        "multisubstitute: fatal: unable to substitute",
        "multisubstitute { define -s A \"" + list + "\" define -s B \"" + list + "\" } echo $A$B");
    String value = "a".repeat(100_000);
    script(
        126,
        "define: fatal: unable to substitute",
        "define A " + value + " echo " + "${A}".repeat(100));
    String empty = "multisubstitute { define -s A \"" + list + "\" define -s N \"\" } echo a";
    var outcome = runner.run("execlineb", "-Pc", empty + " " + "${A}".repeat(10) + "${N}");
    assertEquals("a\n", outcome.stdout(), outcome.stderr());
  }

  /** The connection to the runtime is out of the way of a script's descriptors then, too. */
  @Test
  void a_script_uses_the_first_descriptors_when_there_may_be_few() {
    for (int most : new int[] {12, 20, 40, 64}) {
      String script =
          "ulimit -n "
              + most
              + "; exec execlineb -Pc 'redirfd -w 3 /dev/null fdmove -c 4 3"
              + " fdclose 3 foreground { fdclose 4 echo a } backtick -E x { echo b } echo $x'";
      var outcome = runner.run("sh", "-c", script);
      assertEquals("", outcome.stderr());
      assertEquals("a\nb\n", outcome.stdout());
    }
  }
}
