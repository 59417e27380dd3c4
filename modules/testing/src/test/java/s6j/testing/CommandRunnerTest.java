package s6j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** Commands are evaluated in this JVM, and act in processes of their own. */
class CommandRunnerTest {
  /** Sets a variable and goes on. */
  private static final class Export implements Command {
    @Override
    public String name() {
      return "set-x";
    }

    @Override
    public Next run(Invocation call) {
      return call.exec(1, call.environment().with(Bytes.of("X"), call.arguments().getFirst()));
    }
  }

  /** Runs the words up to a dot in a child, then the others. */
  private static final class Both implements Command {
    @Override
    public String name() {
      return "both";
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      int dot = call.arguments().indexOf(Bytes.of("."));
      try {
        Next first = call.exec(call.arguments().subList(0, dot), call.environment());
        int code = call.chain().run(call.posix(), (Next.Exec) first).exitCode();
        return call.exec(dot + 1, call.environment().with("CODE", Integer.toString(code)));
      } catch (PosixException e) {
        throw CommandException.unable("fork", e);
      }
    }
  }

  /** Says what it was given. */
  private record Say(String name, boolean answersHelp) implements Command {
    @Override
    public Next run(Invocation call) throws CommandException {
      call.print(Bytes.of(call.arguments() + "\n"));
      return Next.exit(0);
    }
  }

  private static CommandRunner runner() throws Exception {
    CommandRunner runner =
        CommandRunner.of(
            List.of(
                new Export(),
                new Both(),
                new Say("say", true),
                new Say("data", false),
                new Say("plain", true)));
    runner.explain("say", "say - says it\n\nusage: say word...\n");
    runner.explain("data", "data - never printed\n");
    return runner;
  }

  @Test
  void a_chain_of_our_commands_ends_in_a_foreign_program_with_the_same_pid() throws Exception {
    try (CommandRunner runner = runner()) {
      var outcome = runner.run("sh", "-c", "echo $$; exec set-x 1 set-x 2 sh -c 'echo $$ $X'");
      String[] lines = outcome.stdout().split("\n");
      assertEquals(lines[0] + " 2", lines[1]);
      assertEquals(0, outcome.code());
    }
  }

  @Test
  void a_command_line_runs_in_a_child_and_its_code_comes_back() throws Exception {
    try (CommandRunner runner = runner()) {
      var outcome =
          runner.run(
              "both", "set-x", "a", "sh", "-c", "echo $X; exit 7", ".", "sh", "-c", "echo $CODE");
      assertEquals("a\n7\n", outcome.stdout());
      assertEquals("", outcome.stderr());
    }
  }

  @Test
  void a_program_that_is_not_there_is_127_and_one_that_cannot_be_executed_126() throws Exception {
    try (CommandRunner runner = runner()) {
      var missing = runner.run("set-x", "1", "no-such-program");
      assertEquals(127, missing.code());
      assertEquals(
          "set-x: fatal: unable to exec no-such-program: No such file or directory\n",
          missing.stderr());
      assertEquals(126, runner.run("set-x", "1", "/etc/passwd").code());
    }
  }

  @Test
  void a_script_with_dos_line_ends_whose_first_line_names_a_command_of_ours_is_told_so()
      throws Exception {
    try (CommandRunner runner = runner()) {
      assertEquals(
          "set-x: fatal: unable to exec sh\\r: No such file or directory (it ends in a carriage"
              + " return: the file has DOS line ends)\n",
          runner.run("set-x", "1", "sh\r").stderr());
    }
  }

  @Test
  void bytes_that_are_not_utf_8_come_through() throws Exception {
    try (CommandRunner runner = runner()) {
      var outcome =
          runner.run("sh", "-c", "set-x \"$(printf '\\377\\200')\" sh -c 'printf %s \"$X\"'");
      assertEquals("\377\200", outcome.stdout());
    }
  }

  @Test
  void help_is_the_text_about_the_command() throws Exception {
    try (CommandRunner runner = runner()) {
      var outcome = runner.run("say", "--help");
      assertEquals("say - says it\n\nusage: say word...\n", outcome.stdout());
      assertEquals("", outcome.stderr());
      assertEquals(0, outcome.code());
    }
  }

  @Test
  void help_is_a_word_like_others_beside_others_and_within_a_chain() throws Exception {
    try (CommandRunner runner = runner()) {
      assertEquals("[--help, a]\n", runner.run("say", "--help", "a").stdout());
      assertEquals("[a, --help]\n", runner.run("say", "a", "--help").stdout());
      assertEquals("[--help]\n", runner.run("set-x", "1", "say", "--help").stdout());
      assertEquals(
          "[--help]\n[--help]\n",
          runner.run("both", "say", "--help", ".", "say", "--help").stdout());
    }
  }

  @Test
  void a_command_to_which_the_word_is_data_or_that_has_no_text_takes_it() throws Exception {
    try (CommandRunner runner = runner()) {
      assertEquals("[--help]\n", runner.run("data", "--help").stdout());
      assertEquals("[--help]\n", runner.run("plain", "--help").stdout());
    }
  }

  @Test
  void help_that_cannot_be_written_is_complained_of() throws Exception {
    try (CommandRunner runner = runner()) {
      var outcome = runner.run("sh", "-c", "say --help >/dev/full");
      assertEquals(
          "say: fatal: unable to write to stdout: No space left on device\n", outcome.stderr());
      assertEquals(111, outcome.code());
    }
  }
}
