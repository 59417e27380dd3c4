package s6j.commands.sudo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.posix.Bytes;
import s6j.testing.CommandRunner.Outcome;

/** s6-sudo: our client and server, and the original's, with each other. */
class SudoCommandsTest {
  private static final String[] BOTH = {"", "/usr/bin/"};

  private static final String SERVE =
      "serve() { rm -f ready; \"$@\" > ready 2> log & server=$!; n=0;"
          + " while ! test -s ready; do sleep 0.02; n=$((n + 1)); test $n -lt 1000 || exit 90;"
          + " done; }; trap 'kill $server' EXIT; ";

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(AllCommands.list(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  /** The outcome is the same whoever is the client, and whoever the server. */
  private void expect(Outcome expected, String serverOptions, String server, String client) {
    for (String s : BOTH) {
      for (String c : BOTH) {
        Outcome outcome =
            both.ours(
                Map.of("EMPTY", "", "FULL", "server's"),
                "sh",
                "-c",
                SERVE
                    + ("serve " + s + "s6-ipcserver -1 sock " + s + "s6-sudod ")
                    + serverOptions
                    + " "
                    + server
                    + "; "
                    + client.formatted(c + "s6-sudo"));
        assertEquals(expected, outcome, s + "s6-sudod and " + c + "s6-sudo");
      }
    }
  }

  @Test
  void the_program_has_the_descriptors_and_arguments_of_the_client() {
    expect(
        new Outcome(7, "a b c d\nfrom stdin\n", "to stderr\n"),
        "",
        "sh -c 'echo $*; cat; echo to stderr >&2; exit 7' sh a 'b c'",
        "echo from stdin | %s sock d");
  }

  @Test
  void only_variables_that_are_empty_at_the_server_are_the_clients() {
    String client = "EMPTY=client FULL=client NEW=client %s sock; ";
    expect(
        new Outcome(0, "client,server's,unset\n", ""),
        "",
        "sh -c 'echo $EMPTY,$FULL,${NEW-unset}'",
        client);
    expect(
        new Outcome(0, ",server's,unset\n", ""),
        "",
        "sh -c 'echo $EMPTY,$FULL,${NEW-unset}'",
        client.replace("sock", "-e sock"));
  }

  @Test
  void descriptors_of_the_client_can_be_withheld() {
    String program = "sh -c 'cat; echo out; echo err >&2'";
    String client = "echo in | %s sock; cat log";
    expect(new Outcome(0, "out\n", "err\n"), "-0", program, client);
    expect(new Outcome(0, "", "err\n"), "-1", program, client);
    expect(new Outcome(0, "in\nout\nerr\n", ""), "-2", program, client);
    expect(new Outcome(0, "err\n", ""), "-d", program, client);
  }

  @Test
  void the_client_ends_as_the_program_did() {
    expect(new Outcome(9, "", ""), "", "sh -c 'exit 9'", "%s sock");
    expect(
        new Outcome(0, "137\n", ""),
        "",
        "sh -c 'kill -9 $$'",
        "sh -c '%s sock; echo $?' 2> /dev/null");
    expect(
        new Outcome(0, "143\n", ""),
        "",
        "sh -c 'kill $$'",
        "sh -c '%s sock; echo $?' 2> /dev/null");
    expect(new Outcome(0, "0\n", ""), "", "", "%s sock; echo $?");
    expect(new Outcome(0, "chosen by client\n", ""), "", "", "%s sock echo chosen by client");
  }

  @Test
  void a_program_that_is_not_there_is_told_to_both() {
    // The original tells the client twice: its child has the client's stderr already.
    String told =
        "s6-sudoc: fatal: unable to start privileged program: server answered: No such file or"
            + " directory\n";
    String[] log = {
      "s6-sudod: fatal: unable to exec nosuchprogram: No such file or directory\n", ""
    };
    for (int i = 0; i < 2; i++) {
      Outcome outcome =
          both.ours(
              "sh",
              "-c",
              SERVE
                  + ("serve " + BOTH[i] + "s6-ipcserver -1 sock " + BOTH[i])
                  + "s6-sudod nosuchprogram; s6-sudo sock; echo $?; cat log");
      assertEquals("111\n" + log[i], outcome.stdout());
      assertTrue(outcome.stderr().contains(told), outcome.stderr());
    }
  }

  @Test
  void the_program_ends_with_its_client_unless_it_is_detached() {
    String program =
        "sh -c 'trap \"echo > ended; exit\" TERM; echo > started; n=0;"
            + " while test $n -lt 400 && ! test -e stop; do sleep 0.05; n=$((n + 1)); done;"
            + " echo > finished'";
    String client =
        "exec 2> /dev/null; rm -f started stop ended finished; %s sock & client=$!;"
            + " until test -e started; do sleep 0.02; done; kill -9 $client; wait $client; ";
    expect(
        new Outcome(0, "ended\n", ""),
        "",
        program,
        client + "until test -e ended; do sleep 0.02; done; echo ended");
    expect(
        new Outcome(0, "finished\n", ""),
        "-d",
        program,
        client
            + "echo > stop; until test -e finished; do sleep 0.02; done; echo finished;"
            + " test ! -e ended");
  }

  @Test
  void waiting_has_a_limit() {
    for (String server : BOTH) {
      assertEquals(
          new Outcome(
              0,
              "111\n",
              "s6-sudoc: fatal: unable to get exit status from server: Connection timed out\n"),
          both.ours(
              "sh",
              "-c",
              SERVE
                  + ("serve " + server + "s6-ipcserver -1 sock " + server)
                  + "s6-sudod sleep 20; s6-sudo -T 50 sock; echo $?"));
      assertEquals(
          new Outcome(
              0,
              "s6-sudo b v1.0\n"
                  + "s6-sudod: fatal: unable to read message from client: Connection timed out\n",
              ""),
          both.ours(
              "sh",
              "-c",
              SERVE
                  + ("serve " + server + "s6-ipcserver -1 sock " + server)
                  + "s6-sudod -t 50 true; s6-ipcclient sock sh -c 'cat <&6'; cat log"));
    }
  }

  @Test
  void what_is_no_request_is_refused() {
    for (String server : BOTH) {
      assertEquals(
          "s6-sudo b v1.0\n"
              + "s6-sudod: fatal: unable to read message from client: Protocol error\n",
          both.ours(
                  "sh",
                  "-c",
                  SERVE
                      + ("serve " + server + "s6-ipcserver -1 sock " + server)
                      + "s6-sudod true; s6-ipcclient sock sh -c 'echo garbagegarbage >&7;"
                      + " cat <&6'; cat log")
              .stdout());
    }
    for (String[] words :
        new String[][] {{"s6-sudo"}, {"s6-sudoc", "-tx"}, {"s6-sudod", "-tx"}, {"s6-sudo", "no"}}) {
      assertEquals(both.original(Map.of(), words), both.ours(words));
    }
  }

  @Test
  void a_server_of_something_else_is_wrong_usage() {
    String script =
        SERVE
            + "serve s6-ipcserver -1 sock echo something else altogether; %ss6-sudo sock; echo $?";
    for (String client : BOTH) {
      assertEquals("100\n", both.ours("sh", "-c", script.formatted(client)).stdout());
    }
  }

  @Test
  void a_damaged_request_is_none() {
    SudoRequest request =
        new SudoRequest(Bytes.listOf("a", "", "b c"), Bytes.listOf("A=1", "B=\u00e9"));
    byte[] encoded = request.encoded();
    assertEquals(request, SudoRequest.decode(encoded));
    SudoRequest empty = new SudoRequest(List.of(), List.of());
    assertEquals(empty, SudoRequest.decode(empty.encoded()));
    for (int i = 0; i < encoded.length; i++) {
      assertNull(SudoRequest.decode(Arrays.copyOf(encoded, i)));
    }
    for (int i = 15; i < 31; i++) {
      byte[] changed = encoded.clone();
      changed[i] ^= (byte) 0x81;
      assertNull(SudoRequest.decode(changed));
    }
  }
}
