package s6j.commands.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;

/** Who a process becomes, compared with the C programs of s6. */
class IdentityCommandsTest {
  private static final String[] SHOW_IDS = {"grep", "-E", "^(Uid|Gid|Groups)", "/proc/self/status"};

  @TempDir static Path directory;
  private static Originals both;
  private static String accounts;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(
        directory.resolve("passwd"),
        "root:x:0:0::/root:/bin/sh\ndaemon:x:2:3::/:/bin/sh\nmany:x:70:71::/:/bin/sh\nbroken\n");
    Files.writeString(
        directory.resolve("group"), "root:x:0:\ndaemon:x:3:\na:x:80:many\nb:x:81:x,many,daemon\n");
    accounts =
        "mount --bind "
            + directory
            + "/passwd /etc/passwd; mount --bind "
            + directory
            + "/group /etc/group";
    both = Originals.of(IdentityCommands.all(), directory);
  }

  @AfterAll
  static void stop() throws Exception {
    both.close();
  }

  private static void compare(Map<String, String> environment, String... words) {
    String[] prepared = Originals.prepared(accounts, words);
    var expected = both.original(environment, prepared);
    var actual = both.ours(environment, prepared);
    String what = String.join(" ", words) + ": " + actual.stderr();
    assertEquals(expected.code(), actual.code(), what);
    assertEquals(Originals.sorted(expected.stdout()), Originals.sorted(actual.stdout()), what);
    assertEquals(expected.stderr().isEmpty(), actual.stderr().isEmpty(), what);
  }

  /** The words of a command with those of the program that it runs. */
  private static String[] with(String[] program, String... command) {
    String[] words = Arrays.copyOf(command, command.length + program.length);
    System.arraycopy(program, 0, words, command.length, program.length);
    return words;
  }

  private static void compareExactly(Map<String, String> environment, String... words) {
    compare(environment, words);
    String[] prepared = Originals.prepared(accounts, words);
    assertEquals(
        both.original(environment, prepared).stderr(), both.ours(environment, prepared).stderr());
  }

  @Test
  void setuidgid_sets_user_group_and_supplementary_groups() {
    for (String account : List.of("daemon", "many", "root", "3:4", "0:5", "5:0", "")) {
      compare(Map.of("UID", "9", "GID", "9"), with(SHOW_IDS, "s6-setuidgid", account));
      compare(Map.of("UID", "9", "GIDLIST", ""), "s6-setuidgid", account, "env");
    }
  }

  @Test
  void setuidgid_of_accounts_that_are_none_fails_as_the_original_does() {
    for (String account :
        List.of("nosuch", "1000", "3:", ":4", ":", "daemon:daemon", "3:4:5", "broken", "x:4")) {
      compare(Map.of(), "s6-setuidgid", account, "true");
    }
    compare(Map.of(), "s6-setuidgid", "daemon");
    compare(Map.of(), "s6-setuidgid");
    compare(Map.of(), "s6-setuidgid", "-z", "daemon", "true");
    assertEquals(
        "s6-setuidgid: fatal: unknown user: nosuch\n",
        both.ours("s6-setuidgid", "nosuch", "true").stderr());
  }

  @Test
  void without_root_nobody_becomes_somebody_else() {
    for (String account : List.of("daemon", "root", "70:71")) {
      String[] words = {
        "setpriv", "--reuid=70", "--regid=71", "--clear-groups", "s6-setuidgid", account, "id"
      };
      compare(Map.of(), words);
      assertEquals(111, both.ours(words).code());
    }
    assertEquals(
        "s6-setuidgid: fatal: unable to set supplementary group list: Operation not permitted\n",
        both.ours("setpriv", "--reuid=70", "--clear-groups", "s6-setuidgid", "daemon", "id")
            .stderr());
  }

  @Test
  void envuidgid_understands_options_and_accounts_as_the_original_does() {
    for (String options :
        List.of(
            "",
            "-u",
            "-g",
            "-B",
            "-n",
            "-nu",
            "-ng",
            "-i",
            "-D3:4:5,6",
            "-D3",
            "-D:4",
            "-BD3:4",
            "-uD3:4",
            "-nBD3:4:7",
            "-D3:4:x",
            "-Dx",
            "-z")) {
      for (String account :
          List.of(
              "daemon",
              "many",
              "nosuch",
              "1000",
              "daemon:daemon",
              "5:6",
              "nosuch:daemon",
              "daemon:nosuch",
              "daemon:",
              ":b",
              ":")) {
        boolean quirk = options.matches("-n[ug]") && account.equals("5:6");
        if (!quirk) {
          compareExactly(
              Map.of("GIDLIST", "9"),
              options.isEmpty()
                  ? new String[] {"s6-envuidgid", account, "env"}
                  : new String[] {"s6-envuidgid", options, account, "env"});
        }
      }
    }
  }

  @Test
  void applyuidgid_sets_what_it_is_given() {
    Map<String, String> environment = Map.of("UID", "3", "GID", "4", "GIDLIST", "5,6");
    for (String options :
        List.of(
            "-U",
            "-Uz",
            "-z",
            "-u 5",
            "-g 5",
            "-G 5,7",
            "-G 5,7,",
            "-g 7 -G 5,7,5,7",
            "-u 0 -g 0",
            "-U -u 8",
            "-u 8 -U",
            "-u x",
            "-G x",
            "-g -1",
            "-G ,")) {
      compare(environment, with(SHOW_IDS, ("s6-applyuidgid " + options).split(" ")));
      compareExactly(environment, ("s6-applyuidgid " + options + " env").split(" "));
    }
    compare(Map.of(), "s6-applyuidgid", "-G", "", "grep", "Groups", "/proc/self/status");
  }

  @Test
  void applyuidgid_says_which_variable_is_missing_or_invalid() {
    compareExactly(Map.of(), "s6-applyuidgid", "-U", "id");
    compareExactly(Map.of("UID", "1"), "s6-applyuidgid", "-U", "id");
    compareExactly(Map.of("UID", "1", "GID", "2"), "s6-applyuidgid", "-U", "id");
    compareExactly(Map.of("UID", "x", "GID", "2", "GIDLIST", ""), "s6-applyuidgid", "-U", "id");
    compareExactly(Map.of("UID", "1", "GID", "x", "GIDLIST", ""), "s6-applyuidgid", "-U", "id");
    compareExactly(Map.of("UID", "1", "GID", "2", "GIDLIST", "x"), "s6-applyuidgid", "-U", "id");
  }

  @Test
  void applyuidgid_without_root_says_what_is_not_permitted() {
    for (String option : List.of("-u", "-g", "-G")) {
      compareExactly(
          Map.of(),
          "setpriv",
          "--reuid=70",
          "--regid=71",
          "--clear-groups",
          "s6-applyuidgid",
          option,
          "5",
          "id");
    }
  }

  @Test
  void an_image_without_accounts_knows_nobody() {
    var outcome =
        both.ours(
            Originals.prepared("mount -t tmpfs none /etc", "s6-setuidgid", "daemon", "/bin/true"));
    assertEquals(1, outcome.code());
    assertEquals("s6-setuidgid: fatal: unknown user: daemon\n", outcome.stderr());
  }

  @Test
  void setsid_makes_sessions_and_process_groups() {
    String script =
        "set -- $(cut -d')' -f2 /proc/$$/stat); [ $3 = $$ ] && echo group; [ $4 = $$ ] && echo session; true";
    for (String option :
        List.of(
            "-s", "-b", "-f", "-g", "-gq", "-gi", "-I", "-q", "-i", "-gqd0", "-gId9", "-dx", "-z",
            "-sb", "-bs")) {
      compareExactly(Map.of(), "s6-setsid", option, "sh", "-c", script);
    }
    compareExactly(Map.of(), "s6-setsid", "sh", "-c", script);
    compareExactly(Map.of(), "s6-setsid");
    compareExactly(Map.of(), "setsid", "s6-setsid", "true");
    compareExactly(Map.of(), "setsid", "s6-setsid", "-i", "true");
  }

  @Test
  void setsid_puts_a_group_into_the_foreground_of_a_terminal() {
    // script(1) gives a terminal; the eighth field of stat is its foreground process group.
    String inner =
        "exec s6-setsid -g sh -c 'set -- $(cut -d\")\" -f2 /proc/$$/stat); [ $6 = $$ ] && [ $3 = $$ ] && echo fore''ground'";
    String background = "sh -c '" + inner.replace("'", "'\\''") + "' & wait";
    var outcome = both.ours("script", "-qc", "set -m; " + background, "/dev/null");
    assertTrue(outcome.stdout().contains("foreground"), outcome.toString());
    var signals = both.ours("s6-setsid", "-gq", "grep", "SigBlk", "/proc/self/status");
    assertEquals("SigBlk:\t0000000000000000\n", signals.stdout());
  }
}
