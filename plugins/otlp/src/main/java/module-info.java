/**
 * Log lines as OpenTelemetry log records, by OTLP/HTTP in its JSON encoding.
 *
 * <p>Must not know: anything of s6j but the SPI; any module but {@code java.base}.
 */
// The annotations' jar is an automatic module, and is needed for compiling only.
@SuppressWarnings("requires-automatic")
module s6j.plugin.otlp {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.log.LogBackend with
      s6j.plugin.otlp.OtlpBackend;
}
