/** Says whether the container is well: by HTTP, and by the command {@code s6j-health}. */
@SuppressWarnings("requires-automatic")
module s6j.plugin.health {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.Background with
      s6j.plugin.health.HealthServer;
  provides s6j.spi.CommandProvider with
      s6j.plugin.health.HealthCommand;
  provides s6j.spi.HealthCheck with
      s6j.plugin.health.ContainerCheck,
      s6j.plugin.health.ServicesCheck;
}
