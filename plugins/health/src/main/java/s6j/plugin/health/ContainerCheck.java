package s6j.plugin.health;

import com.google.auto.service.AutoService;
import s6j.spi.ContainerView;
import s6j.spi.HealthCheck;
import s6j.spi.Point;

/** The container has come up, and is not going down. */
@AutoService(HealthCheck.class)
public final class ContainerCheck implements HealthCheck {
  /** Found by the service loader. */
  public ContainerCheck() {}

  @Override
  public String name() {
    return "container";
  }

  @Override
  public Kind kind() {
    return Kind.READY;
  }

  @Override
  public String check(ContainerView container) {
    if (container.stopping()) {
      return "is stopping";
    }
    // A runtime that had to be started again does not know what was passed before.
    boolean up = container.passed().containsKey(Point.AFTER_CMD) || container.runtimeRestarts() > 0;
    return up ? "" : "is starting";
  }
}
