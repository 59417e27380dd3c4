package s6j.plugin;

import java.lang.module.InvalidModuleDescriptorException;
import java.util.ServiceConfigurationError;

/** Why a plugin cannot be used, in one line for people. */
public final class Reason {
  /** The class file version of a Java release is its number and this. */
  private static final int BEFORE_JAVA_1 = 44;

  private static final int DEEP = 20;

  /** What the JVM says of a class that is there, when its initialiser has failed before. */
  private static final String NOT_INITIALIZED = "Could not initialize class ";

  private Reason() {}

  /**
   * One line: what it means where that is known, otherwise the kind of failure and its message.
   * Runs code of a plugin, when the failure is of a class of its own: see {@link TimedCall#reason}.
   */
  public static String of(Throwable failure) {
    try {
      return told(failure);
    } catch (Throwable e) {
      return failure.getClass().getName()
          + " (whose message cannot be had: "
          + e.getClass().getName()
          + ")";
    }
  }

  private static String told(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < DEEP; depth++, at = at.getCause()) {
      String known = known(at);
      if (known != null) {
        return known;
      }
    }
    Throwable last = failure;
    for (int depth = 0; depth < DEEP && isWrapper(last) && last.getCause() != null; depth++) {
      last = last.getCause();
    }
    boolean says = last.getMessage() != null && !last.getMessage().isBlank();
    String kind = isOurs(last) && says ? "" : last.getClass().getName();
    String message = says ? oneLine(last.getMessage()) : "";
    return kind.isEmpty() || message.isEmpty() ? kind + message : kind + ": " + message;
  }

  /** Kinds of failure that only say where the real one was. */
  private static boolean isWrapper(Throwable failure) {
    return failure instanceof ServiceConfigurationError
        || failure instanceof java.lang.module.FindException
        || failure instanceof ExceptionInInitializerError
        || failure instanceof java.lang.reflect.InvocationTargetException;
  }

  /** Kinds of failure whose message says all. */
  private static boolean isOurs(Throwable failure) {
    return failure instanceof ServiceConfigurationError
        || failure instanceof java.lang.module.FindException
        || failure instanceof java.lang.module.ResolutionException
        || failure instanceof LayerInstantiationException
        || failure instanceof java.util.zip.ZipException
        || failure.getClass() == Exception.class
        || failure.getClass() == java.io.IOException.class;
  }

  private static String known(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    boolean newer =
        failure instanceof UnsupportedClassVersionError
            || failure instanceof InvalidModuleDescriptorException
                && message.contains("major.minor version");
    if (newer) {
      int version = numberAfter(message, "version ");
      if (version > BEFORE_JAVA_1) {
        return "built for Java "
            + (version - BEFORE_JAVA_1)
            + ", this runtime is Java "
            + Runtime.version().feature();
      }
    }
    if (failure instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    boolean lacks =
        failure instanceof NoClassDefFoundError
            || failure instanceof NoSuchMethodError
            || failure instanceof NoSuchFieldError
            || failure instanceof ClassNotFoundException;
    if (lacks && message.startsWith(NOT_INITIALIZED)) {
      return oneLine(message);
    }
    if (lacks) {
      boolean spi = message.contains("s6j/spi/") || message.contains("s6j.spi.");
      return (spi ? "built for another version of s6j.spi: there is no " : "there is no ")
          + oneLine(message);
    }
    return null;
  }

  /** The number behind one of these words; 0 when there is none. */
  private static int numberAfter(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int number = 0;
      for (int i = at + word.length(); i < text.length() && number < 100_000; i++) {
        int digit = text.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        number = number * 10 + digit;
      }
      if (number > 0) {
        return number;
      }
    }
    return 0;
  }

  /** The first line of a text, without control characters. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? '?' : c);
    }
    return line.toString().strip();
  }
}
