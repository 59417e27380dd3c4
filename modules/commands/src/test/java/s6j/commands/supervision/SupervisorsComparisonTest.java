package s6j.commands.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;

/** Our s6-svscan and s6-supervise, and Debian's, with the same services and the same orders. */
class SupervisorsComparisonTest {
  private static final String SLEEP = "exec sleep 1000";

  private static CommandRunner ours;

  @TempDir Path temp;

  @BeforeAll
  static void serve() throws Exception {
    ours = CommandRunner.of(SupervisionCommands.all());
  }

  @AfterAll
  static void close() throws Exception {
    ours.close();
  }

  /** What is played on both sides. */
  private interface Play {
    /** Returns what the two must have in common. */
    String on(Side side) throws Exception;
  }

  private Side side(Path programs, String name) throws Exception {
    return new Side(programs, Files.createDirectory(temp.resolve(name)));
  }

  private String played(Side side, Play play) throws Exception {
    try (side) {
      return play.on(side);
    }
  }

  /** Plays on both sides at the same time, and returns what came of it on both. */
  private String same(Play play) throws Exception {
    return same(play, "");
  }

  private String same(Play play, String name) throws Exception {
    Side mine = side(ours.directory(), "ours" + name);
    Side original = side(Path.of("/usr/bin"), "theirs" + name);
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      Future<String> theirs = two.submit(() -> played(original, play));
      Future<String> here = two.submit(() -> played(mine, play));
      assertEquals(theirs.get(), here.get());
      return theirs.get();
    }
  }

  @Test
  void files_have_the_same_names_modes_and_sizes() throws Exception {
    same(
        side -> {
          side.service("a", "echo said; exit 3");
          side.service("a/log", "exec cat >> $OUT");
          side.service("b", SLEEP);
          side.start("s6-svscan");
          side.await(() -> side.out().startsWith("said\n"));
          side.says("s6-svc", "-wD", "-T40000", "-O", "a");
          side.awaitUp("b");
          side.says("s6-svc", "-wr", "-T40000", "-r", "b");
          return side.says(
              "sh",
              "-c",
              "stat -c '%A %U:%G %n' .s6-svscan .s6-svscan/*"
                  + " a a/* a/*/* a/log/supervise/* b/* b/*/*;"
                  + " stat -c '%s %n' b/supervise/* | grep -v ' b/supervise/control'");
        });
  }

  @Test
  void run_and_finish_have_the_same_arguments_and_surroundings() throws Exception {
    String told =
        same(
            side -> {
              side.service(
                  "a",
                  "echo run $# $1 ${PWD##*/} $(readlink /proc/$$/fd/0) >> $OUT;"
                      + " cut -d' ' -f5,6 /proc/$$/stat | sed \"s/$$/own/g\" >> $OUT;"
                      + " grep -E '^Sig(Blk|Ign)|Max open' /proc/$$/status /proc/$$/limits"
                      + " | cut -d: -f2- >> $OUT;"
                      + " ls /proc/$$/fd >> $OUT; kill -9 $$");
              side.script("a/finish", "echo finish $1 $2 $3 >> $OUT; exit 125");
              side.start("s6-svscan");
              side.await(() -> side.out().endsWith("a\n"));
              side.awaitStatus("up,wantedup", "false false", "a");
              return side.out();
            });
    assertTrue(told.endsWith("finish 256 9 a\n"), told);
  }

  @Test
  void events_tell_of_a_life_with_readiness_to_its_end() throws Exception {
    String events =
        same(
            side -> {
              side.service("a", "echo >&3; " + SLEEP);
              side.file("a/notification-fd", "3\n");
              side.script("a/finish", "exit 0");
              side.listen("a");
              side.start("s6-svscan");
              side.awaitEvents("a", "suU");
              side.says("s6-svc", "-wR", "-T40000", "-r", "a");
              side.awaitEvents("a", "suUdDuU");
              side.says("s6-svc", "-wD", "-T40000", "-d", "a");
              side.says("s6-svscanctl", "-t", ".");
              assertEquals(0, side.end().code());
              side.awaitEvents("a", "suUdDuUdDx");
              return side.events("a");
            });
    assertEquals("suUdDuUdDx", events);
  }

  @Test
  void those_who_listen_with_the_original_tools_hear_of_a_restart() throws Exception {
    String told =
        same(
            side -> {
              side.service("a", SLEEP);
              side.start("s6-svscan");
              side.awaitUp("a");
              String last =
                  side.says(
                      "s6-ftrig-listen1", "-t", "40000", "a/event", "dDu", "s6-svc", "-r", "a");
              side.says("s6-svlisten1", "-r", "-t", "40000", "a", "s6-svc", "-k", "a");
              side.says("s6-svlisten1", "-D", "-t", "40000", "a", "s6-svc", "-d", "a");
              return last + side.status("up,signal", "a");
            });
    assertEquals("u\nfalse SIGTERM", told);
  }

  @Test
  void a_finish_script_that_stops_the_tree_is_the_end_of_its_service() throws Exception {
    String told =
        same(
            side -> {
              side.service("a", "echo run >> $OUT; exit 3");
              side.script("a/finish", "echo finish $1 $2 >> $OUT; exec s6-svscanctl -t ..");
              side.service("b", SLEEP);
              side.start("s6-svscan");
              return side.end() + side.out();
            });
    assertEquals("Outcome[code=0, stdout=, stderr=]run\nfinish 3 0\n", told);
  }

  @Test
  void events_tell_of_a_permanent_failure() throws Exception {
    same(
        side -> {
          side.service("a", "exit 4");
          side.script("a/finish", "exit 125");
          side.listen("a");
          side.start("s6-svscan");
          side.awaitEvents("a", "sudOD");
          return side.status("up,wantedup,ready,exitcode,signal", "a")
              + side.tool("s6-svwait", "-u", "-t500", "a").code()
              + side.says("sh", "-c", "s6-svdt a | cut -d' ' -f2-");
        });
  }

  @Test
  void a_finish_script_that_fails_otherwise_is_no_permanent_failure() throws Exception {
    same(
        side -> {
          side.service("a", "echo run >> $OUT; exit 7");
          side.script("a/finish", "echo finish $1 $2 >> $OUT; exit 124");
          side.start("s6-svscan");
          side.await(() -> side.out().startsWith("run\nfinish 7 0\nrun\n"));
          side.says("s6-svc", "-wD", "-T40000", "-O", "a");
          // It may have been down already, and then -wD does not wait for -O to be heard.
          side.awaitStatus("wantedup", "false", "a");
          return side.status("up,wantedup,exitcode", "a");
        });
  }

  @Test
  void the_death_tally_holds_what_the_original_writes() throws Exception {
    same(
        side -> {
          side.service("a", "echo x >> $OUT; test $(wc -l < $OUT) = 1 && exit 9; " + SLEEP);
          side.file("a/max-death-tally", "3");
          side.start("s6-svscan");
          side.awaitOut("x\nx\n");
          for (String signal : List.of("-h", "-k", "-a")) {
            side.says("s6-svc", "-wr", "-T40000", signal, "a");
          }
          side.says("s6-svc", "-wD", "-T40000", "-d", "a");
          String last = side.says("sh", "-c", "tail -c 2 a/supervise/death_tally | od -An -tx1");
          return side.says("sh", "-c", "s6-svdt a | cut -d' ' -f2-") + last;
        });
  }

  @Test
  void what_does_not_obey_is_killed_in_time_and_so_is_finish() throws Exception {
    same(
        side -> {
          side.service("a", "trap '' TERM; echo >&3; while :; do sleep 0.01; done");
          side.file("a/notification-fd", "3");
          side.file("a/timeout-kill", "200\n");
          side.script("a/finish", "echo finish $1 $2 >> $OUT; exec sleep 1000");
          side.file("a/timeout-finish", "200\n");
          side.start("s6-svscan");
          side.awaitStatus("ready", "true", "a");
          side.says("s6-svc", "-wD", "-T40000", "-d", "a");
          return side.out() + side.status("up,wantedup,signal", "a") + side.stderr();
        });
  }

  @Test
  void a_down_file_once_and_at_most_once() throws Exception {
    same(
        side -> {
          side.service("a", "echo run >> $OUT; sleep 0.2");
          side.file("a/down", "");
          side.start("s6-svscan");
          side.await(() -> side.supervised("a"));
          side.awaitStatus("up,wantedup,normallyup", "false false false", "a");
          side.says("s6-svc", "-o", "a");
          side.awaitOut("run\n");
          side.awaitStatus("up,wantedup", "false false", "a");
          side.says("s6-svc", "-wu", "-T40000", "-U", "a");
          String up = side.status("wantedup,normallyup", "a");
          side.says("s6-svc", "-Q", "a");
          side.awaitStatus("up,wantedup,normallyup", "false false false", "a");
          return up;
        });
  }

  @Test
  void signals_that_svc_sends_arrive() throws Exception {
    String told =
        same(
            side -> {
              side.service(
                  "a",
                  "for s in ALRM ABRT QUIT HUP TERM INT USR1 USR2 WINCH; do"
                      + " trap \"echo $s >> $OUT\" $s; done; echo >&3;"
                      + " while :; do sleep 0.01; done");
              side.file("a/notification-fd", "3");
              side.start("s6-svscan");
              side.awaitStatus("ready", "true", "a");
              StringBuilder expected = new StringBuilder();
              String[] names = "ALRM ABRT QUIT HUP TERM INT USR1 USR2 WINCH".split(" ");
              for (int i = 0; i < names.length; i++) {
                side.says("s6-svc", "-" + "abqhti12y".charAt(i), "a");
                expected.append(names[i]).append("\n");
                side.awaitOut(expected.toString());
              }
              side.says("s6-svc", "-p", "a");
              side.awaitStatus("paused", "true", "a");
              side.says("s6-svc", "-c", "a");
              side.awaitStatus("paused", "false", "a");
              // Not -d: whether its TERM is heard before the KILL is chance.
              side.says("s6-svc", "-wD", "-T40000", "-Ok", "a");
              return side.out() + side.status("up,signal", "a");
            });
    assertTrue(told.endsWith("false SIGKILL"), told);
  }

  @Test
  void rescans_find_new_services_and_prune_old_ones() throws Exception {
    same(
        side -> {
          side.service(".real", SLEEP);
          side.script(".real/finish", "echo finished >> $OUT");
          side.service("b", SLEEP);
          side.file("no-directory", "");
          side.start("s6-svscan");
          side.awaitUp("b");
          Files.createSymbolicLink(side.directory.resolve("a"), Path.of(".real"));
          side.says("s6-svscanctl", "-a", ".");
          side.awaitUp("a");
          Files.delete(side.directory.resolve("a"));
          side.service("c", SLEEP);
          side.says("s6-svscanctl", "-a", ".");
          side.awaitUp("c");
          String gone = side.status("up", ".real");
          side.says("s6-svscanctl", "-n", ".");
          side.awaitOut("finished\n");
          side.await(() -> !side.supervised(".real"));
          Files.move(side.directory.resolve("c"), side.directory.resolve(".c"));
          side.service("d", SLEEP);
          side.says("s6-svscanctl", "-h", ".");
          side.await(() -> !side.supervised(".c"));
          side.awaitUp("d");
          return gone + side.status("up", "b");
        });
  }

  @Test
  void a_new_service_is_found_on_a_timer_and_a_second_too_many_is_not() throws Exception {
    same(
        side -> {
          side.service("a", SLEEP);
          side.start("s6-svscan", "-t", "100", "-c", "2");
          side.awaitUp("a");
          side.service("b", SLEEP);
          side.awaitUp("b");
          side.service("c", SLEEP);
          side.await(() -> side.stderr().contains("\n"));
          return side.stderr().lines().findFirst().orElse("") + side.supervised("c");
        });
  }

  @Test
  void nothing_that_is_said_is_lost_when_service_or_logger_die() throws Exception {
    same(
        side -> {
          side.service("a", "echo one; echo two; " + SLEEP);
          side.service("a/log", "exec cat >> $OUT");
          side.start("s6-svscan");
          side.awaitOut("one\ntwo\n");
          side.says("s6-svc", "-wd", "-T40000", "-d", "a/log");
          side.says("s6-svc", "-wr", "-T40000", "-r", "a");
          side.says("s6-svc", "-wu", "-T40000", "-u", "a/log");
          side.awaitOut("one\ntwo\none\ntwo\n");
          side.says("s6-svscanctl", "-t", ".");
          Outcome end = side.end();
          return end + side.out() + side.supervised("a") + side.supervised("a/log");
        });
  }

  @Test
  void loggers_end_after_what_they_log_and_svscan_after_them() throws Exception {
    String told =
        same(
            side -> {
              side.service(
                  "a", "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.01; done");
              side.service("a/log", "while read line; do echo $line >> $OUT; done");
              side.script(".s6-svscan/finish", "echo finish $#; exit 42");
              side.start("s6-svscan");
              side.awaitOut("up\n");
              side.says("s6-svscanctl", "-t", ".");
              return side.end() + side.out();
            });
    assertEquals("Outcome[code=42, stdout=finish 0\n, stderr=]up\nbye\n", told);
  }

  @Test
  void a_tree_ends_by_term_int_quit_and_by_svscanctl() throws Exception {
    for (String how : List.of("TERM", "INT", "QUIT", "-q", "-i")) {
      String told =
          same(
              side -> {
                side.service("a", SLEEP);
                side.service("a/log", "trap 'exit 1' TERM; while :; do sleep 0.01; done");
                side.script(".s6-svscan/finish", "echo ended");
                side.start("s6-svscan");
                side.awaitUp("a");
                side.awaitUp("a/log");
                if (how.startsWith("-")) {
                  side.says("s6-svscanctl", how, ".");
                } else {
                  side.signal(how);
                }
                if (!how.equals("QUIT") && !how.equals("-q")) {
                  side.await(() -> !side.supervised("a"));
                  side.says("s6-svc", "-k", "a/log");
                }
                return side.end().toString();
              },
              how);
      assertEquals("Outcome[code=0, stdout=ended\n, stderr=]", told, how);
    }
  }

  @Test
  void scripts_replace_what_signals_do() throws Exception {
    same(
        side -> {
          side.service("a", SLEEP);
          for (String signal : List.of("HUP", "INT", "TERM", "QUIT", "USR1", "USR2", "WINCH")) {
            side.script(".s6-svscan/SIG" + signal, "echo $0 $# >> $OUT");
          }
          side.start("s6-svscan");
          side.awaitUp("a");
          for (String signal : List.of("HUP", "INT", "TERM", "QUIT", "USR1", "USR2", "WINCH")) {
            side.signal(signal);
            side.await(() -> side.out().contains("SIG" + signal));
          }
          Files.delete(side.directory.resolve(".s6-svscan/SIGTERM"));
          side.service("b", SLEEP);
          side.signal("ALRM");
          side.awaitUp("b");
          side.signal("TERM");
          return side.end().toString() + side.out().replace("./", "");
        });
  }

  @Test
  void crash_is_what_follows_when_finish_cannot_be_executed() throws Exception {
    same(
        side -> {
          side.script(".s6-svscan/crash", "echo crashed; exit 5");
          side.file(".s6-svscan/finish", "#!/bin/sh\n");
          side.start("s6-svscan");
          side.await(() -> side.tool("s6-svscanctl", "-t", ".").code() == 0);
          Outcome end = side.end();
          return end.code() + end.stdout() + end.stderr();
        });
  }

  @Test
  void without_crash_the_exit_code_says_that_finish_cannot_be_executed() throws Exception {
    same(
        side -> {
          Files.createDirectory(side.directory.resolve(".s6-svscan"));
          side.file(".s6-svscan/finish", "#!/bin/sh\n");
          side.start("s6-svscan");
          side.await(() -> side.tool("s6-svscanctl", "-b", ".").code() == 0);
          return Integer.toString(side.end().code());
        });
  }

  @Test
  void readiness_is_told_and_the_console_is_given_back() throws Exception {
    String told =
        same(
            side -> {
              side.service("a", "echo from a; " + SLEEP);
              side.script(".s6-svscan/finish", "echo to the console");
              side.startBy("exec 4>console; exec $P/s6-svscan -X 4 -d 3 3>ready >said 2>&1");
              side.await(() -> Files.exists(side.directory.resolve("said")));
              side.await(() -> side.says("cat", "ready", "said").equals("\nfrom a\n"));
              side.says("s6-svscanctl", "-t", ".");
              return side.end().code() + side.says("cat", "ready", "said", "console");
            });
    assertEquals("0\nfrom a\nto the console\n", told);
  }

  @Test
  void wrong_use_is_told_in_the_same_way() throws Exception {
    same(
        side -> {
          side.service("a", SLEEP);
          side.start("s6-svscan", ".");
          side.awaitUp("a");
          Side second = new Side(side.programs(), side.directory);
          StringBuilder told = new StringBuilder();
          String[][] wrong = {
            {"s6-svscan", "."},
            {"s6-svscan", "-d", "2", "."},
            {"s6-svscan", "-X", "0", "."},
            {"s6-svscan", "-d", "77", "."},
            {"s6-supervise", "a"},
            {"s6-supervise", "none"},
            {"s6-svscan", "none"},
          };
          for (String[] words : wrong) {
            Outcome outcome = second.run(words[0], Arrays.copyOfRange(words, 1, words.length));
            told.append(outcome.code()).append(words.length > 2 ? "" : outcome.stderr());
          }
          told.append(second.run("s6-svscan", "-Z").code());
          told.append(second.run("s6-svscan", "-t", "x").code());
          told.append(second.run("s6-supervise").code());
          return told.toString().replace("chdir to none", "chdir");
        });
  }

  @Test
  void supervise_alone_ends_by_its_signals() throws Exception {
    for (String signal : List.of("TERM", "HUP", "INT")) {
      String told =
          same(
              side -> {
                Path service =
                    side.service(
                        "a", "trap 'exit 6' INT; echo >&3; " + "while :; do sleep 0.01; done");
                side.file("a/notification-fd", "3");
                side.listen("a");
                side.start("s6-supervise", "a");
                side.awaitStatus("ready", "true", "a");
                side.signal(signal);
                if (signal.equals("HUP")) {
                  side.says("s6-svc", "-t", service.toString());
                }
                Outcome end = side.end();
                if (!signal.equals("INT")) {
                  side.awaitEvents("a", "suUdDx");
                }
                return end.toString() + side.supervised("a");
              },
              signal);
      assertTrue(told.startsWith("Outcome[code=0, stdout=, stderr="), told);
    }
  }

  @Test
  void supervise_that_quits_leaves_its_service_alone() throws Exception {
    same(
        side -> {
          side.service("a", SLEEP);
          side.start("s6-supervise", "a");
          side.awaitUp("a");
          String pid = side.status("pid", "a");
          side.signal("QUIT");
          int code = side.end().code();
          boolean alive = side.tool("kill", "-0", pid).code() == 0;
          side.says("kill", pid);
          return code + " " + alive + side.supervised("a");
        });
  }

  @Test
  void supervise_leaves_when_it_is_told_to_and_its_service_is_over() throws Exception {
    String told =
        same(
            side -> {
              side.service("a", "echo run >> $OUT; " + SLEEP);
              side.script("a/finish", "echo finish >> $OUT");
              side.listen("a");
              side.start("s6-supervise", "a");
              side.awaitOut("run\n");
              side.says("s6-svc", "-x", "a");
              side.says("s6-svc", "-t", "a");
              Outcome end = side.end();
              side.awaitEvents("a", "sudDx");
              return end + side.out();
            });
    assertEquals("Outcome[code=0, stdout=, stderr=]run\nfinish\n", told);
  }
}
