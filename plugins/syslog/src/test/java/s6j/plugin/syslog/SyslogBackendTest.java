package s6j.plugin.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import s6j.plugin.testing.BackendContract;

class SyslogBackendTest extends BackendContract {
  SyslogBackendTest() {
    super("syslog");
  }

  @Test
  void options_without_a_meaning_are_named() {
    String to = "udp://127.0.0.1";
    assertEquals(
        "facility=local8: expected user, daemon, local0 and so on, or a number from 0 to 23",
        refusal("to", to, "facility", "local8"));
    assertEquals(
        "severity=loud: expected emerg, alert, crit, err, warning, notice, info, debug, or a number"
            + " from 0 to 7",
        refusal("to", to, "severity", "loud"));
    assertEquals(
        "app-name=a b: expected 1 to 48 characters of ASCII that can be seen, no space",
        refusal("to", to, "app-name", "a b"));
    assertEquals(
        "max-size=1023: expected a number from 1024 to 65507",
        refusal("to", to, "max-size", "1023"));
    assertEquals("format=bsd: expected rfc5424 or local", refusal("to", to, "format", "bsd"));
    assertEquals(
        "to=unix:dev/log: expected an absolute path of at most 107 bytes after unix:",
        refusal("to", "unix:dev/log"));
  }
}
