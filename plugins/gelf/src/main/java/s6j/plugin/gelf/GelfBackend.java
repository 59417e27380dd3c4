package s6j.plugin.gelf;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.plugin.gelf.wire.Address;
import s6j.plugin.gelf.wire.Datagrams;
import s6j.plugin.gelf.wire.Machine;
import s6j.plugin.gelf.wire.Options;
import s6j.plugin.gelf.wire.Severity;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;

/** {@code plugin:gelf?to=udp://host:12201}: see docs/reference/log-backends.md. */
@AutoService(LogBackend.class)
public final class GelfBackend implements LogBackend {
  private static final String EXPECTED = "udp://host[:port] or tcp://host[:port]";
  // GELF has another meaning for the first.
  private static final Set<String> OWN_FIELDS = Set.of("id", "service", "line_base64");
  private static final int CONNECT_MILLIS = 10_000;

  /** For {@link java.util.ServiceLoader}. */
  public GelfBackend() {}

  @Override
  public String name() {
    return "gelf";
  }

  @Override
  public Set<String> options() {
    return Set.of("to", "host", "severity", "fields", "compress", "chunk-size");
  }

  @Override
  public LogDestination open(LogConfiguration configuration) throws LogConfigurationException {
    Options options = new Options(configuration);
    String to = options.required("to", EXPECTED);
    Address address = Address.parse("to", to, Map.of("udp", 12201, "tcp", 12201), EXPECTED);
    if (!address.path().isEmpty()) {
      throw Options.wrong("to", to, EXPECTED);
    }
    String host = options.text("host", Machine.hostname());
    if (host.isBlank()) {
      throw Options.wrong("host", host, "a name, without which receivers refuse messages");
    }
    Message message =
        new Message(host, configuration.service(), Severity.of(options).ordinal(), fields(options));
    boolean gzip = options.choice("compress", List.of("none", "gzip")).equals("gzip");
    int chunkSize = options.number("chunk-size", 1420, 128, Datagrams.LARGEST);
    if (address.scheme().equals("udp")) {
      return new UdpDestination(message, new Datagrams(address), new Chunks(chunkSize), gzip);
    }
    if (gzip) {
      throw Options.wrong("compress", "gzip", "none over TCP, where GELF has no compression");
    }
    return new TcpDestination(message, address, CONNECT_MILLIS);
  }

  private static Map<String, String> fields(Options options) throws LogConfigurationException {
    Map<String, String> fields = options.pairs("fields");
    for (String name : fields.keySet()) {
      if (!Options.isName(name) || OWN_FIELDS.contains(name)) {
        throw Options.wrong(
            "fields",
            options.text("fields", ""),
            "names of letters, digits, _, - and ., not id, service or line_base64");
      }
    }
    return fields;
  }
}
