package s6j.init;

/**
 * Looks, as long as plugins are called in stage 1, whether the container is to stop: nobody takes
 * events before there is a tree, and what a plugin waits for may take its time.
 */
final class StopWatch extends Thread {
  private static final long PAUSE_MS = 50;

  private final PluginHost host;

  StopWatch(PluginHost host) {
    super("plugins stop");
    this.host = host;
    setDaemon(true);
  }

  @Override
  public void run() {
    try {
      while (host.inStage1()) {
        if (host.container().stopInLine()) {
          // Init would take it for a runtime that does not answer, when the plugin takes all of
          // its time.
          host.container().posix().acknowledgeTermination();
          host.hurry();
          return;
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
