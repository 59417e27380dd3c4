/**
 * Loads plugins: a directory of jars becomes module layers over the running image, one for each
 * plugin, and these give the services of {@code s6j.spi}. Also runs code of plugins so that it
 * harms nobody: with a time limit, and without {@code System.exit}.
 *
 * <p>Must not know: stages, services, loggers, what a plugin is for.
 */
module s6j.plugin {
  requires transitive s6j.spi;

  exports s6j.plugin;

  uses s6j.spi.Background;
  uses s6j.spi.CommandProvider;
  uses s6j.spi.HealthCheck;
  uses s6j.spi.ServiceListener;
  uses s6j.spi.StageHook;
  uses s6j.spi.log.LogBackend;
}
