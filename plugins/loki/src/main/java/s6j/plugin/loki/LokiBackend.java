package s6j.plugin.loki;

import com.google.auto.service.AutoService;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import s6j.plugin.loki.wire.Address;
import s6j.plugin.loki.wire.HttpDestination;
import s6j.plugin.loki.wire.Machine;
import s6j.plugin.loki.wire.Options;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;

/** {@code plugin:loki?to=http://host:3100}: see docs/reference/log-backends.md. */
@AutoService(LogBackend.class)
public final class LokiBackend implements LogBackend {
  /** For {@link java.util.ServiceLoader}. */
  public LokiBackend() {}

  @Override
  public String name() {
    return "loki";
  }

  @Override
  public Set<String> options() {
    Set<String> options = new HashSet<>(HttpDestination.OPTIONS);
    options.addAll(Set.of("labels", "tenant", "max-line"));
    return options;
  }

  @Override
  public LogDestination open(LogConfiguration configuration) throws LogConfigurationException {
    Options options = new Options(configuration);
    Address to = HttpDestination.receiver(options, 3100, "/loki/api/v1/push");
    int maxLine = options.number("max-line", 256 * 1024, 1024, 64 * 1024 * 1024);
    Push push = new Push(labels(options, configuration.service()), maxLine);
    return new HttpDestination(configuration, to, tenant(options), push);
  }

  private static Map<String, String> tenant(Options options) throws LogConfigurationException {
    String tenant = options.text("tenant", "");
    for (int i = 0; i < tenant.length(); i++) {
      if (tenant.charAt(i) <= ' ' || tenant.charAt(i) >= 0x7f) {
        throw Options.wrong("tenant", tenant, "characters of ASCII that can be seen, no space");
      }
    }
    return tenant.isEmpty() ? Map.of() : Map.of("X-Scope-OrgID", tenant);
  }

  // A stream must have a label, and the same service on two machines is two streams.
  private static Map<String, String> labels(Options options, String service)
      throws LogConfigurationException {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("service", service.isEmpty() ? "unknown" : service);
    labels.put("host", Machine.hostname());
    Map<String, String> given = options.pairs("labels");
    for (String name : given.keySet()) {
      if (!isLabelName(name)) {
        throw Options.wrong(
            "labels",
            options.text("labels", ""),
            "names of letters, digits and _, not beginning with a digit, and not '" + name + "'");
      }
    }
    labels.putAll(given);
    labels.values().removeIf(String::isEmpty);
    if (labels.isEmpty()) {
      throw Options.wrong("labels", options.text("labels", ""), "a label with a value");
    }
    return labels;
  }

  private static boolean isLabelName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
