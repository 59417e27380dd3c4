package s6j.plugin.health;

import com.google.auto.service.AutoService;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import s6j.spi.ContainerView;
import s6j.spi.HealthCheck;
import s6j.spi.ServiceStatus;

/**
 * Every service that is wanted up is up, and ready when it has a file {@code notification-fd}.
 * Loggers count as well.
 */
@AutoService(HealthCheck.class)
public final class ServicesCheck implements HealthCheck {
  /** Found by the service loader. */
  public ServicesCheck() {}

  @Override
  public String name() {
    return "services";
  }

  @Override
  public Kind kind() {
    return Kind.READY;
  }

  @Override
  public String check(ContainerView container) {
    List<String> problems = new ArrayList<>();
    for (ServiceStatus service : container.services()) {
      String problem = problem(service, tellsReadiness(container, service));
      if (!problem.isEmpty()) {
        problems.add(service.name() + " " + problem);
      }
    }
    return String.join(", ", problems);
  }

  private static boolean tellsReadiness(ContainerView container, ServiceStatus service) {
    return new File(container.scanDirectory() + "/" + service.name() + "/notification-fd").isFile();
  }

  /** What is wrong with a service; empty when nothing is. */
  static String problem(ServiceStatus service, boolean tellsReadiness) {
    if (!service.wantedUp()) {
      return "";
    }
    return switch (service.state()) {
      case UP ->
          service.paused() ? "is paused" : tellsReadiness && !service.ready() ? "is not ready" : "";
      case DOWN -> "is down" + exit(service);
      case FINISHING -> "is finishing" + exit(service);
      case GONE -> "";
    };
  }

  private static String exit(ServiceStatus service) {
    return service
        .lastExit()
        .map(
            exit ->
                exit.signal() == 0
                    ? " (exited " + exit.code() + ")"
                    : " (killed by signal " + exit.signal() + ")")
        .orElse("");
  }
}
