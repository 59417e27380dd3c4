package s6j.commands.fdholder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** The descriptor holder and its clients: ours and the original's, with each other. */
class FdholderCommandsTest {
  private static final String[] BOTH = {"", "/usr/bin/"};

  /** {@code hold NAME COMMAND...} starts a holder; the last that was started is {@code $server}. */
  private static final String HOLD =
      "servers=; hold() { name=$1; shift; rm -f ready; \"$@\" $name > ready 2>> log & server=$!;"
          + " servers=\"$servers $server\"; n=0; while ! test -s ready; do sleep 0.02;"
          + " n=$((n + 1)); test $n -lt 1000 || exit 90; done; }; trap 'kill $servers' EXIT; ";

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(AllCommands.list(), directory);
    rights("STORE_REGEX:^[a-z]", "RETRIEVE_REGEX:.", "LIST:1", "GETDUMP:1", "SETDUMP:1");
    Files.writeString(directory.resolve("one"), "content of one\n");
    Files.writeString(directory.resolve("two"), "content of two\n");
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void rights(String... rights) throws Exception {
    Path rules = Files.createDirectories(directory.resolve("rules/uid/self/env"));
    for (Path old : Files.list(rules).toList()) {
      Files.delete(old);
    }
    Files.writeString(rules.resolveSibling("allow"), "");
    for (String right : rights) {
      int colon = right.indexOf(':');
      Files.writeString(
          rules.resolve("S6_FDHOLDER_" + right.substring(0, colon)),
          right.substring(colon + 1) + "\n");
    }
  }

  /**
   * Runs a script against a holder; {@code @} stands for the prefix of client commands, {@code #}
   * for that of the holder.
   */
  private Outcome run(String server, String client, String options, String script) {
    String all = HOLD + "hold sock #s6-fdholder-daemon -1 " + options + "; " + script;
    return both.ours("sh", "-c", all.replace("#s6", server + "s6").replace("@s6", client + "s6"));
  }

  /** The outcome is the same whoever is the holder and whoever the client. */
  private void expect(String stdout, String stderr, String script) {
    for (String server : BOTH) {
      for (String client : BOTH) {
        assertEquals(
            new Outcome(0, stdout, stderr),
            run(server, client, "-i rules", script),
            server + "s6-fdholderd and " + client + " clients");
      }
    }
  }

  @Test
  void a_descriptor_is_stored_listed_retrieved_and_deleted() {
    expect(
        "one\ntwo\ncontent of one\ncontent of two\ntwo\n",
        "",
        "@s6-fdholder-store sock one < one; exec 9< two; @s6-fdholder-store -d 9 sock two;"
            + " @s6-fdholder-list sock | sort; @s6-fdholder-retrieve sock one cat;"
            + " @s6-fdholder-retrieve sock two cat; @s6-fdholder-delete sock one;"
            + " @s6-fdholder-list sock");
  }

  @Test
  void what_is_retrieved_with_D_is_held_no_longer() {
    expect(
        "content of one\n",
        "",
        "@s6-fdholder-store sock one < one; @s6-fdholder-retrieve -D sock one cat;"
            + " @s6-fdholder-list sock");
  }

  @Test
  void the_holder_keeps_a_pipe_open_for_its_next_reader() {
    expect(
        "written before\n",
        "",
        "mkfifo fifo; exec 8<> fifo; @s6-fdholder-store sock pipe <&8; exec 8>&-;"
            + " echo written before > fifo; @s6-fdholder-retrieve sock pipe head -n 1; rm fifo");
  }

  @Test
  void a_limit_closes_a_descriptor() {
    expect(
        "gone\ntwo\n",
        "",
        "@s6-fdholder-store -T 100 sock one < one; @s6-fdholder-store -T 60000 sock two < two;"
            + " while @s6-fdholder-list sock | grep -q one; do sleep 0.02; done; echo gone;"
            + " @s6-fdholder-list sock");
  }

  @Test
  void failures_are_told_as_by_the_original() {
    expect(
        "1\n1\n1\n1\n",
        "s6-fdholder-store: fatal: unable to store fd: Device or resource busy\n"
            + "s6-fdholder-store: fatal: unable to store fd: Operation not permitted\n"
            + "s6-fdholder-retrieve: fatal: unable to retrieve fd for id no: No such file or"
            + " directory\n"
            + "s6-fdholder-store: fatal: unable to store fd: File name too long\n",
        "@s6-fdholder-store sock one < one; @s6-fdholder-store sock one < one; echo $?;"
            + " @s6-fdholder-store sock ONE < one; echo $?;"
            + " @s6-fdholder-retrieve sock no true; echo $?;"
            + " @s6-fdholder-store sock $(printf %0256d 1); echo $?");
    String[][] wrong = {
      {"s6-fdholder-store"},
      {"s6-fdholder-store", "sock"},
      {"s6-fdholder-list", "-tx", "sock"},
      {"s6-fdholder-store", "no", "id"},
      {"s6-fdholder-list", "no"},
      {"s6-fdholder-delete", "no"},
      {"s6-fdholder-delete", "no", "id"},
      {"s6-fdholder-retrieve", "no", "id", "true"},
      {"s6-fdholder-getdump", "no", "true"},
      {"s6-fdholder-setdump", "no"},
      {"s6-fdholderd"},
      {"s6-fdholder-transferdump", "no", "no"},
      {"s6-fdholder-daemon", "sock"},
      {"s6-fdholder-daemon"},
      {"s6-fdholderd", "-i", "rules"}
    };
    for (String[] words : wrong) {
      assertEquals(both.original(Map.of(), words), both.ours(words), String.join(" ", words));
    }
  }

  @Test
  void a_dump_is_in_the_environment_of_a_program() {
    expect(
        "2\none content of one\ntwo content of two limited\n",
        "",
        "@s6-fdholder-store sock one < one; @s6-fdholder-store -T 60000 sock two < two;"
            + " @s6-fdholder-getdump sock printenv 'S6_FD#'; @s6-fdholder-getdump sock sh -c 'for i in 0 1; do"
            + " eval \"id=\\$S6_FDID_$i fd=\\$S6_FD_$i limit=\\${S6_FDLIMIT_$i+ limited}\";"
            + " echo $id $(cat <&$fd)$limit; done | sort'");
  }

  @Test
  void a_dump_is_restored_from_the_environment() {
    expect(
        "aa\nbb\ncontent of one\ncontent of two\n0\n",
        "",
        "env 'S6_FD#=2' S6_FD_0=8 S6_FDID_0=aa S6_FD_1=9 S6_FDID_1=bb"
            + " S6_FDLIMIT_1=@400000007b057ddb0576c7a5 @s6-fdholder-setdump sock 8< one 9< two;"
            + " @s6-fdholder-list sock | sort; @s6-fdholder-retrieve sock aa cat;"
            + " @s6-fdholder-retrieve sock bb cat; env 'S6_FD#=0' @s6-fdholder-setdump sock;"
            + " echo $?");
  }

  @Test
  void a_dump_that_is_not_all_there_is_wrong_usage() {
    String fatal = "s6-fdholder-setdump: fatal: ";
    expect(
        "100\n100\n100\n100\n100\n",
        fatal
            + "S6_FD# not set\n"
            + fatal
            + "invalid $S6_FD#\n"
            + fatal
            + "S6_FD_0 not set\n"
            + fatal
            + "S6_FDID_0 not set\n"
            + fatal
            + "invalid $S6_FDLIMIT_0\n",
        "for e in A=1 'S6_FD#=x' 'S6_FD#=1' 'S6_FD#=1 S6_FD_0=0'"
            + " 'S6_FD#=1 S6_FD_0=0 S6_FDID_0=i S6_FDLIMIT_0=gg'; do"
            + " env $e @s6-fdholder-setdump sock; echo $?; done");
  }

  @Test
  void a_dump_goes_from_holder_to_holder_and_replaces_what_has_the_same_name() {
    for (String source : BOTH) {
      for (String destination : BOTH) {
        String script =
            ("hold to " + destination + "s6-fdholder-daemon -1 -i rules;")
                + " @s6-fdholder-store sock one < one; @s6-fdholder-store sock x < two;"
                + " @s6-fdholder-store to x < one; @s6-fdholder-store to y < one;"
                + " @s6-fdholder-transferdump -t 20000:20000 sock to; echo $?;"
                + " @s6-fdholder-list to | sort; @s6-fdholder-retrieve to x cat";
        for (String client : BOTH) {
          assertEquals(
              new Outcome(0, "0\none\nx\ny\ncontent of two\n", ""),
              run(source, client, "-i rules", script),
              source + " " + client + " " + destination);
        }
      }
    }
  }

  /** More than fit into one message; the original sends so many at once that the kernel refuses. */
  @Test
  void a_large_dump_goes_in_several_messages() {
    String many =
        "i=0; while test $i -lt 300; do set -- \"$@\" S6_FD_$i=9 S6_FDID_$i=id$i; i=$((i + 1));"
            + " done; env 'S6_FD#=300' \"$@\" s6-fdholder-setdump sock 9< one; ";
    assertEquals(
        new Outcome(0, "300\n0\n300\ncontent of one\n", ""),
        run(
            "",
            "",
            "-n 400 -i rules",
            many
                + "s6-fdholder-list sock | wc -l; hold to s6-fdholder-daemon -1 -i rules;"
                + " s6-fdholder-transferdump sock to; echo $?; s6-fdholder-list to | sort -u |"
                + " wc -l; s6-fdholder-retrieve to id299 cat"));
    assertEquals(
        "300\n",
        run("", "", "-n 400 -i rules", many + "/usr/bin/s6-fdholder-getdump sock printenv S6_FD#")
            .stdout());
  }

  @Test
  void each_right_is_for_its_own_requests() throws Exception {
    String[] all = {"STORE_REGEX:.", "RETRIEVE_REGEX:.", "LIST:1", "GETDUMP:1", "SETDUMP:1"};
    String script =
        "s6-fdholder-store sock a < one; echo store $?; s6-fdholder-list sock > list; echo list $?;"
            + " s6-fdholder-retrieve sock a true; echo retrieve $?;"
            + " s6-fdholder-getdump sock true; echo getdump $?;"
            + " env 'S6_FD#=1' S6_FD_0=0 S6_FDID_0=q s6-fdholder-setdump sock < one; echo setdump"
            + " $?; s6-fdholder-retrieve -D sock q true; echo take $?; s6-fdholder-delete sock a;"
            + " echo delete $?";
    for (int missing = 0; missing < all.length; missing++) {
      String[] some = new String[all.length - 1];
      for (int i = 0, k = 0; i < all.length; i++) {
        if (i != missing) {
          some[k++] = all[i];
        }
      }
      rights(some);
      Outcome expected = run("/usr/bin/", "", "-i rules", script);
      assertTrue(expected.stderr().contains("not permitted"), all[missing]);
      assertEquals(expected, run("", "", "-i rules", script), all[missing]);
    }
    rights("LIST:1", "GETDUMP:1");
    assertEquals(
        new Outcome(
            0,
            "2\n",
            "s6-fdholder-transferdump: fatal: unable to set dump: Operation not permitted\n"),
        run("", "", "-i rules", "s6-fdholder-transferdump sock sock; echo $?"));
  }

  @Test
  void who_has_no_rule_is_not_let_in() throws Exception {
    Files.move(directory.resolve("rules/uid/self"), directory.resolve("rules/uid/12345"));
    for (String server : BOTH) {
      Outcome outcome = run(server, "", "-i rules", "s6-fdholder-list sock; echo $?");
      assertEquals("1\n", outcome.stdout());
      assertTrue(outcome.stderr().startsWith("s6-fdholder-list: fatal: unable to get fd list: "));
    }
  }

  @Test
  void rules_may_be_a_cdb_which_is_read_again_on_HUP() {
    assertEquals(
        new Outcome(0, "0\nanswered\n", ""),
        both.ours(
            "sh",
            "-c",
            HOLD
                + "s6-accessrules-cdb-from-fs cdb rules; hold sock s6-fdholder-daemon -1 -x cdb;"
                + " s6-fdholder-list sock; echo $?; rm rules/uid/self/env/S6_FDHOLDER_LIST;"
                + " s6-accessrules-cdb-from-fs cdb rules; s6-fdholder-list sock; kill -HUP $server;"
                + " while s6-fdholder-list sock 2> /dev/null; do sleep 0.02; done; echo answered"));
  }

  @Test
  void a_holder_takes_so_many_descriptors_and_no_more() {
    for (String server : BOTH) {
      assertEquals(
          new Outcome(
              0,
              "1\na\nb\n",
              "s6-fdholder-store: fatal: unable to store fd: Too many open files in system\n"),
          run(
              server,
              "",
              "-n 2 -i rules",
              "for i in a b c; do s6-fdholder-store sock $i < one; done; echo $?;"
                  + " s6-fdholder-list sock | sort"));
    }
  }

  @Test
  void what_is_no_message_costs_the_connection_and_nothing_else() {
    String[] garbage = {
      "\\0\\0\\0\\1\\0\\0Z",
      "\\377\\377\\377\\377\\0\\0",
      "\\0\\0\\0\\1\\0\\1L",
      "garbage garbage",
      "\\0\\0\\0\\3\\0\\0R\\0\\5",
      "\\0\\0\\0\\0\\0\\0",
      "\\0\\0\\0\\1\\0\\0.",
      "\\0\\0\\0\\2\\0\\0Lx",
      "\\0\\0\\0\\1\\0\\0S"
    };
    StringBuilder script = new StringBuilder("s6-fdholder-store sock one < one; ");
    for (String message : garbage) {
      script
          .append("s6-ipcclient sock sh -c 'printf \"")
          .append(message)
          .append("\" >&7; cat <&6'; ");
    }
    assertEquals(
        new Outcome(0, "one\n", ""), run("", "", "-i rules", script + "s6-fdholder-list sock"));
  }

  @Test
  void a_silent_client_is_dropped_after_a_time() {
    for (String server : BOTH) {
      assertEquals(
          new Outcome(0, "dropped\n", ""),
          run(server, "", "-t 100 -i rules", "s6-ipcclient sock sh -c 'cat <&6; echo dropped'"));
    }
  }

  @Test
  void TERM_ends_the_holder_when_its_clients_have_ended() {
    String client =
        "s6-ipcclient sock sh -c 'echo > held; until test -e over; do sleep 0.02; done' & c=$!;"
            + " until test -e held; do sleep 0.02; done; s6-fdholder-list sock; kill $server; ";
    assertEquals(
        new Outcome(0, "still there\n0\n", ""),
        run(
            "",
            "",
            "-i rules",
            client
                + "while s6-fdholder-list -t 50 sock 2> /dev/null; do sleep 0.02; done;"
                + " kill -0 $server && echo still there; echo > over; wait $server; echo $?;"
                + " trap - EXIT"));
    assertEquals(
        new Outcome(0, "0\n", ""),
        run(
            "",
            "",
            "-T 100 -i rules",
            "rm -f over held; "
                + client
                + "wait $server; echo $?; echo > over; wait $c;"
                + " trap - EXIT"));
  }

  @Test
  void extended_regular_expressions_are_understood() {
    assertTrue(
        Pattern.compile(Rights.javaOf("^[[:alpha:]_]+\\.[0-9]{2}$")).matcher("a_b.12").find());
    assertFalse(Pattern.compile(Rights.javaOf("^[[:alpha:]]+$")).matcher("a1").find());
    assertTrue(Pattern.compile(Rights.javaOf("^[]\\a&&[]+$")).matcher("]\\a&[").find());
    assertTrue(Pattern.compile(Rights.javaOf("^[^]x-]*$")).matcher("abc").find());
    assertFalse(Pattern.compile(Rights.javaOf("^[^]x-]*$")).matcher("a-").find());
    assertTrue(Pattern.compile(Rights.javaOf("a|\\*b")).matcher("*b").find());
  }
}
