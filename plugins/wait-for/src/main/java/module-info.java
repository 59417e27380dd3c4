/** Holds the container's start until other things are there: a port, an HTTP page, a file. */
@SuppressWarnings("requires-automatic")
module s6j.plugin.waitfor {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.StageHook with
      s6j.plugin.waitfor.WaitFor;
}
