/**
 * Log lines as syslog messages (RFC 5424): over UDP (RFC 5426), TCP (RFC 6587) and to a socket like
 * {@code /dev/log}.
 *
 * <p>Must not know: anything of s6j but the SPI; any module but {@code java.base}.
 */
// The annotations' jar is an automatic module, and is needed for compiling only.
@SuppressWarnings("requires-automatic")
module s6j.plugin.syslog {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.log.LogBackend with
      s6j.plugin.syslog.SyslogBackend;
}
