package s6j.commands.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.Bytes;
import s6j.supervise.Status;
import s6j.testing.CommandRunner;

/**
 * More services than there may be open files, for which s6-svscan has to ask for more. A thousand,
 * what it takes by default, with {@code -Ds6j.services=1000}: 20 s when others use the machine.
 */
class ManyServicesTest {
  private static final int SERVICES = Integer.getInteger("s6j.services", 150);

  @TempDir Path temp;

  @Test
  @Timeout(120)
  void all_services_are_started_and_stopped() throws Exception {
    try (CommandRunner ours = CommandRunner.of(SupervisionCommands.all());
        Side side = new Side(ours.directory(), temp)) {
      Path first = side.service("s0", "exec sleep 1000");
      for (int i = 1; i < SERVICES; i++) {
        Path service = Files.createDirectory(temp.resolve("s" + i));
        Files.createLink(service.resolve("run"), first.resolve("run"));
      }
      side.startBy("ulimit -Sn 200; exec $P/s6-svscan");
      side.await(() -> all(Status::up));
      assertEquals("", side.stderr());
      String limits = side.says("cat", "/proc/" + side.status("pid", "s0") + "/limits");
      assertTrue(limits.contains("Max open files            200 "), limits);
      side.says("s6-svscanctl", "-t", ".");
      assertEquals(0, side.end().code());
      assertTrue(all(status -> !status.up() && !status.wantUp()));
    }
  }

  private boolean all(Predicate<Status> condition) throws Exception {
    for (int i = 0; i < SERVICES; i++) {
      Path file = temp.resolve("s" + i + "/supervise/status");
      Status status = Files.exists(file) ? Status.parse(Bytes.of(Files.readAllBytes(file))) : null;
      if (status == null || !condition.test(status)) {
        return false;
      }
    }
    return true;
  }
}
