package s6j.plugin.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/** The options of a destination, checked when they are read. */
public final class Options {
  private final LogConfiguration configuration;

  /** The options of this configuration. */
  public Options(LogConfiguration configuration) {
    this.configuration = configuration;
  }

  /** The exception for a value without a meaning. */
  public static LogConfigurationException wrong(String name, String value, String expected) {
    return new LogConfigurationException(name + "=" + value + ": expected " + expected);
  }

  /** As it is in the script. */
  public String text(String name, String otherwise) {
    return configuration.option(name, otherwise);
  }

  /**
   * What has to be given.
   *
   * @throws LogConfigurationException when it is not, or is empty
   */
  public String required(String name, String expected) throws LogConfigurationException {
    String value = configuration.option(name, "");
    if (value.isEmpty()) {
      throw new LogConfigurationException("option " + name + " is missing: expected " + expected);
    }
    return value;
  }

  /**
   * A decimal number within bounds, both included.
   *
   * @throws LogConfigurationException when it is none
   */
  public int number(String name, int otherwise, int from, int to) throws LogConfigurationException {
    String value = configuration.option(name, Integer.toString(otherwise));
    try {
      int number = Integer.parseInt(value);
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException _) {
      // The message below tells of both.
    }
    throw wrong(name, value, "a number from " + from + " to " + to);
  }

  /**
   * One of several words; the first is taken when none is given.
   *
   * @throws LogConfigurationException when it is another
   */
  public String choice(String name, List<String> words) throws LogConfigurationException {
    String value = configuration.option(name, words.getFirst());
    if (!words.contains(value)) {
      throw wrong(name, value, String.join(" or ", words));
    }
    return value;
  }

  /**
   * A list {@code name=value,name=value} in its order; what would end a value is {@code %2C} in it,
   * and a percent sign {@code %25}.
   *
   * @throws LogConfigurationException when an item has no name, or no {@code =}, or a name comes
   *     twice
   */
  public Map<String, String> pairs(String name) throws LogConfigurationException {
    String value = configuration.option(name, "");
    Map<String, String> pairs = new LinkedHashMap<>();
    if (value.isEmpty()) {
      return pairs;
    }
    for (String item : value.split(",", -1)) {
      int equals = item.indexOf('=');
      if (equals <= 0) {
        throw wrong(name, value, "name=value,name=value, and not '" + item + "'");
      }
      String key = percentDecoded(item.substring(0, equals).strip());
      if (pairs.put(key, percentDecoded(item.substring(equals + 1).strip())) != null) {
        throw wrong(name, value, "each name once, and not '" + key + "' twice");
      }
    }
    return pairs;
  }

  /** Is it one or more letters and digits of ASCII, {@code _}, {@code -} and {@code .}? */
  public static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && c != '_' && c != '-' && c != '.') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  // Not URLDecoder, for which + is a space. What is no escape stays as it is.
  private static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        decoded.write(high << 4 | low);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
