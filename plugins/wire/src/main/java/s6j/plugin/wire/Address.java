package s6j.plugin.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import s6j.spi.log.LogConfigurationException;

/**
 * Where to send to, as a URL says it.
 *
 * @param scheme in lower case
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 * @param path what follows the port: empty, or beginning with {@code /}, with the query
 */
public record Address(String scheme, String host, int port, String path) {
  /**
   * Reads {@code scheme://host[:port][/path]}; an IPv6 address stands in brackets. Host names are
   * taken as they are: with {@code _} too, which Docker Compose allows.
   *
   * @param option the name of the option, for the message
   * @param ports the schemes that have a meaning here, with the port that each has by default
   * @throws LogConfigurationException when it is something else
   */
  public static Address parse(
      String option, String value, Map<String, Integer> ports, String expected)
      throws LogConfigurationException {
    int colon = value.indexOf("://");
    String scheme = colon < 0 ? "" : value.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
    if (!ports.containsKey(scheme)) {
      throw Options.wrong(option, value, expected);
    }
    String rest = value.substring(colon + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash);
    int hostEnd = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    if (hostEnd < 0) {
      hostEnd = authority.length();
    }
    String host = authority.substring(0, hostEnd);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    String port = authority.substring(hostEnd);
    if (host.isEmpty() || !isPlain(host) || !isPlain(path) || !(port.isEmpty() || isPort(port))) {
      throw Options.wrong(option, value, expected);
    }
    int number = port.isEmpty() ? ports.get(scheme) : Integer.parseInt(port.substring(1));
    return new Address(scheme, host, number, path);
  }

  /** The same with another path. */
  public Address withPath(String other) {
    return new Address(scheme, host, port, other);
  }

  /** What a request names in its Host field. */
  public String hostAndPort() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * The host's addresses now. The JVM keeps what it has found for 30 seconds and what it has not
   * found for 10; nothing is kept beyond that.
   *
   * @throws IOException when there is none
   */
  public InetAddress[] resolve() throws IOException {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("unable to resolve " + host + ": no address is known for it", e);
    }
  }

  /** As a URL. */
  @Override
  public String toString() {
    return scheme + "://" + hostAndPort() + path;
  }

  // Neither in a request line nor in a Host field may there be what ends it.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '@' || c == '[' || c == ']' || c == '#') {
        return false;
      }
    }
    return true;
  }

  private static boolean isPort(String text) {
    if (text.length() < 2 || text.length() > 6 || text.charAt(0) != ':') {
      return false;
    }
    int number = 0;
    for (int i = 1; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      number = number * 10 + digit;
    }
    return number >= 1 && number <= 65535;
  }
}
