package s6j.plugin.jsonconsole;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import s6j.spi.ContainerView;
import s6j.spi.ServiceListener;
import s6j.spi.ServiceStatus;

/** A line for each change of a service. */
@AutoService(ServiceListener.class)
public final class ServiceEvents implements ServiceListener {
  /** Found by the service loader. */
  public ServiceEvents() {}

  @Override
  public void changed(ServiceStatus before, ServiceStatus now, ContainerView container)
      throws IOException {
    Output.write(event(before, now, Instant.now()), container.environment());
  }

  static Event event(ServiceStatus before, ServiceStatus now, Instant at) {
    Event event =
        new Event(at, "service")
            .with("service", now.name().toString())
            .with("from", name(before.state()))
            .with("to", name(now.state()))
            .with("ready", now.ready())
            .with("wanted_up", now.wantedUp())
            .with("pid", now.pid())
            .with("starts", now.starts());
    boolean ended = before.state() == ServiceStatus.State.UP && before.pid() != now.pid();
    if (ended && now.lastExit().isPresent()) {
      ServiceStatus.Exit exit = now.lastExit().get();
      event.with(
          exit.signal() == 0 ? "exit_code" : "signal",
          exit.signal() == 0 ? exit.code() : exit.signal());
    }
    return event;
  }

  private static String name(ServiceStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
