package s6j.plugin.health;

import com.google.auto.service.AutoService;
import java.io.IOException;
import s6j.plugin.health.http.HttpServer;
import s6j.spi.Background;
import s6j.spi.ContainerView;
import s6j.spi.HealthCheck;
import s6j.spi.OsString;

/**
 * Answers {@code /live} and {@code /ready} at the address that {@code S6_HEALTH_LISTEN} says;
 * without it there is no server. The status is 200 when all is well, otherwise 503 with a line for
 * each problem.
 */
@AutoService(Background.class)
public final class HealthServer implements Background {
  private static final String LISTEN = "S6_HEALTH_LISTEN";

  /** Found by the service loader. */
  public HealthServer() {}

  @Override
  public void begin(ContainerView container) throws IOException {
    String address =
        container.environment().getOrDefault(OsString.of(LISTEN), OsString.EMPTY).toString();
    if (address.isEmpty()) {
      return;
    }
    try {
      HttpServer.listen(address, path -> answer(path, container));
    } catch (IllegalArgumentException e) {
      throw new IOException(LISTEN + ": " + e.getMessage(), e);
    }
  }

  private static HttpServer.Answer answer(String path, ContainerView container)
      throws InterruptedException {
    HealthCheck.Kind kind =
        switch (path) {
          case "/live" -> HealthCheck.Kind.LIVE;
          case "/ready" -> HealthCheck.Kind.READY;
          default -> null;
        };
    if (kind == null) {
      return null;
    }
    Verdict verdict = Verdict.of(kind, container.checkHealth());
    return HttpServer.Answer.text(verdict.well() ? 200 : 503, verdict.text());
  }
}
