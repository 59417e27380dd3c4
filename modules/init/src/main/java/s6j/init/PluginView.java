package s6j.init;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import s6j.env.Setting;
import s6j.plugin.Reason;
import s6j.posix.Bytes;
import s6j.spi.ContainerView;
import s6j.spi.HealthReport;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.ServiceStatus;

/** The container as one plugin sees it. */
final class PluginView implements ContainerView {
  private final PluginHost host;
  private final HostedPlugin plugin;

  PluginView(PluginHost host, HostedPlugin plugin) {
    this.host = host;
    this.plugin = plugin;
  }

  private static OsString os(Bytes bytes) {
    return OsString.of(bytes.toArray());
  }

  @Override
  public List<ServiceStatus> services() {
    return host.services().all();
  }

  @Override
  public OsString stateDirectory() {
    return os(host.container().state().path());
  }

  @Override
  public OsString scanDirectory() {
    return os(host.container().state().slash("services"));
  }

  @Override
  public OsString configurationDirectory() {
    return os(Stage2.source(host.container().settings().text(Setting.S6_RUNTIME_PROFILE)));
  }

  @Override
  public Map<OsString, OsString> environment() {
    return PluginEnvironment.shown(host.environment().current());
  }

  @Override
  public Map<Point, Instant> passed() {
    return host.passed();
  }

  @Override
  public Instant started() {
    return host.started();
  }

  @Override
  public boolean stopping() {
    return host.stopping();
  }

  @Override
  public long orphansReaped() {
    return host.container().loop().orphans();
  }

  @Override
  public int runtimeRestarts() {
    return host.container().posix().info().generation();
  }

  @Override
  public List<HealthReport> checkHealth() throws InterruptedException {
    return host.checks().ask();
  }

  @Override
  public void warn(String message) {
    host.container().console().warn("plugin " + plugin.file() + ": " + Reason.oneLine(message));
  }
}
