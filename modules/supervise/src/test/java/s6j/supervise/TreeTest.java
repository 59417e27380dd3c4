package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import s6j.testing.CommandRunner.Outcome;

/** A supervision tree with real processes, driven and looked at with Debian's s6. */
class TreeTest {
  private static final String SLEEP = "exec sleep 1000";

  private Tree tree;

  @BeforeEach
  void start() throws Exception {
    tree = new Tree();
  }

  @AfterEach
  void stop() throws Exception {
    tree.close();
  }

  private String up(String service) {
    return tree.svstat("up,wantedup,ready", service);
  }

  @Test
  void svstat_tells_of_a_service_that_is_up_and_svok_of_its_supervisor() throws Exception {
    tree.service("a", SLEEP);
    tree.scan();
    assertEquals(0, tree.tool("s6-svok", "a").code());
    String pid = tree.pid("a");
    Path words = Path.of("/proc/" + pid + "/cmdline");
    Tree.await(() -> Files.readString(words).contains("sleep\0001000"));
    assertTrue(tree.says("s6-svstat", "a").matches("up \\(pid " + pid + "\\) \\d+ seconds\n"));
    assertEquals(1, tree.tool("s6-svok", ".s6-svscan").code());
  }

  @Test
  void svstat_tells_of_one_that_was_never_started() throws Exception {
    Files.createFile(tree.service("a", SLEEP).resolve("down"));
    tree.scan();
    assertTrue(
        tree.says("s6-svstat", "a")
            .matches("down \\(exitcode 0\\) \\d seconds, ready \\d seconds\n"));
  }

  @Test
  void svc_starts_stops_kills_and_waits() throws Exception {
    tree.service("a", SLEEP);
    tree.scan();
    assertEquals("", tree.says("s6-svc", "-wD", "-T20000", "-d", "a"));
    assertEquals("false false SIGTERM", tree.svstat("up,wantedup,signal", "a"));
    assertEquals("", tree.says("s6-svc", "-wu", "-T20000", "-u", "a"));
    assertEquals("true true", tree.svstat("up,wantedup", "a"));
    String pid = tree.pid("a");
    tree.says("s6-svc", "-wr", "-T20000", "-k", "a");
    assertNotEquals(pid, tree.svstat("pid", "a"));
    tree.says("s6-svc", "-wd", "-T20000", "-wd", "-o", "-t", "a");
  }

  @Test
  void svwait_and_svlisten1_hear_of_readiness() throws Exception {
    Path service = tree.service("a", "sleep 0.3; echo >&3; " + SLEEP);
    Files.writeString(service.resolve("notification-fd"), "3\n");
    tree.scan();
    assertEquals("true true false", up("a"));
    assertEquals(0, tree.tool("s6-svwait", "-U", "-t20000", "a").code());
    assertEquals("true true true", up("a"));
    assertEquals(0, tree.tool("s6-svlisten1", "-R", "-t20000", "a", "s6-svc", "-r", "a").code());
    assertEquals("true true true", up("a"));
    assertEquals(99, tree.tool("s6-svwait", "-d", "-t50", "a").code());
  }

  @Test
  void svdt_lists_the_deaths_and_svdt_clear_forgets_them() throws Exception {
    Path service = tree.service("a", "trap 'exit 7' USR1; echo >&3; while :; do sleep 0.01; done");
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    tree.says("s6-svc", "-wd", "-T20000", "-1", "a");
    tree.says("s6-svwait", "-u", "-t20000", "a");
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    String label = "@4[0-9a-f]{23} ";
    String deaths = tree.says("s6-svdt", "a");
    assertTrue(deaths.matches(label + "exitcode 7\n" + label + "signal SIGTERM\n"), deaths);
    tree.says("s6-svdt-clear", "a");
    assertEquals("", tree.says("s6-svdt", "a"));
  }

  @Test
  void permafailon_in_finish_ends_a_service_that_dies_too_often() throws Exception {
    Path service = tree.service("a", "exit 4");
    Tree.script(service, "finish", "exec s6-permafailon 60 2 4 true");
    tree.scan();
    Outcome outcome = tree.tool("s6-svwait", "-u", "-t20000", "a");
    assertEquals(0, outcome.code());
    Tree.await(() -> !tree.svstat("wantedup", "a").equals("true"));
    assertEquals("false false 4", tree.svstat("up,wantedup,exitcode", "a"));
    assertEquals(2, tree.says("s6-svdt", "a").lines().count());
  }

  @Test
  void svscanctl_scans_prunes_and_asks_to_stop() throws Exception {
    Path elsewhere = Files.createDirectory(tree.directory.resolve(".elsewhere"));
    Path real = Files.createDirectory(elsewhere.resolve("real"));
    Tree.script(real, "run", SLEEP);
    Tree.script(real, "finish", "echo finished >> $OUT");
    Files.createSymbolicLink(tree.directory.resolve("a"), real);
    tree.says("s6-svscanctl", "-a", ".");
    Tree.await(() -> tree.tool("s6-svok", "a").code() == 0);
    Files.delete(tree.directory.resolve("a"));
    tree.says("s6-svscanctl", "-a", ".");
    Thread.sleep(50);
    Tree.await(() -> tree.svstat("up", real.toString()).equals("true"));
    tree.says("s6-svscanctl", "-n", ".");
    Tree.await(() -> tree.tool("s6-svok", real.toString()).code() == 1);
    assertEquals("finished\n", tree.out());
    tree.says("s6-svscanctl", "-zt", ".");
    Tree.await(() -> tree.stops.equals(List.of('t')));
  }

  @Test
  void the_files_have_the_modes_of_the_original() throws Exception {
    Path service = tree.service("a", SLEEP);
    tree.scan();
    String ours = tree.says("sh", "-c", "stat -c '%A %n' */event */supervise */supervise/* .s6*/*");
    tree.says("sh", "-c", "mkdir -p .original/a; cp a/run .original/a");
    Process svscan =
        new ProcessBuilder("s6-svscan", tree.directory.resolve(".original").toString()).start();
    try {
      Path status = tree.directory.resolve(".original/a/supervise/status");
      Tree.await(() -> tree.tool("s6-svstat", "-u", ".original/a").stdout().equals("true\n"));
      String theirs =
          tree.says(
              "sh", "-c", "cd .original; stat -c '%A %n' */event */supervise */supervise/* .s6*/*");
      assertEquals(theirs, ours);
      byte[] mine = Files.readAllBytes(service.resolve("supervise/status"));
      byte[] original = Files.readAllBytes(status);
      assertEquals(original.length, mine.length);
      assertEquals(original[34], mine[34]);
      assertTrue(Math.abs(seconds(original) - seconds(mine)) <= 20);
    } finally {
      svscan.destroy();
      svscan.waitFor();
      tree.tool("s6-svc", "-dx", ".original/a");
      Tree.await(() -> tree.tool("s6-svok", ".original/a").code() == 1);
    }
  }

  private static long seconds(byte[] status) {
    return java.nio.ByteBuffer.wrap(status).getLong();
  }

  @Test
  void an_event_directory_keeps_the_mode_that_somebody_gave_it() throws Exception {
    Path event = Files.createDirectory(tree.service("a", SLEEP).resolve("event"));
    Files.setPosixFilePermissions(event, PosixFilePermissions.fromString("rwxr-x--x"));
    tree.scan();
    assertEquals("rwxr-x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(event)));
  }

  @Test
  void links_that_lead_nowhere_yet_are_followed_and_made() throws Exception {
    Path service = tree.service("a", SLEEP);
    Files.createSymbolicLink(service.resolve("supervise"), tree.directory.resolve(".s"));
    Files.createSymbolicLink(service.resolve("event"), tree.directory.resolve(".e"));
    tree.scan();
    assertEquals("true", tree.svstat("up", "a"));
    assertEquals("drwx-ws--T\n", tree.says("stat", "-c", "%A", ".e"));
    assertEquals("drwx------\n", tree.says("stat", "-c", "%A", ".s"));
  }

  @Test
  void listeners_that_are_gone_are_swept_and_links_not_followed() throws Exception {
    Path service = tree.service("a", SLEEP);
    tree.scan();
    Path stale = service.resolve("event/ftrig1:@400000000000000000000000:AAAAAA");
    tree.says("mkfifo", stale.toString());
    Path victim = Files.writeString(tree.directory.resolve(".victim"), "safe");
    Files.createSymbolicLink(
        service.resolve("event/ftrig1:@400000000000000000000000:BBBBBB"), victim);
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    Tree.await(() -> !Files.exists(stale));
    assertEquals("safe", Files.readString(victim));
  }

  @Test
  void run_and_finish_are_told_what_they_need() throws Exception {
    Path service = tree.service("a", "echo run $# $1 $PWD >> $OUT; kill -9 $$");
    Tree.script(service, "finish", "echo finish $# $1 $2 $3 >> $OUT; exit 125");
    tree.scan();
    tree.says("s6-svwait", "-D", "-t20000", "a");
    assertEquals("run 1 a " + service + "\nfinish 4 256 9 a\n", tree.out());
  }

  @Test
  void a_service_that_dies_at_once_is_restarted_once_a_second() throws Exception {
    tree.service("a", "date +%s%3N >> $OUT");
    long before = System.currentTimeMillis();
    tree.scan();
    Tree.await(() -> tree.out().lines().count() >= 3);
    List<Long> starts = tree.out().lines().map(Long::valueOf).toList();
    // Any of them may have been late to say when it began.
    assertTrue(starts.get(1) - before >= 990, before + " " + starts);
    assertTrue(starts.get(2) - before >= 1990, before + " " + starts);
  }

  @Test
  void a_service_that_dies_after_its_readiness_is_ready_again_in_its_next_life() throws Exception {
    Path service = tree.service("a", "echo >&3; exec sleep 1.05");
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    for (int i = 0; i < 3; i++) {
      tree.says("s6-svwait", "-U", "-t20000", "a");
      tree.says("s6-svwait", "-d", "-t20000", "a");
    }
  }

  @Test
  void the_end_of_a_notification_pipe_belongs_to_the_process_that_had_it() throws Exception {
    Path service = tree.service("a", "sleep 1.05; exit 0");
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    Tree.script(service, "run.next", "sleep 0.2; echo >&3; " + SLEEP);
    Files.move(
        service.resolve("run.next"),
        service.resolve("run"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    tree.says("s6-svwait", "-U", "-t20000", "a");
  }

  @Test
  void nothing_that_is_opened_for_a_life_stays_open() throws Exception {
    Path service = tree.service("a", "echo >&3; exec sleep 1000");
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    long before = tree.descriptors();
    for (int i = 0; i < 5; i++) {
      tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
      tree.says("s6-svc", "-wU", "-T20000", "-u", "a");
    }
    assertEquals(before, tree.descriptors());
  }

  @Test
  void a_supervisor_that_cannot_have_the_lock_tries_again_and_loses_no_descriptor()
      throws Exception {
    Path service = tree.service("a", SLEEP);
    Files.createDirectory(service.resolve("supervise"));
    Process other =
        new ProcessBuilder("s6-setlock", service + "/supervise/lock", "sleep", "1000").start();
    // It has the lock when it has become the other program.
    Tree.await(() -> other.info().command().orElse("").endsWith("sleep"));
    Path tally = Files.writeString(service.resolve("supervise/death_tally"), "x".repeat(14));
    long before = tree.descriptors();
    tree.scan();
    Tree.await(() -> !tree.warnings.isEmpty());
    Thread.sleep(1100);
    assertEquals(1, tree.warnings.size(), tree.warnings::toString);
    Tree.await(() -> tree.descriptors() == before);
    assertEquals(14, Files.size(tally));
    other.destroy();
    Tree.await(() -> tree.tool("s6-svstat", "a").code() == 0);
    assertEquals(0, Files.size(tally));
  }

  @Test
  void a_logger_gets_everything_and_ends_after_its_service() throws Exception {
    tree.service("a/log", "exec cat >> $OUT");
    tree.service("a", "echo one; exec sleep 1000");
    tree.scan();
    Tree.await(() -> tree.out().equals("one\n"));
    tree.says("s6-svc", "-wr", "-T20000", "-t", "a/log");
    tree.says("s6-svc", "-wr", "-T20000", "-t", "a");
    Tree.await(() -> tree.out().equals("one\none\n"));
    tree.loop().call(() -> tree.scanDirectory().terminate(false));
    Tree.await(() -> tree.tool("s6-svok", "a/log").code() == 1);
    Tree.await(() -> tree.scanDirectory().remaining().isEmpty());
  }

  @Test
  void a_logger_ends_even_when_its_service_has_no_supervisor_at_the_stop() throws Exception {
    tree.service("a/log", "exec cat >> $OUT");
    tree.service("a", SLEEP);
    tree.scan();
    tree.says("s6-svc", "-dx", "a");
    Tree.await(() -> tree.tool("s6-svok", "a").code() == 1);
    tree.loop().call(() -> tree.scanDirectory().terminate(false));
    Tree.await(() -> tree.scanDirectory().allGone());
  }

  @Test
  void a_supervisor_that_was_told_to_leave_is_replaced() throws Exception {
    tree.service("a", SLEEP);
    tree.scan();
    tree.says("s6-svc", "-xd", "a");
    Tree.await(() -> tree.tool("s6-svok", "a").code() == 1);
    Tree.await(() -> tree.tool("s6-svok", "a").code() == 0);
    // It has the lock a moment before it has started the service.
    Tree.await(() -> tree.svstat("up", "a").equals("true"));
  }

  @Test
  void another_directory_at_the_same_place_waits_until_the_first_has_gone() throws Exception {
    Path first =
        tree.service(
            "a",
            "trap 'sleep 0.2; echo first >> $OUT; exit' TERM; echo >&3;"
                + " while :; do sleep 0.01; done");
    Files.writeString(first.resolve("notification-fd"), "3");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    Files.move(first, tree.directory.resolve(".old"));
    tree.service("a", "echo second >> $OUT; " + SLEEP);
    tree.scan();
    Tree.await(() -> tree.out().endsWith("second\n"));
    assertEquals("first\nsecond\n", tree.out());
  }

  @Test
  void a_link_that_leads_elsewhere_now_is_another_service_beside_the_first() throws Exception {
    Path link = tree.directory.resolve("a");
    for (String name : List.of(".one", ".two")) {
      Tree.script(Files.createDirectory(tree.directory.resolve(name)), "run", SLEEP);
    }
    Files.createSymbolicLink(link, Path.of(".one"));
    tree.scan();
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of(".two"));
    tree.scan();
    assertEquals("true", tree.svstat("up", ".one"));
    assertEquals("true", tree.svstat("up", ".two"));
    tree.says("s6-svscanctl", "-an", ".");
    Tree.await(() -> tree.tool("s6-svok", ".one").code() == 1);
    assertEquals("true", tree.svstat("up", "a"));
  }

  @Test
  void one_that_does_not_obey_is_killed_in_time() throws Exception {
    Path service = tree.service("a", "trap '' TERM; echo >&3; while :; do sleep 0.01; done");
    Files.writeString(service.resolve("notification-fd"), "3");
    Files.writeString(service.resolve("timeout-kill"), "100\n");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    assertEquals("SIGKILL", tree.svstat("signal", "a"));
  }

  @Test
  void a_finish_script_that_takes_too_long_is_killed() throws Exception {
    Path service = tree.service("a", SLEEP);
    Tree.script(service, "finish", "exec sleep 1000");
    Files.writeString(service.resolve("timeout-finish"), "100");
    tree.scan();
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    assertTrue(tree.says("s6-svstat", "a").matches("(?s).*, ready \\d+ seconds.*"));
  }

  @Test
  void the_down_signal_is_the_one_that_the_file_names() throws Exception {
    Path service = tree.service("a", SLEEP);
    Files.writeString(service.resolve("down-signal"), "sigint\n");
    tree.scan();
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    assertEquals("SIGINT", tree.svstat("signal", "a"));
  }

  @Test
  void two_hundred_services_start() throws Exception {
    for (int i = 0; i < 200; i++) {
      tree.service("s" + i, SLEEP);
    }
    tree.scan();
    for (int i = 0; i < 200; i += 20) {
      assertEquals("true", tree.svstat("up", "s" + i));
    }
    assertEquals(200, tree.scanDirectory().remaining().size());
  }

  @Test
  void the_next_brain_keeps_pids_stamps_readiness_and_loggers() throws Exception {
    tree.service("a/log", "exec cat >> $OUT");
    Path service = tree.service("a", "echo life; echo >&3; " + SLEEP);
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    Tree.await(() -> tree.out().equals("life\n"));
    String fields = "up,ready,pid,updownsince,readysince";
    String before = tree.svstat(fields, "a") + tree.svstat(fields, "a/log");
    tree.killBrain();
    assertEquals(before, tree.svstat(fields, "a") + tree.svstat(fields, "a/log"));
    assertEquals(0, tree.tool("s6-svok", "a").code());
    tree.says("s6-svc", "-wR", "-T20000", "-r", "a");
    Tree.await(() -> tree.out().equals("life\nlife\n"));
  }

  @Test
  void a_status_that_is_lost_with_the_brain_starts_nothing_twice() throws Exception {
    Path service = tree.service("a", "echo start >> $OUT; " + SLEEP);
    tree.scan();
    Tree.await(() -> tree.out().equals("start\n"));
    String pid = tree.pid("a");
    Files.delete(service.resolve("supervise/status"));
    tree.killBrain();
    assertEquals(pid, tree.svstat("pid", "a"));
    assertEquals("start\n", tree.out());
    assertFalse(tree.tool("s6-svok", "a").code() != 0);
  }

  @Test
  void a_run_that_asks_for_it_has_the_lock_of_its_service() throws Exception {
    Path service = tree.service("a", "echo run >> $OUT; " + SLEEP);
    Files.writeString(service.resolve("lock-fd"), "5\n");
    Path lock = service.resolve("supervise/service-lock");
    tree.scan();
    tree.says("s6-svwait", "-u", "-t20000", "a");
    String pid = tree.pid("a");
    assertEquals(lock, Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/5")));
    assertEquals(1, tree.tool("s6-setlock", "-n", lock.toString(), "true").code());
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    assertEquals(0, tree.tool("s6-setlock", "-n", lock.toString(), "true").code());
  }

  @Test
  void a_service_whose_lock_is_held_is_not_started_until_it_is_asked_for_again() throws Exception {
    Path service = tree.service("a", "echo run >> $OUT; " + SLEEP);
    Files.writeString(service.resolve("lock-fd"), "5\n");
    Files.createFile(service.resolve("down"));
    tree.scan();
    Path lock = service.resolve("supervise/service-lock");
    Process other = new ProcessBuilder("s6-setlock", lock.toString(), "sleep", "1000").start();
    Tree.await(() -> tree.tool("s6-setlock", "-n", lock.toString(), "true").code() == 1);
    long before = tree.descriptors();
    tree.says("s6-svc", "-u", "a");
    Tree.await(() -> tree.svstat("up,wantedup", "a").equals("false true"));
    assertEquals(before, tree.descriptors());
    assertEquals("", tree.out());
    other.destroy();
    other.waitFor();
    tree.says("s6-svc", "-wu", "-T20000", "-u", "a");
    Tree.await(() -> tree.out().equals("run\n"));
  }

  @Test
  void nosetsid_keeps_a_service_in_the_session_and_perhaps_in_the_group() throws Exception {
    String ids = "set -- $(cut -d' ' -f1,5,6 /proc/$$/stat); echo $1 $2 $3 > ids; " + SLEEP;
    tree.service("a", ids);
    Files.createFile(tree.service("b", ids).resolve("nosetsid"));
    Files.writeString(tree.service("c", ids).resolve("nosetsid"), "setpgrp\n");
    tree.scan();
    String[][] found = new String[3][];
    for (int i = 0; i < 3; i++) {
      Path file = tree.directory.resolve((char) ('a' + i) + "/ids");
      Tree.await(() -> Files.exists(file) && Files.size(file) > 5);
      found[i] = Files.readString(file).strip().split(" ");
    }
    assertEquals(List.of(found[0][0], found[0][0]), List.of(found[0][1], found[0][2]));
    assertNotEquals(found[1][0], found[1][1]);
    assertEquals(found[2][0], found[2][1]);
    assertNotEquals(found[2][0], found[2][2]);
    assertEquals(found[1][2], found[2][2]);
  }

  @Test
  void flag_newpidns_makes_a_service_pid_1_and_no_other() throws Exception {
    String run = "trap 'exit 3' TERM; echo $1 $$ > pids; echo >&3; while :; do sleep 0.05; done";
    Path service = tree.service("a", run);
    Files.createFile(service.resolve("flag-newpidns"));
    Files.writeString(service.resolve("notification-fd"), "3");
    Files.writeString(tree.service("b", run).resolve("notification-fd"), "3");
    Files.writeString(tree.service("c", run).resolve("notification-fd"), "3");
    tree.scan();
    for (String name : List.of("a", "b", "c")) {
      tree.says("s6-svwait", "-U", "-t20000", name);
    }
    assertEquals("a 1\n", Files.readString(service.resolve("pids")));
    for (String name : List.of("b", "c")) {
      String pid = tree.pid(name);
      assertEquals(
          name + " " + pid + "\n", Files.readString(tree.directory.resolve(name + "/pids")));
    }
    tree.says("s6-svc", "-wD", "-T20000", "-d", "a");
    assertEquals("3", tree.svstat("exitcode", "a"));
    tree.says("s6-svc", "-wr", "-T20000", "-r", "b");
    assertNotEquals("1", tree.svstat("pid", "b"));
  }

  private static void fifo(Path at) throws Exception {
    Files.deleteIfExists(at);
    assertEquals(0, new ProcessBuilder("mkfifo", "-m", "755", at.toString()).start().waitFor());
  }

  @Test
  void fifos_where_scripts_are_expected_hold_up_nothing() throws Exception {
    fifo(tree.service("a", "").resolve("run"));
    fifo(tree.service("b", SLEEP).resolve("finish"));
    tree.service("c", SLEEP);
    tree.scan();
    assertEquals("false true false", up("a"));
    tree.says("s6-svc", "-wD", "-T20000", "-d", "b");
    assertEquals("false false false", up("b"));
    assertEquals("true true false", up("c"));
  }

  @Test
  void fifos_where_a_supervisor_writes_hold_up_nothing() throws Exception {
    Path service = tree.service("a", SLEEP);
    tree.service("b", SLEEP);
    Path supervise = Files.createDirectory(tree.service("c", SLEEP).resolve("supervise"));
    fifo(supervise.resolve("status.new"));
    fifo(supervise.resolve("death_tally"));
    tree.scan();
    Files.writeString(service.resolve("timeout-kill"), "20000");
    for (String name : List.of("status.new", "death_tally", "death_tally.new", "kill-at")) {
      fifo(service.resolve("supervise").resolve(name));
    }
    fifo(service.resolve("down"));
    String pid = tree.pid("a");
    tree.says("s6-svc", "-D", "a");
    Tree.await(() -> !Files.exists(Path.of("/proc/" + pid)));
    Files.delete(service.resolve("supervise/status.new"));
    tree.says("s6-svc", "-wr", "-T20000", "-r", "b");
    tree.says("s6-svc", "-wu", "-T20000", "-u", "a");
  }

  @Test
  void a_directory_at_the_place_of_one_that_was_renamed_is_supervised_instead() throws Exception {
    Path service = tree.service("a", "echo $$ >> $OUT; exec sleep 1000");
    tree.scan();
    String first = tree.pid("a");
    Files.move(service, tree.directory.resolve("b"));
    tree.scan();
    assertTrue(Files.exists(Path.of("/proc/" + first)));
    tree.service("a", "echo $$ >> $OUT; exec sleep 1000");
    tree.scan();
    Tree.await(() -> tree.out().lines().count() == 3);
    assertFalse(Files.exists(Path.of("/proc/" + first)));
    assertNotEquals(tree.pid("a"), tree.pid("b"));
  }

  @Test
  void what_is_said_of_a_directory_that_cannot_be_supervised_is_why() throws Exception {
    Files.createSymbolicLink(tree.directory.resolve("a"), Path.of("/sys/kernel"));
    tree.scan();
    assertEquals(1, tree.warnings.size());
    assertFalse(tree.warnings.getFirst().contains("No such file"), tree.warnings.getFirst());
  }
}
