package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a script has asked for before it died is heard before its service is started once more,
 * however late the bytes in the control FIFOs are told of.
 */
class LastWordsTest {
  private static final int SERVICES = 40;
  private static final int LIVES = 2;

  private Tree tree;

  @AfterEach
  void stop() throws Exception {
    tree.close();
  }

  private void awaitDown(String service) throws Exception {
    Tree.await(() -> tree.svstat("up,wantedup,ready", service).equals("false false false"));
  }

  @Test
  void a_finish_script_that_ends_with_svc_d_is_the_end_of_its_service() throws Exception {
    tree = Tree.deaf();
    Path service = tree.service("a", "echo run >> $OUT; exit 3");
    Tree.script(service, "finish", "echo finish $1 >> $OUT; exec s6-svc -d .");
    tree.scan();
    awaitDown("a");
    assertEquals("run\nfinish 3\n", tree.out());
  }

  @Test
  void a_run_script_without_finish_that_ends_with_svc_d_is_not_run_again() throws Exception {
    tree = Tree.deaf();
    tree.service("a", "echo run >> $OUT; exec s6-svc -d .");
    tree.scan();
    awaitDown("a");
    assertEquals("run\n", tree.out());
  }

  @Test
  void a_finish_script_that_ends_with_svscanctl_t_is_run_once() throws Exception {
    tree = Tree.deaf();
    tree.terminatesWhenAsked = true;
    Path service = tree.service("a", "echo run >> $OUT; exit 3");
    Tree.script(service, "finish", "echo finish $1 >> $OUT; exec s6-svscanctl -t ..");
    tree.scan();
    Tree.await(() -> tree.tool("s6-svok", "a").code() == 1);
    assertEquals("run\nfinish 3\n", tree.out());
    assertEquals(List.of('t'), tree.stops);
  }

  /** A JVM that dies between the two would leave the next one with neither. */
  @Test
  void readiness_is_written_down_before_it_is_no_longer_listened_for() throws Exception {
    RecordingInit[] init = new RecordingInit[1];
    tree = new Tree(under -> init[0] = new RecordingInit(under));
    Path service = tree.service("a", "sleep 0.1; echo >&3; exec sleep 1000");
    Files.writeString(service.resolve("notification-fd"), "3");
    tree.scan();
    Tree.await(() -> init[0].asked().contains("unwatch"));
    assertEquals("true", tree.svstat("ready", "a"));
    assertEquals(List.of("status", "status", "unwatch"), init[0].asked());
  }

  @Test
  void many_services_at_once_each_have_the_last_word_in_every_life() throws Exception {
    tree = new Tree();
    for (int i = 0; i < SERVICES; i++) {
      Path service = tree.service("s" + i, "echo run $1 >> $OUT; sleep 1.1");
      Tree.script(service, "finish", "echo finish $1 $3 >> $OUT; exec s6-svc -d .");
    }
    tree.scan();
    for (int life = 1; life <= LIVES; life++) {
      for (int i = 0; i < SERVICES; i++) {
        awaitDown("s" + i);
      }
      int lives = life;
      for (int i = 0; i < SERVICES; i++) {
        assertEquals(lives, count("run s" + i));
        assertEquals(lives, count("finish 0 s" + i));
        if (life < LIVES) {
          tree.says("s6-svc", "-wu", "-T20000", "-u", "s" + i);
        }
      }
    }
  }

  private long count(String line) throws Exception {
    return tree.out().lines().filter(line::equals).count();
  }
}
