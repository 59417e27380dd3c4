package s6j.init;

import s6j.plugin.Plugin;
import s6j.spi.ContainerView;

/** A plugin in this container: whether it is still called, and what it sees. */
final class HostedPlugin {
  private final Plugin plugin;
  private final ContainerView view;
  private volatile boolean off;

  HostedPlugin(Plugin plugin, PluginHost host) {
    this.plugin = plugin;
    this.view = new PluginView(host, this);
  }

  Plugin plugin() {
    return plugin;
  }

  /** What messages call it. */
  String file() {
    return plugin.file();
  }

  ContainerView view() {
    return view;
  }

  /** Whether it is not to be called any more. */
  boolean isOff() {
    return off;
  }

  void switchOff() {
    off = true;
  }
}
