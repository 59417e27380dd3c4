package s6j.plugin.health;

import java.util.List;
import s6j.spi.ContainerView;
import s6j.spi.HealthCheck;
import s6j.spi.OsString;

/**
 * Asks once, soon after the boot, so that the first who wants to know does not wait for the code to
 * be loaded. Not a lambda, which the boot would wait for.
 */
final class FirstCheck extends Thread {
  private static final long AFTER_BOOT_MS = 500;

  private final ContainerView container;

  FirstCheck(ContainerView container) {
    super("first-check");
    this.container = container;
    setDaemon(true);
  }

  @Override
  public void run() {
    try {
      sleep(AFTER_BOOT_MS);
      HealthCheck.Kind kind = HealthCommand.kind(List.of(OsString.of("ready")));
      Verdict.of(kind, container.checkHealth()).text();
    } catch (InterruptedException e) {
      interrupt();
    }
  }
}
