package s6j.plugin.jsonconsole;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import s6j.spi.Point;
import s6j.spi.StageContext;
import s6j.spi.StageHook;

/** A line for each point of the container's life. */
@AutoService(StageHook.class)
public final class StageEvents implements StageHook {
  /** Found by the service loader. */
  public StageEvents() {}

  @Override
  public Set<Point> points() {
    return Set.of(Point.values());
  }

  /** Before other hooks, which may take their time. */
  @Override
  public int priority() {
    return -1000;
  }

  @Override
  public void reached(Point point, StageContext context) throws IOException {
    Instant now = Instant.now();
    Output.write(
        new Event(now, "point")
            .with("point", point.name().toLowerCase(Locale.ROOT))
            .with(
                "ms", Math.max(0, Duration.between(context.container().started(), now).toMillis())),
        context.container().environment());
  }
}
