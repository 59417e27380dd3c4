package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** s6-svscan outside of /init: as PID 1 of an image that is built so, and below /init. */
class SvscanTest {
  private static final int TERM = 15;

  private static final Recipe SERVICES =
      Recipe.on(Image.BUSYBOX)
          .script(
              "/services/a/run",
              "#!/bin/sh\ntrap 'echo \"a ends\"; exit 0' TERM\n(sh -c 'sleep 0.2; echo orphan' &)\n"
                  + "echo \"a starts\"\nwhile :; do sleep 0.05; done\n")
          .script("/services/a/finish", "#!/bin/sh\necho \"finish $1 $2 $3\"\n")
          .script("/services/.s6-svscan/finish", "#!/bin/sh\necho finished\nexit 42\n");

  @Test
  void as_pid_1_it_supervises_reaps_and_ends_with_the_code_of_its_finish_script() {
    Recipe recipe = SERVICES.entrypoint("/usr/bin/s6-svscan", "/services");
    try (Container container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("a starts");
      container.awaitText("orphan");
      container.execOk("/usr/bin/s6-svc", "-wr", "-T20000", "-r", "/services/a");
      container.awaitText("a starts", 2);
      container.awaitText("orphan", 2);
      container.execOk(
          "sh",
          "-c",
          "for i in $(seq 400); do cat /proc/[0-9]*/stat | grep -q ' Z ' || exit 0; sleep 0.05; done;"
              + " exit 1");
      container.signal(TERM);
      Outcome end = container.awaitExit();
      assertEquals(42, end.code(), end.output());
      assertTrue(end.stdout().endsWith("a ends\nfinish 0 0 a\nfinished\n"), end.output());
      assertEquals("", end.stderr());
    }
  }

  @Test
  void below_init_it_is_a_service_like_others() {
    Recipe recipe = SERVICES.service("tree", "#!/bin/sh\nexec s6-svscan /services\n");
    try (Container container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("a starts");
      container.execOk("s6-svc", "-wr", "-T20000", "-r", "/services/a");
      container.awaitText("a starts", 2);
      container.signal(TERM);
      Outcome end = container.awaitExit();
      assertTrue(end.stdout().contains("a ends\nfinish 0 0 a\nfinished\n"), end.output());
    }
  }
}
