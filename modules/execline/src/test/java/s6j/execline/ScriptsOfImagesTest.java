package s6j.execline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** Scripts as images have them, and what no original of today does any more. */
class ScriptsOfImagesTest {
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

  private CommandRunner.Outcome script(String text, Map<String, String> environment, String... args)
      throws Exception {
    Path helpers = Helpers.directory();
    Path file = executable("script", text);
    Map<String, String> all = new java.util.TreeMap<>(environment);
    all.put("PATH", directory + ":" + runner.directory() + ":" + helpers + ":/usr/bin:/bin");
    String[] words = new String[args.length + 1];
    words[0] = file.toString();
    System.arraycopy(args, 0, words, 1, args.length);
    return runner.run(directory, "", all, words);
  }

  private Path executable(String name, String text) throws Exception {
    Path file = directory.resolve(name);
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String shebang(String options) {
    return "#!" + runner.directory() + "/execlineb " + options + "\n";
  }

  @Test
  void the_confd_script_of_the_readme_runs_with_import_in_multisubstitute() throws Exception {
    executable("with-contenv", "#!/bin/sh\nexport CONFD_PREFIX=/prefix\nexec \"$@\"\n");
    executable("confd", "#!/bin/sh\nexec args \"$@\"\n");
    var outcome =
        script(
            shebang("-P")
                + """

                with-contenv
                s6-envuidgid nobody
                multisubstitute
                {
                  import -u -D0 UID
                  import -u -D0 GID
                  import -u CONFD_PREFIX
                  define CONFD_CHECK_CMD "/usr/sbin/nginx -t -c {{ .src }}"
                }
                confd --onetime --prefix="${CONFD_PREFIX}" --tmpl-uid="${UID}" --tmpl-gid="${GID}" \
                --tmpl-src="/etc/nginx/nginx.conf.tmpl" --tmpl-check-cmd="${CONFD_CHECK_CMD}" etcd
                """,
            Map.of());
    assertEquals("", outcome.stderr());
    assertEquals(
        "<--onetime><--prefix=/prefix><--tmpl-uid=65534><--tmpl-gid=65534>"
            + "<--tmpl-src=/etc/nginx/nginx.conf.tmpl>"
            + "<--tmpl-check-cmd=/usr/sbin/nginx -t -c {{ .src }}><etcd>\n",
        outcome.stdout());
  }

  @Test
  void the_finish_scripts_of_the_readme_stop_on_failure_only() throws Exception {
    executable("s6-svscanctl", "#!/bin/sh\nexec args \"$@\"\n");
    executable("s6-test", "#!/bin/sh\nexec eltest \"$@\"\n");
    String always = shebang("-S0") + "\ns6-svscanctl -t /var/run/s6/services\n";
    assertEquals("<-t></var/run/s6/services>\n", script(always, Map.of(), "0", "0").stdout());
    String onFailure =
        shebang("-S1")
            + "if { s6-test ${1} -ne 0 }\nif { s6-test ${1} -ne 256 }\n\n"
            + "s6-svscanctl -t /var/run/s6/services\n";
    assertEquals("", script(onFailure, Map.of(), "0", "0").stdout());
    assertEquals("", script(onFailure, Map.of(), "256", "15").stdout());
    assertEquals("<-t></var/run/s6/services>\n", script(onFailure, Map.of(), "1", "0").stdout());
  }

  @Test
  void import_and_importas_S_take_one_name() throws Exception {
    Map<String, String> environment = Map.of("V", "a b");
    assertEquals(
        "<a b><1>\n",
        script(shebang("-P") + "import V importas -S -D 1 W args $V $W", environment).stdout());
    assertEquals("<a><b>\n", script(shebang("-P") + "import -us V args $V", environment).stdout());
  }

  @Test
  void backtick_tells_the_status_unless_it_insists() throws Exception {
    assertEquals(
        "<3>\n",
        script(
                shebang("-P") + "backtick -D none X { sh -c \"exit 3\" } importas c ? args $c",
                Map.of())
            .stdout());
  }

  @Test
  void export_array_joins_values() throws Exception {
    assertEquals(
        "<a:b c:d>\n",
        script(shebang("-P") + "export-array X { a \"b c\" d } importas x X args $x", Map.of())
            .stdout());
    assertEquals(
        "<a, b>\n",
        script(shebang("-P") + "export-array -d \", \" X { a b } importas x X args $x", Map.of())
            .stdout());
  }

  @Test
  void emptyenv_l_keeps_the_library_path() throws Exception {
    var outcome =
        script(shebang("-P") + "emptyenv -pl env", Map.of("LD_LIBRARY_PATH", "/lib", "FOO", "1"));
    assertTrue(outcome.stdout().contains("LD_LIBRARY_PATH=/lib\n"), outcome.stdout());
    assertTrue(outcome.stdout().contains("PATH="), outcome.stdout());
    assertTrue(!outcome.stdout().contains("FOO"), outcome.stdout());
  }

  @Test
  void redirfd_f_puts_a_free_descriptor_into_a_variable() throws Exception {
    assertEquals(
        "3 line\n",
        script(
                shebang("-P")
                    + "foreground { redirfd -w 1 f echo line } redirfd -r -f FD f"
                    + " sh -c \"echo $FD `cat <&3`\"",
                Map.of())
            .stdout());
  }

  @Test
  void forx_P_runs_no_more_than_so_many_at_a_time() throws Exception {
    var outcome =
        script(
            shebang("-P")
                + "foreground { forx -P 2 x { 1 2 3 4 5 6 } sh -c"
                + " \"echo start; sleep 0.05; echo end\" } args done",
            Map.of());
    int running = 0;
    for (String line : outcome.stdout().split("\n")) {
      running += line.equals("start") ? 1 : line.equals("end") ? -1 : 0;
      assertTrue(running <= 2, outcome.stdout());
    }
    assertTrue(outcome.stdout().endsWith("<done>\n"), outcome.stdout());
  }

  @Test
  void the_timeout_of_the_first_trap_runs_its_handler_once() throws Exception {
    assertEquals(
        "<late>\n",
        script(shebang("-P") + "trap -t 50 { timeout { args late } } sleep 0.3", Map.of())
            .stdout());
  }

  @Test
  void a_program_of_the_users_own_goes_before_a_command_of_the_same_name() throws Exception {
    executable("define", "#!/bin/sh\necho mine \"$@\"\n");
    assertEquals(
        "mine A b args\n",
        script(shebang("-P") + "foreground { define A b args } exit 0", Map.of()).stdout());
  }

  @Test
  void files_are_those_that_the_caller_may_read() throws Exception {
    Path secret = directory.resolve("secret");
    Files.writeString(secret, "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(runner.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        runner.directory().resolve(".socket"), PosixFilePermissions.fromString("rwxrwxrwx"));
    var outcome =
        script(
            shebang("-P")
                + "s6-setuidgid nobody foreground { redirfd -r 0 secret cat } importas c ?"
                + " args $c",
            Map.of());
    assertEquals("<111>\n", outcome.stdout());
    assertEquals("redirfd: fatal: unable to open secret: Permission denied\n", outcome.stderr());
  }

  @Test
  void a_script_may_be_as_long_as_the_kernel_lets_it() throws Exception {
    StringBuilder text = new StringBuilder(shebang("-P")).append("foreground { args");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 60000; i++) {
      text.append(" word").append(i);
      expected.append("<word").append(i).append('>');
    }
    var outcome = script(text + " } args end", Map.of());
    assertEquals("", outcome.stderr());
    assertEquals(expected + "\n<end>\n", outcome.stdout());
  }

  @Test
  void what_the_kernel_does_not_take_is_said() throws Exception {
    StringBuilder text = new StringBuilder(shebang("-P")).append("args ");
    text.append("x".repeat(200000));
    var outcome = script(text.toString(), Map.of());
    assertEquals(126, outcome.code());
    assertEquals(
        "execlineb: fatal: unable to exec args: Argument list too long\n", outcome.stderr());
  }

  @Test
  void nesting_has_no_limit_of_its_own() throws Exception {
    int depth = 200;
    String text = "foreground { ".repeat(depth) + "args deep" + " } ".repeat(depth);
    assertEquals("<deep>\n", script(shebang("-P") + text, Map.of()).stdout());
  }

  @Test
  void a_syntax_error_names_file_line_and_column() throws Exception {
    var outcome = script(shebang("-P") + "foreground {\n  args a\n", Map.of());
    assertEquals(100, outcome.code());
    assertEquals(
        "execlineb: fatal: unmatched { in file "
            + directory
            + "/script: line 4, column 1: found the end of the script, expected } to close the"
            + " block opened at line 2, column 12\n",
        outcome.stderr());
  }

  @Test
  void a_caller_that_is_killed_leaves_nothing_behind() throws Exception {
    var outcome =
        script(shebang("-P") + "foreground { sh -c \"kill -KILL $PPID\" } args never", Map.of());
    assertEquals(137, outcome.code());
    assertEquals("", outcome.stdout());
    assertEquals("<next>\n", script(shebang("-P") + "args next", Map.of()).stdout());
  }

  @Test
  void no_script_can_take_the_descriptors_by_which_it_is_served() throws Exception {
    StringBuilder text = new StringBuilder(shebang("-P"));
    for (int fd = 32; fd < 1024; fd++) {
      text.append("foreground { fdclose ").append(fd).append(" true }\n");
    }
    var outcome = script(text + "args end", Map.of());
    assertEquals("<end>\n", outcome.stdout());
    assertTrue(
        outcome.stderr().startsWith("fdclose: fatal: fd ")
            && outcome.stderr().contains(" is taken by the connection to the runtime\n"),
        outcome.stderr());
  }

  @Test
  void posix_umask_takes_symbolic_masks_as_posix_says() throws Exception {
    assertEquals("0027\n", symbolic("g-w,o="));
    assertEquals("0077\n", symbolic("u=rwx,go="));
    assertEquals("0000\n", symbolic("a=rwx"));
    assertEquals("0022\n", symbolic("go=u-w"));
    assertEquals("0002\n", symbolic("g=u"));
  }

  private String symbolic(String mask) throws Exception {
    return script(shebang("-P") + "umask 022 posix-umask " + mask + " sh -c umask", Map.of())
        .stdout();
  }

  /** As when an image puts a directory of root's on PATH, and its container runs as a user. */
  @Test
  void what_is_no_directory_for_us_on_path_takes_no_command_away() throws Exception {
    Path unusable = Files.writeString(directory.resolve("file"), "");
    Path occupied = Files.createDirectories(directory.resolve("occupied"));
    Files.createDirectory(occupied.resolve("if"));
    Files.writeString(occupied.resolve("exit"), "");
    var outcome =
        runner.run(
            directory,
            "",
            Map.of("PATH", unusable + ":" + occupied + ":/usr/bin:/bin"),
            runner.directory().resolve("execlineb").toString(),
            "-Pc",
            "foreground { if { true } umask 077 echo in } cd / if { true } exit 3");
    assertEquals("", outcome.stderr());
    assertEquals("in\n", outcome.stdout());
    assertEquals(3, outcome.code());
  }
}
