package s6j.plugin.syslog;

import com.google.auto.service.AutoService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.plugin.syslog.wire.Address;
import s6j.plugin.syslog.wire.Datagrams;
import s6j.plugin.syslog.wire.Machine;
import s6j.plugin.syslog.wire.Options;
import s6j.plugin.syslog.wire.Severity;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;

/** {@code plugin:syslog?to=udp://host:514}: see docs/reference/log-backends.md. */
@AutoService(LogBackend.class)
public final class SyslogBackend implements LogBackend {
  private static final String EXPECTED = "udp://host[:port], tcp://host[:port] or unix:/path";
  private static final String UNIX = "unix:";
  private static final int CONNECT_MILLIS = 10_000;

  /** For {@link java.util.ServiceLoader}. */
  public SyslogBackend() {}

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public Set<String> options() {
    return Set.of(
        "to",
        "format",
        "facility",
        "severity",
        "app-name",
        "hostname",
        "procid",
        "msgid",
        "max-size");
  }

  @Override
  public LogDestination open(LogConfiguration configuration) throws LogConfigurationException {
    Options options = new Options(configuration);
    Transport transport = transport(options.required("to", EXPECTED));
    int maxSize = options.number("max-size", 8192, 1024, Datagrams.LARGEST);
    return new SyslogDestination(transport, format(options, configuration.service()), maxSize);
  }

  private static Transport transport(String to) throws LogConfigurationException {
    if (to.startsWith(UNIX)) {
      String path = to.substring(UNIX.length());
      if (!path.startsWith("/")
          || path.getBytes(StandardCharsets.UTF_8).length > LocalDatagrams.LONGEST_PATH) {
        throw Options.wrong("to", to, "an absolute path of at most 107 bytes after unix:");
      }
      return new Transport.Unix(Path.of(path));
    }
    Address address = Address.parse("to", to, Map.of("udp", 514, "tcp", 514), EXPECTED);
    if (!address.path().isEmpty()) {
      throw Options.wrong("to", to, EXPECTED);
    }
    return address.scheme().equals("udp")
        ? new Transport.Udp(address)
        : new Transport.Tcp(address, CONNECT_MILLIS);
  }

  private static Format format(Options options, String service) throws LogConfigurationException {
    int priority = Facility.of(options).ordinal() * 8 + Severity.of(options).ordinal();
    String app = field(options, "app-name", fitting(service, 48), 48);
    String host = field(options, "hostname", fitting(Machine.hostname(), 255), 255);
    String process = field(options, "procid", "-", 128);
    String message = field(options, "msgid", "-", 32);
    return options.choice("format", List.of("rfc5424", "local")).equals("rfc5424")
        ? new Format.Rfc5424(priority, host, app, process, message)
        : new Format.Local(priority, app, process);
  }

  // What the user says is an error when it does not fit; what is found is made to fit.
  private static String field(Options options, String name, String otherwise, int longest)
      throws LogConfigurationException {
    String value = options.text(name, otherwise);
    if (!value.equals(fitting(value, longest))) {
      throw Options.wrong(
          name, value, "1 to " + longest + " characters of ASCII that can be seen, no space");
    }
    return value;
  }

  private static String fitting(String text, int longest) {
    StringBuilder fitting = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && i < longest; i++) {
      char c = text.charAt(i);
      fitting.append(c > ' ' && c < 0x7f ? c : '_');
    }
    return fitting.isEmpty() ? "-" : fitting.toString();
  }
}
