package s6j.plugin.gelf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import s6j.plugin.testing.BackendContract;

class GelfBackendTest extends BackendContract {
  GelfBackendTest() {
    super("gelf");
  }

  @Test
  void options_without_a_meaning_are_named() {
    String to = "udp://127.0.0.1";
    assertEquals(
        "compress=gzip: expected none over TCP, where GELF has no compression",
        refusal("to", "tcp://h", "compress", "gzip"));
    assertEquals("compress=zip: expected none or gzip", refusal("to", to, "compress", "zip"));
    assertEquals(
        "chunk-size=127: expected a number from 128 to 65507",
        refusal("to", to, "chunk-size", "127"));
    assertEquals(
        "host=: expected a name, without which receivers refuse messages",
        refusal("to", to, "host", ""));
    assertTrue(refusal("to", to, "severity", "8").startsWith("severity=8: expected "));
  }

  @Test
  void fields_that_gelf_does_not_allow_or_the_plugin_has_itself_are_refused() {
    for (String name : new String[] {"id", "service", "line_base64", "a b", "\u00e9"}) {
      assertEquals(
          "fields="
              + name
              + "=x: expected names of letters, digits, _, - and .,"
              + " not id, service or line_base64",
          refusal("to", "udp://h", "fields", name + "=x"));
    }
  }
}
