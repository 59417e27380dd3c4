package s6j.env;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * The settings of one environment. A value that is not what its variable holds counts as the
 * default, and is told of in {@link #warnings}.
 */
public final class Settings {
  private static final int SHOWN = 60;
  private static final long LARGEST = 0xffffffffL;
  private static final int DIGITS_MAX = 18;

  private final long[] numbers;
  private final Bytes[] texts;
  private final List<String> warnings;

  private Settings(long[] numbers, Bytes[] texts, List<String> warnings) {
    this.numbers = numbers;
    this.texts = texts;
    this.warnings = warnings;
  }

  /** Reads all settings from an environment. */
  public static Settings of(Environment environment) {
    Setting[] all = Setting.values();
    long[] numbers = new long[all.length];
    Bytes[] texts = new Bytes[all.length];
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      Bytes value = environment.get(all[i].variable());
      if (all[i].kind() == Setting.Kind.TEXT) {
        texts[i] = value == null ? all[i].defaultText() : value;
      } else {
        numbers[i] = value == null ? all[i].defaultNumber() : number(all[i], value, warnings);
      }
    }
    return new Settings(numbers, texts, List.copyOf(warnings));
  }

  private static long number(Setting setting, Bytes value, List<String> warnings) {
    Setting.Kind kind = setting.kind();
    long number = integer(value);
    boolean isSwitch = kind == Setting.Kind.SWITCH || kind == Setting.Kind.KEEP_SWITCH;
    if (number != NOT_A_NUMBER && number <= LARGEST && (number >= 0 || isSwitch)) {
      return number;
    }
    long instead = kind == Setting.Kind.KEEP_SWITCH ? 1 : setting.defaultNumber();
    warnings.add(
        "s6-overlay: warning: "
            + setting.name()
            + ": expected "
            + kind.expected()
            + ", got \""
            + shown(value)
            + "\"; using "
            + instead);
    return instead;
  }

  /** What {@link #integer} says of anything else. */
  public static final long NOT_A_NUMBER = Long.MIN_VALUE;

  /**
   * A whole decimal number of at most 18 digits, with or without a sign.
   *
   * @return the number, or {@link #NOT_A_NUMBER}
   */
  public static long integer(Bytes word) {
    int start = !word.isEmpty() && (word.at(0) == '-' || word.at(0) == '+') ? 1 : 0;
    if (start == word.length() || word.length() > DIGITS_MAX) {
      return NOT_A_NUMBER;
    }
    long value = 0;
    for (int i = start; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
    }
    return start == 1 && word.at(0) == '-' ? -value : value;
  }

  /** A value for one line of a message. */
  private static String shown(Bytes value) {
    StringBuilder line = new StringBuilder();
    String text = value.toString();
    for (int i = 0; i < text.length() && i < SHOWN; i++) {
      line.append(Character.isISOControl(text.charAt(i)) ? '?' : text.charAt(i));
    }
    return text.length() > SHOWN ? line.append("...").toString() : line.toString();
  }

  /** The value of a number, in milliseconds where it is a time. */
  public long number(Setting setting) {
    return numbers[setting.ordinal()];
  }

  /** Whether a switch is on. */
  public boolean is(Setting setting) {
    return numbers[setting.ordinal()] != 0;
  }

  /** The value of a text; null when it is not set and has no default. */
  public Bytes text(Setting setting) {
    return texts[setting.ordinal()];
  }

  /** A line for each value that was not understood, without newline. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Whether this environment keeps the container's environment: S6_KEEP_ENV is there, and is not
   * the number 0. The one setting that commands ask for in their own environment.
   */
  public static boolean keepsEnvironment(Environment environment) {
    Bytes value = environment.get(Setting.S6_KEEP_ENV.variable());
    return value != null && integer(value) != 0;
  }
}
