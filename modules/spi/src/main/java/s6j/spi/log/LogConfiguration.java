package s6j.spi.log;

import java.util.Map;
import java.util.function.Consumer;

/**
 * What a destination is to be.
 *
 * @param service the name of the service that is logged, as far as it is known; otherwise empty
 * @param options as the script says, names and values decoded from their URL form
 * @param warnings takes a message for the container's output; the same message is shown at most
 *     once a minute, with how often it came. May be called on any thread; never blocks.
 */
public record LogConfiguration(
    String service, Map<String, String> options, Consumer<String> warnings) {
  /** With its own copy of the options, which cannot be changed. */
  public LogConfiguration {
    options = Map.copyOf(options);
  }

  /**
   * The value of an option. Does not block; any thread.
   *
   * @param name of the option
   * @param otherwise what to take when the script does not give it
   * @return the option's value, or that
   */
  public String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }
}
