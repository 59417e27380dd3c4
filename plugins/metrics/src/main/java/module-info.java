/** Metrics of the container in Prometheus' text format, at a port or a Unix-domain socket. */
@SuppressWarnings("requires-automatic")
module s6j.plugin.metrics {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.Background with
      s6j.plugin.metrics.MetricsServer;
  provides s6j.spi.ServiceListener with
      s6j.plugin.metrics.ExitCounter;
}
