package s6j.commands.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.chain.Command;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** Servers and clients of Unix sockets: ours and the original's, with each other. */
class IpcCommandsTest {
  private static final String[] BOTH = {"", "/usr/bin/"};

  /** Starts a server and waits until it says that it is ready; ends it when the script ends. */
  private static final String SERVE =
      "serve() { rm -f ready own; \"$@\" > ready 2> log & server=$!; n=0;"
          + " while ! test -s ready; do sleep 0.02; n=$((n + 1)); test $n -lt 1000 || exit 90;"
          + " done; }; trap 'kill $server' EXIT; ";

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    List<Command> commands = new ArrayList<>(AllCommands.list());
    both = Originals.of(commands, directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void compare(Map<String, String> environment, String... words) {
    assertEquals(
        withoutPid(both.original(environment, words)),
        withoutPid(both.ours(environment, words)),
        String.join(" ", words));
  }

  private static Outcome withoutPid(Outcome outcome) {
    return new Outcome(
        outcome.code(), outcome.stdout(), outcome.stderr().replaceAll("pid \\d+", "pid N"));
  }

  private String script(String script) {
    Outcome outcome = both.ours("sh", "-c", SERVE + script);
    assertEquals("", outcome.stderr());
    return outcome.stdout();
  }

  @Test
  void a_client_talks_to_a_program_of_the_server() {
    String program = " sh -c 'cat; env | grep -E \"^(PROTO|IPCR)\" | sort'";
    for (String server : BOTH) {
      for (String client : BOTH) {
        String script =
            "serve "
                + server
                + "s6-ipcserver -1 sock"
                + program
                + "; "
                + "printf 'hello\\n' | "
                + client
                + "s6-ipcclient -p own sock "
                + client
                + "s6-ioconnect; "
                + "printf 'again\\n' | "
                + client
                + "s6-ipcclient -l here sock "
                + client
                + "s6-ioconnect; cat log";
        String ids = "IPCREMOTEEGID=0\nIPCREMOTEEUID=0\n";
        assertEquals(
            "hello\n"
                + ids
                + "IPCREMOTEPATH=own\nPROTO=IPC\nagain\n"
                + ids
                + "IPCREMOTEPATH=\nPROTO=IPC\n",
            script(script),
            server + " " + client);
      }
    }
  }

  @Test
  void a_program_of_ours_serves_a_connection_without_an_exec() {
    assertEquals(
        "from us\n",
        script(
            "serve s6-ipcserver -1 sock s6-softlimit -c 0 s6-connlimit echo from us;"
                + " s6-ipcclient sock s6-ioconnect < /dev/null"));
  }

  @Test
  void a_client_gets_its_environment() {
    for (String client : BOTH) {
      String run =
          "rm -f own; " + client + "s6-ipcclient %s sock env | grep -E '^(PROTO|IPC)' | sort; ";
      assertEquals(
          "IPCLOCALPATH=\nPROTO=IPC\nIPCLOCALPATH=here\nPROTO=IPC\nIPCLOCALPATH=own\nPROTO=IPC\n",
          script(
              "export IPCLOCALPATH=x; serve s6-ipcserver -1 sock true; "
                  + run.formatted("")
                  + run.formatted("-l here")
                  + run.formatted("-p own")));
    }
  }

  @Test
  void a_client_that_cannot_connect_says_why() throws Exception {
    compare(Map.of(), "s6-ipcclient", "missing", "true");
    compare(Map.of(), "s6-ipcclient");
    compare(Map.of(), "s6-ipcclient", "-z", "sock", "true");
    Files.writeString(directory.resolve("file"), "");
    compare(Map.of(), "s6-ipcclient", "file", "true");
    compare(Map.of(), "s6-ipcclient", "-p", "missing/own", "file", "true");
    assertEquals(
        "s6-ipcclient: fatal: unable to connect to " + "x".repeat(108) + ": File name too long\n",
        both.ours("s6-ipcclient", "x".repeat(108), "true").stderr());
  }

  @Test
  void the_server_tells_of_every_connection() {
    for (String server : BOTH) {
      String log =
          script(
              "serve "
                  + server
                  + "s6-ipcserver -v -1 -c 9 -C 3 sock sh -c 'echo number $IPCCONNNUM; cat; exit 3';"
                  + " s6-ipcclient sock s6-ioconnect < /dev/null;"
                  + " until grep -q 'status: 0/9' log && grep -q end log; do sleep 0.02; done;"
                  + " kill $server; wait $server; echo $?; trap - EXIT; sed 's/pid [0-9]*/pid N/' log");
      assertEquals(
          "number 1\n0\n"
              + "s6-ipcserverd: info: starting\n"
              + "s6-ipcserverd: info: status: 0/9\n"
              + "s6-ipcserverd: info: allow 0:0 pid N count 1/3\n"
              + "s6-ipcserverd: info: status: 1/9\n"
              + "s6-ipcserverd: info: end pid N uid 0 exitcode 3\n"
              + "s6-ipcserverd: info: status: 0/9\n"
              + "s6-ipcserverd: info: received SIGTERM, quitting\n"
              + "s6-ipcserverd: info: exiting\n",
          log,
          server);
    }
  }

  @Test
  void one_user_has_so_many_connections_and_no_more() {
    String hold = "s6-ipcclient sock sh -c 'echo > held; read line <&6; echo $line' > first & ";
    for (String server : BOTH) {
      assertEquals(
          "first\n1\n",
          script(
              "serve "
                  + server
                  + "s6-ipcserver -v -1 -C 1 sock sh -c 'read x; echo $x'; "
                  + hold
                  + "until grep -q allow log; do sleep 0.02; done;"
                  + " s6-ipcclient sock sh -c 'cat <&6';"
                  + " kill -HUP $server; wait $!; echo first; grep -c deny log; rm held"));
    }
  }

  @Test
  void signals_are_for_the_server_or_for_its_children() {
    String client =
        "s6-ipcclient sock sh -c 'cat <&6' & " + "until grep -q started log; do sleep 0.02; done; ";
    String program =
        "sh -c 'trap \"echo got TERM >&2; exit\" TERM; echo started >&2;"
            + " while :; do sleep 0.05; done'";
    for (String server : BOTH) {
      for (String signal : new String[] {"HUP", "QUIT", "ABRT"}) {
        String expected = signal.equals("ABRT") ? "0\n" : "1\n";
        String wait =
            signal.equals("ABRT")
                ? "wait $!; "
                : "until grep -q 'got TERM' log; do sleep 0.02; done; ";
        String alive = signal.equals("HUP") ? "kill -0 $server; " : "wait $server; ";
        assertEquals(
            expected + "0\n",
            script(
                "serve "
                    + server
                    + "s6-ipcserver -v -1 sock "
                    + program
                    + "; "
                    + client
                    + "kill -"
                    + signal
                    + " $server; "
                    + wait
                    + "grep -c 'got TERM' log; "
                    + alive
                    + "echo $?"
                    + (signal.equals("HUP") ? "" : "; trap - EXIT")),
            server + " " + signal);
      }
    }
  }

  @Test
  void a_server_whose_messages_nobody_reads_any_more_goes_on() {
    String program = " sh -c 'grep SigBlk /proc/self/status; grep SigIgn /proc/self/status'";
    String client = "s6-ipcclient sock s6-ioconnect < /dev/null; ";
    String server = "%1$ss6-ipcserver-socketbinder sock %1$ss6-ipcserverd -1 -v 2" + program;
    String script =
        "mkfifo fifo; : > ready; "
            + server
            + " >ready 2>fifo & server=$!; head -n 1 < fifo; while ! [ -s ready ]; do sleep 0.01; done; "
            + client.repeat(3)
            + "kill -0 $server && echo alive; rm -f fifo sock ready";
    String ours = script(script.formatted(""));
    assertEquals(script(script.formatted("/usr/bin/")), ours);
    assertEquals("alive", ours.lines().reduce("", (first, second) -> second));
  }

  @Test
  void a_program_that_is_not_there_is_told_and_the_server_goes_on() {
    assertEquals(
        "s6-ipcserverd: warning: unable to exec nosuchprogram: No such file or directory\n"
            .repeat(2),
        script(
            "serve s6-ipcserver -1 sock nosuchprogram;"
                + " for i in 1 2; do s6-ipcclient sock sh -c 'cat <&6'; done; cat log"));
  }

  @Test
  void a_socket_is_bound_as_asked() throws Exception {
    String look =
        "stat -c '%a %F' sock; grep -c 'sock$' /proc/net/unix; readlink /proc/$$/fd/0 | sed 's/:.*//'";
    for (String[] options :
        new String[][] {{}, {"-a", "700"}, {"-a", "0600", "-B"}, {"-b", "5"}, {"-d"}, {"-M"}}) {
      List<String> words = new ArrayList<>(List.of("s6-ipcserver-socketbinder"));
      words.addAll(List.of(options));
      words.addAll(List.of("sock", "sh", "-c", look));
      compare(Map.of(), words.toArray(String[]::new));
    }
    String[] again = {"s6-ipcserver-socketbinder", "-D", "sock", "true"};
    compare(Map.of(), again);
    compare(Map.of(), "s6-ipcserver-socketbinder", "missing/sock", "true");
    compare(Map.of(), "s6-ipcserver-socketbinder", "-a", "9", "sock", "true");
    compare(Map.of(), "s6-ipcserver-socketbinder", "sock");
    assertEquals(0, both.ours("s6-ipcserver-socketbinder", "-m", "sock", "true").code());
  }

  @Test
  void the_wrapper_checks_its_options() {
    for (String[] words :
        new String[][] {
          {"s6-ipcserver"},
          {"s6-ipcserver", "sock"},
          {"s6-ipcserver", "-G", "x", "sock", "true"},
          {"s6-ipcserver", "-u", "x", "sock", "true"},
          {"s6-ipcserver", "-c", "x", "sock", "true"},
          {"s6-ipcserverd"},
          {"s6-ipcserverd", "true"},
          {"s6-ipcserverd", "-c", "x", "true"}
        }) {
      compare(Map.of(), words);
    }
  }

  @Test
  void the_wrapper_drops_privileges_after_binding() {
    assertEquals(
        "65534:65533\n",
        script(
            "chmod 711 .; serve s6-ipcserver -1 -u 65534 -g 65533 -G 65533 sock sh -c 'echo $(id -u):$(id -g)';"
                + " s6-ipcclient sock s6-ioconnect < /dev/null"));
  }

  // s6-ipcserver-access

  private void rule(String path, String content) throws Exception {
    Path file = directory.resolve("rules").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void access_is_by_the_first_rule_that_there_is() throws Exception {
    rule("uid/self/allow", "");
    rule("uid/self/env/WHO", "self\n");
    rule("uid/0/deny", "");
    rule("uid/5/allow", "");
    rule("uid/5/env/WHO", "five\n");
    rule("uid/5/env/GONE", "");
    rule("uid/6/nothing", "");
    rule("gid/7/allow", "");
    rule("gid/7/env/WHO", "group seven  \nmore\n");
    rule("uid/8/deny", "");
    rule("uid/9/allow", "");
    rule("uid/9/exec", "echo from exec");
    assertEquals(0, both.ours("s6-accessrules-cdb-from-fs", "cdb", "rules").code());
    for (String last : new String[] {"none", "allow", "deny"}) {
      if (!last.equals("none")) {
        rule("uid/default/" + last, "");
      }
      for (String uid : new String[] {"0", "5", "6", "8", "9", "4294967295", "10"}) {
        for (String gid : new String[] {"0", "7"}) {
          Map<String, String> client =
              Map.of("PROTO", "IPC", "IPCREMOTEEUID", uid, "IPCREMOTEEGID", gid, "GONE", "1");
          String[] rules =
              uid.equals("5") ? new String[] {"-irules", "-xcdb"} : new String[] {"-irules"};
          for (String option : rules) {
            compare(
                client,
                "s6-ipcserver-access",
                "-v2",
                "-E",
                option,
                "sh",
                "-c",
                "echo $WHO $GONE $PROTO");
          }
        }
      }
    }
  }

  @Test
  void a_cdb_of_ours_is_read_by_the_original_and_the_other_way_round() throws Exception {
    rule("uid/5/allow", "");
    rule("uid/5/env/WHO", "five\n");
    assertEquals(0, both.ours("s6-accessrules-cdb-from-fs", "ours", "rules").code());
    assertEquals(0, both.ours("/usr/bin/s6-accessrules-cdb-from-fs", "theirs", "rules").code());
    for (String uid : new String[] {"5", "6"}) {
      Map<String, String> client =
          Map.of("PROTO", "IPC", "IPCREMOTEEUID", uid, "IPCREMOTEEGID", "1");
      for (String cdb : new String[] {"ours", "theirs"}) {
        compare(client, "s6-ipcserver-access", "-v2", "-E", "-x", cdb, "sh", "-c", "echo $WHO");
      }
    }
  }

  @Test
  void access_needs_to_know_the_client() {
    Map<String, String> client = Map.of("PROTO", "IPC", "IPCREMOTEEUID", "0", "IPCREMOTEEGID", "0");
    compare(Map.of(), "s6-ipcserver-access", "-i", "rules", "true");
    compare(Map.of("PROTO", "IPC"), "s6-ipcserver-access", "-i", "rules", "true");
    compare(Map.of("PROTO", "IPC", "IPCREMOTEEUID", "x"), "s6-ipcserver-access", "-irules", "true");
    compare(client, "s6-ipcserver-access");
    compare(client, "s6-ipcserver-access", "-v2", "-i", "rules", "true");
    compare(client, "s6-ipcserver-access", "-v1", "-i", "rules", "true");
    compare(client, "s6-ipcserver-access", "-E", "true");
    compare(client, "s6-ipcserver-access", "-v2", "true");
    compare(client, "s6-ipcserver-access", "-x", "missing", "true");
    compare(client, "s6-ipcserver-access", "-l", "name", "sh", "-c", "env | grep IPC | sort");
  }

  @Test
  void access_tells_where_the_server_is() {
    for (String prefix : BOTH) {
      assertEquals(
          "sock\n",
          script(
              "serve "
                  + prefix
                  + "s6-ipcserver -1 sock "
                  + prefix
                  + "s6-ipcserver-access -v0 sh -c 'echo $IPCLOCALPATH';"
                  + " s6-ipcclient sock s6-ioconnect < /dev/null"));
    }
  }

  @Test
  void access_knows_better_than_a_rule_where_the_server_is() throws Exception {
    rule("uid/default/allow", "");
    rule("uid/default/env/IPCLOCALPATH", "elsewhere\n");
    for (String prefix : BOTH) {
      assertEquals(
          "sock\nnowhere\n",
          script(
              "for option in e E; do serve s6-ipcserver -1 sock "
                  + prefix
                  + "s6-ipcserver-access -v0 -$option -i rules"
                  + " sh -c 'echo ${IPCLOCALPATH-nowhere}';"
                  + " s6-ipcclient sock s6-ioconnect < /dev/null; done"));
    }
  }

  @Test
  void connections_are_limited_by_a_variable() {
    String[] words = {"s6-connlimit", "echo", "ok"};
    compare(Map.of(), words);
    compare(Map.of("PROTO", "IPC"), words);
    compare(Map.of("PROTO", "X", "XCONNNUM", "3"), words);
    compare(Map.of("PROTO", "X", "XCONNNUM", "x"), words);
    for (String most : new String[] {"2", "3", "4", "x", ""}) {
      compare(Map.of("PROTO", "IPC", "IPCCONNNUM", "3", "IPCCONNMAX", most), words);
    }
    compare(Map.of("PROTO", "IPC", "IPCCONNNUM", "3"), "s6-connlimit");
  }
}
