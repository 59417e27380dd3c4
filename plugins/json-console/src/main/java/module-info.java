/** Says what happens in the container as lines of JSON, for whoever reads its output. */
@SuppressWarnings("requires-automatic")
module s6j.plugin.jsonconsole {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.StageHook with
      s6j.plugin.jsonconsole.StageEvents;
  provides s6j.spi.ServiceListener with
      s6j.plugin.jsonconsole.ServiceEvents;
}
