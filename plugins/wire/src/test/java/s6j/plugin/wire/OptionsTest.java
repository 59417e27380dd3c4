package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogConfigurationException;

class OptionsTest {
  private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);

  @ParameterizedTest
  @CsvSource({
    "http://h, http, h, 80, ''",
    "HTTPS://h:1/a?b=c, https, h, 1, /a?b=c",
    "http://my_host.x-y:65535/, http, my_host.x-y, 65535, /",
    "http://[::1]:8080/p, http, ::1, 8080, /p",
    "http://[fe80::1], http, fe80::1, 80, ''",
    "https://127.0.0.1, https, 127.0.0.1, 443, ''",
  })
  void an_address_is_taken_apart(String url, String scheme, String host, int port, String path)
      throws Exception {
    Address address = Address.parse("to", url, PORTS, "a URL");
    assertEquals(new Address(scheme, host, port, path), address);
    assertEquals(address, Address.parse("to", address.toString(), PORTS, "a URL"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h",
        "h:80",
        "http:/h",
        "http://",
        "http://:80",
        "http://h:",
        "http://h:0",
        "http://h:65536",
        "http://h:-1",
        "http://h:1a",
        "http://u:p@h",
        "http://[::1",
        "http://::1",
        "http://h/a b",
        "http://h/\r\nX:y",
        "http://h/#f",
        "udp://h",
        "http://[::1]x"
      })
  void what_is_no_address_is_refused(String url) {
    LogConfigurationException refusal =
        assertThrows(
            LogConfigurationException.class, () -> Address.parse("to", url, PORTS, "a URL"));
    assertEquals("to=" + url + ": expected a URL", refusal.getMessage());
  }

  @Test
  void a_list_of_names_and_values_keeps_its_order_and_its_escapes() throws Exception {
    assertEquals(
        List.of(
            Map.entry("b", "1=2"),
            Map.entry("a", "x,y%z"),
            Map.entry("c", "p+q%"),
            Map.entry("d", "")),
        List.copyOf(options("o", "b=1=2, a=x%2Cy%25z,c=p+q%,d=").pairs("o").entrySet()));
    assertEquals(Map.of(), options("o", "").pairs("o"));
  }

  @Test
  void an_item_without_a_name_is_refused() {
    for (String list : List.of("a", "a=1,", "=1", "a=1,,b=2")) {
      assertThrows(LogConfigurationException.class, () -> options("o", list).pairs("o"), list);
    }
  }

  @Test
  void a_number_has_its_bounds() throws Exception {
    assertEquals(5, options("n", "5").number("n", 1, 5, 9));
    assertEquals(9, options("n", "9").number("n", 1, 5, 9));
    assertEquals(7, options().number("n", 7, 5, 9));
    for (String wrong : List.of("4", "10", "", "x", "5.0", "99999999999")) {
      LogConfigurationException refusal =
          assertThrows(
              LogConfigurationException.class, () -> options("n", wrong).number("n", 1, 5, 9));
      assertEquals("n=" + wrong + ": expected a number from 5 to 9", refusal.getMessage());
    }
  }

  @Test
  void severities_have_names_other_names_and_numbers() throws Exception {
    assertEquals(Severity.INFO, Severity.of(options()));
    assertEquals(Severity.ERR, Severity.of(options("severity", "error")));
    assertEquals(Severity.WARNING, Severity.of(options("severity", "warn")));
    assertEquals(Severity.EMERG, Severity.of(options("severity", "panic")));
    assertEquals(Severity.DEBUG, Severity.of(options("severity", "7")));
    assertThrows(LogConfigurationException.class, () -> Severity.of(options("severity", "ERR")));
  }

  private static Options options(String... options) {
    return new Options(Lines.configuration(options));
  }
}
