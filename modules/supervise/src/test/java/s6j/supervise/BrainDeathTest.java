package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The JVM dies in the middle of something, and the next one goes on with it: looked at with
 * Debian's s6.
 */
class BrainDeathTest {
  private static final String SLEEP = "exec sleep 1000";
  private static final String IGNORES_TERM =
      "trap 'echo term >> $OUT' TERM; echo >&3; while :; do sleep 0.01; done";

  private Tree tree;

  @BeforeEach
  void start() throws Exception {
    tree = new Tree();
  }

  @AfterEach
  void stop() throws Exception {
    tree.close();
  }

  /** A service that is up and does not obey, for as long as {@code timeout-kill} lets it. */
  private Path disobedient(String timeoutKill) throws Exception {
    Path service = tree.service("a", IGNORES_TERM);
    Files.writeString(service.resolve("notification-fd"), "3");
    Files.writeString(service.resolve("timeout-kill"), timeoutKill);
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "a");
    return service;
  }

  private Path killAt(Path service) {
    return service.resolve("supervise/kill-at");
  }

  private static long msSince(long nano) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nano);
  }

  @Test
  void a_timeout_kill_that_was_running_is_carried_out_in_its_time() throws Exception {
    Path service = disobedient("2000");
    long told = System.nanoTime();
    tree.says("s6-svc", "-d", "a");
    Tree.await(() -> tree.out().equals("term\n"));
    tree.killBrain();
    tree.killBrain();
    tree.says("s6-svwait", "-D", "-t20000", "a");
    assertTrue(msSince(told) >= 1990, "after " + msSince(told) + " ms");
    assertEquals("false SIGKILL", tree.svstat("up,signal", "a"));
    // The first JVM may have died before it had let go of what it had carried out.
    assertTrue(tree.out().matches("(term\n)+"), tree.out());
    assertFalse(Files.exists(killAt(service)));
  }

  @Test
  void one_whose_time_was_over_meanwhile_is_killed_at_once() throws Exception {
    disobedient("100");
    tree.says("s6-svc", "-d", "a");
    tree.killBrain(() -> Thread.sleep(200));
    tree.says("s6-svwait", "-D", "-t20000", "a");
    assertEquals("SIGKILL", tree.svstat("signal", "a"));
  }

  @Test
  void a_service_that_is_only_not_to_be_restarted_is_not_killed() throws Exception {
    Path service = disobedient("50");
    tree.says("s6-svc", "-O", "a");
    Tree.await(() -> tree.svstat("wantedup", "a").equals("false"));
    tree.killBrain();
    Thread.sleep(300);
    assertEquals("true false", tree.svstat("up,wantedup", "a"));
    assertFalse(Files.exists(killAt(service)));
  }

  @Test
  void a_limit_that_an_earlier_life_has_left_kills_nobody() throws Exception {
    Path service = disobedient("60000");
    tree.says("s6-svc", "-d", "a");
    Tree.await(() -> Files.exists(killAt(service)));
    String limit = Files.readString(killAt(service));
    tree.says("s6-svc", "-wr", "-T20000", "-uk", "a");
    assertFalse(Files.exists(killAt(service)));
    String pid = tree.pid("a");
    // As if it had been over long ago, and nobody had lived to remove it.
    Files.writeString(killAt(service), limit.replaceAll(" .*", " 1"));
    tree.killBrain();
    Thread.sleep(300);
    assertEquals(pid, tree.svstat("pid", "a"));
    tree.says("s6-svc", "-wD", "-T20000", "-dk", "a");
    assertFalse(Files.exists(killAt(service)));
  }

  @Test
  void only_a_service_with_a_time_limit_has_the_file() throws Exception {
    Path service = tree.service("a", SLEEP);
    tree.scan();
    tree.says("s6-svc", "-p", "a");
    tree.says("s6-svc", "-O", "a");
    Path service2 = tree.service("b", IGNORES_TERM);
    Files.writeString(service2.resolve("notification-fd"), "3");
    tree.scan();
    tree.says("s6-svwait", "-U", "-t20000", "b");
    tree.says("s6-svc", "-d", "b");
    Tree.await(() -> tree.out().equals("term\n"));
    Tree.await(() -> tree.svstat("wantedup", "b").equals("false"));
    assertFalse(Files.exists(killAt(service)));
    assertFalse(Files.exists(killAt(service2)));
    tree.says("s6-svc", "-k", "b");
  }

  @Test
  void the_originals_supervise_a_directory_that_has_the_file() throws Exception {
    Path elsewhere = Files.createDirectories(tree.directory.resolve(".original/a"));
    Tree.script(elsewhere, "run", SLEEP);
    Files.writeString(
        Files.createDirectory(elsewhere.resolve("supervise")).resolve("kill-at"),
        "@400000000000000000000000 1\n");
    Process svscan =
        new ProcessBuilder("s6-svscan", tree.directory.resolve(".original").toString()).start();
    try {
      Tree.await(() -> tree.tool("s6-svstat", "-u", ".original/a").stdout().equals("true\n"));
      tree.says("s6-svc", "-wD", "-T20000", "-d", ".original/a");
      tree.says("s6-svc", "-wu", "-T20000", "-u", ".original/a");
    } finally {
      tree.says("s6-svscanctl", "-t", ".original");
      svscan.waitFor();
    }
  }

  @Test
  void a_finish_script_that_takes_too_long_is_killed_by_the_next_one() throws Exception {
    Path service = tree.service("a", SLEEP);
    Tree.script(service, "finish", "echo finish >> $OUT; exec sleep 1000");
    Files.writeString(service.resolve("timeout-finish"), "1000");
    tree.scan();
    tree.says("s6-svc", "-d", "a");
    Tree.await(() -> tree.out().equals("finish\n"));
    tree.killBrain();
    tree.says("s6-svwait", "-D", "-t20000", "a");
    assertEquals("finish\n", tree.out());
  }

  @Test
  void one_that_died_meanwhile_is_started_again() throws Exception {
    Path service = tree.service("a", "echo run >> $OUT; " + SLEEP);
    Tree.script(service, "finish", "echo finish $1 $2 >> $OUT");
    tree.scan();
    Tree.await(() -> tree.out().equals("run\n"));
    String pid = tree.pid("a");
    tree.killBrain(() -> tree.says("kill", "-9", pid));
    Tree.await(() -> tree.out().equals("run\nfinish 256 9\nrun\n"));
    assertEquals(1, tree.says("s6-svdt", "a").lines().count());
  }

  @Test
  void a_finish_script_that_said_meanwhile_that_it_is_for_ever_is_believed() throws Exception {
    Path service = tree.service("a", "echo run >> $OUT; exit 3");
    Tree.script(
        service,
        "finish",
        "echo $$ > $OUT.pid; echo finish $1 >> $OUT; until [ -e $OUT.go ]; do sleep 0.01; done; exit 125");
    tree.scan();
    Tree.await(() -> tree.out().equals("run\nfinish 3\n"));
    String finish = Files.readString(tree.directory.resolve(".out.pid")).strip();
    tree.killBrain(
        () -> {
          Files.createFile(tree.directory.resolve(".out.go"));
          Tree.await(() -> !Files.exists(Path.of("/proc/" + finish)));
        });
    Tree.await(() -> tree.svstat("up,wantedup", "a").equals("false false"));
    Tree.await(() -> tree.says("s6-svstat", "a").contains(", normally up, ready "));
    assertEquals("run\nfinish 3\n", tree.out());
  }

  @Test
  void a_supervisor_that_was_to_leave_when_its_service_is_down_does() throws Exception {
    tree.service("a", SLEEP);
    tree.scan();
    tree.says("s6-svc", "-x", "a");
    String before = tree.says("s6-svstat", "a");
    tree.killBrain();
    assertTrue(tree.says("s6-svstat", "a").startsWith(before.substring(0, before.indexOf(')'))));
    assertEquals(0, tree.tool("s6-svlisten1", "-t20000", "-D", "a", "s6-svc", "-d", "a").code());
    // One that had stayed would have left the service down.
    Tree.await(() -> tree.tool("s6-svstat", "-u", "a").stdout().equals("true\n"));
  }

  @Test
  void a_supervisor_whose_service_went_down_meanwhile_leaves_if_it_was_to() throws Exception {
    tree.service("a", SLEEP);
    tree.scan();
    String pid = tree.pid("a");
    tree.says("s6-svc", "-x", "a");
    tree.says("s6-svc", "-O", "a");
    Tree.await(() -> tree.svstat("wantedup", "a").equals("false"));
    tree.killBrain(() -> tree.says("kill", "-9", pid));
    // The one that comes after it knows of no wish but the file down.
    Tree.await(
        () -> tree.tool("s6-svstat", "-o", "up,wantedup", "a").stdout().equals("true true\n"));
  }

  /**
   * A service beside the scan directory, with a logger, and a link to it that is made and scanned.
   */
  private Path linked(String link) throws Exception {
    Path real = Files.createDirectories(tree.directory.resolve(".elsewhere/real"));
    Tree.script(real, "run", "echo run; exec sleep 1000");
    Tree.script(real, "finish", "echo finish");
    Tree.script(Files.createDirectory(real.resolve("log")), "run", "exec cat >> $OUT");
    Files.createSymbolicLink(tree.directory.resolve("a"), Path.of(link));
    tree.scan();
    Tree.await(() -> tree.out().equals("run\n"));
    return real;
  }

  private void assertGoesOn(Path real) throws Exception {
    assertEquals("true", tree.svstat("up", real.toString()));
    tree.says("s6-svc", "-wr", "-T20000", "-k", real.toString());
    Tree.await(() -> tree.out().equals("run\nfinish\nrun\n"));
  }

  private void assertBothLeave(Path real) throws Exception {
    Tree.await(() -> tree.tool("s6-svok", real.toString()).code() == 1);
    Tree.await(() -> tree.tool("s6-svok", real.resolve("log").toString()).code() == 1);
    Tree.await(() -> tree.scanDirectory().allGone());
  }

  @Test
  void a_service_whose_link_has_gone_is_supervised_on_until_it_is_pruned() throws Exception {
    Path real = linked(".elsewhere/../.elsewhere/real");
    Files.delete(tree.directory.resolve("a"));
    tree.scan();
    String pids = tree.pid(real.toString()) + tree.pid(real + "/log");
    tree.killBrain();
    tree.killBrain();
    assertEquals(pids, tree.pid(real.toString()) + tree.pid(real + "/log"));
    assertGoesOn(real);
    tree.says("s6-svscanctl", "-n", ".");
    assertBothLeave(real);
    assertEquals("run\nfinish\nrun\nfinish\n", tree.out());
  }

  @Test
  void a_link_that_goes_while_nobody_looks_is_as_good() throws Exception {
    Path real = linked(".elsewhere/real");
    tree.killBrain(() -> Files.delete(tree.directory.resolve("a")));
    assertGoesOn(real);
  }

  @Test
  void a_link_that_has_another_name_for_the_next_one_starts_nothing_twice() throws Exception {
    Path real = linked(".elsewhere/real");
    String pid = tree.pid(real.toString());
    tree.killBrain(
        () -> {
          Files.delete(tree.directory.resolve("a"));
          Files.createSymbolicLink(tree.directory.resolve("b"), real);
        });
    assertEquals(pid, tree.svstat("pid", "b"));
    tree.says("s6-svscanctl", "-n", ".");
    assertGoesOn(real);
  }

  @Test
  void a_link_that_comes_back_is_that_of_the_same_service() throws Exception {
    Path real = linked(".elsewhere/real");
    Files.delete(tree.directory.resolve("a"));
    tree.killBrain();
    Files.createSymbolicLink(tree.directory.resolve("a"), real);
    tree.says("s6-svscanctl", "-an", ".");
    Thread.sleep(200);
    assertGoesOn(real);
  }

  @Test
  void a_directory_that_is_no_more_does_not_make_its_process_anybody_elses() throws Exception {
    Path service = tree.service("a", SLEEP);
    tree.scan();
    String pid = tree.pid("a");
    Tree.await(() -> Files.exists(Path.of("/proc/" + pid)));
    tree.says("rm", "-r", service.toString());
    tree.killBrain();
    tree.says("s6-svscanctl", "-n", ".");
    Tree.await(() -> tree.scanDirectory().allGone());
    assertFalse(Files.exists(Path.of("/proc/" + pid)));
  }

  @Test
  void a_service_that_was_being_pruned_is_gone_in_the_end() throws Exception {
    Path real = linked(".elsewhere/real");
    Files.delete(real.resolve("finish"));
    Tree.script(real, "finish", "echo finish; until [ -e $OUT.go ]; do sleep 0.01; done");
    Files.delete(tree.directory.resolve("a"));
    tree.says("s6-svscanctl", "-an", ".");
    Tree.await(() -> tree.out().equals("run\nfinish\n"));
    tree.killBrain();
    Files.createFile(tree.directory.resolve(".out.go"));
    assertBothLeave(real);
  }

  @Test
  void a_stop_brings_down_what_has_no_link_any_more() throws Exception {
    Path real = linked(".elsewhere/real");
    tree.killBrainAtStop(() -> Files.delete(tree.directory.resolve("a")));
    assertBothLeave(real);
    assertEquals("run\nfinish\n", tree.out());
  }
}
