package s6j.plugin.otlp;

import com.google.auto.service.AutoService;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import s6j.plugin.otlp.wire.Address;
import s6j.plugin.otlp.wire.HttpDestination;
import s6j.plugin.otlp.wire.Machine;
import s6j.plugin.otlp.wire.Options;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;

/** {@code plugin:otlp?to=http://host:4318}: see docs/reference/log-backends.md. */
@AutoService(LogBackend.class)
public final class OtlpBackend implements LogBackend {
  /** For {@link java.util.ServiceLoader}. */
  public OtlpBackend() {}

  @Override
  public String name() {
    return "otlp";
  }

  @Override
  public Set<String> options() {
    Set<String> options = new HashSet<>(HttpDestination.OPTIONS);
    options.addAll(Set.of("service-name", "severity", "attributes"));
    return options;
  }

  @Override
  public LogDestination open(LogConfiguration configuration) throws LogConfigurationException {
    Options options = new Options(configuration);
    Address to = HttpDestination.receiver(options, 4318, "/v1/logs");
    LogRecords records =
        new LogRecords(
            resource(options, configuration.service()),
            Severity.of(options),
            configuration.warnings());
    return new HttpDestination(configuration, to, Map.of(), records);
  }

  private static Map<String, String> resource(Options options, String service)
      throws LogConfigurationException {
    // What a service without a name is called is laid down by OpenTelemetry's conventions.
    String name = options.text("service-name", service.isEmpty() ? "unknown_service" : service);
    if (name.isEmpty()) {
      throw Options.wrong("service-name", name, "a name");
    }
    Map<String, String> resource = new LinkedHashMap<>();
    resource.put("service.name", name);
    resource.put("host.name", Machine.hostname());
    resource.putAll(options.pairs("attributes"));
    return resource;
  }
}
