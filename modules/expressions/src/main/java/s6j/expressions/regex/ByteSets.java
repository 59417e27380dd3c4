package s6j.expressions.regex;

/** Sets of bytes as four longs. The classes are those of the C locale: ASCII only. */
final class ByteSets {
  private ByteSets() {}

  static long[] none() {
    return new long[4];
  }

  static long[] all() {
    return complement(none());
  }

  static long[] of(int b) {
    long[] set = none();
    add(set, b);
    return set;
  }

  static void add(long[] set, int b) {
    set[b >> 6] |= 1L << (b & 63);
  }

  static void addRange(long[] set, int first, int last) {
    for (int b = first; b <= last; b++) {
      add(set, b);
    }
  }

  static void addAll(long[] set, long[] other) {
    for (int i = 0; i < 4; i++) {
      set[i] |= other[i];
    }
  }

  static boolean has(long[] set, int b) {
    return (set[b >> 6] >> (b & 63) & 1) != 0;
  }

  static long[] complement(long[] set) {
    return new long[] {~set[0], ~set[1], ~set[2], ~set[3]};
  }

  /** The set with the other case of each letter that it has. */
  static long[] withBothCases(long[] set) {
    long[] both = set.clone();
    int difference = 'a' - 'A';
    for (int upper = 'A'; upper <= 'Z'; upper++) {
      if (has(set, upper)) {
        add(both, upper + difference);
      }
      if (has(set, upper + difference)) {
        add(both, upper);
      }
    }
    return both;
  }

  /** Letters, digits and underscore: what the GNU operators call a word. */
  static boolean isWord(int b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_';
  }

  static long[] word() {
    long[] set = named("alnum");
    add(set, '_');
    return set;
  }

  /** A character class by its POSIX name, or null. */
  static long[] named(String name) {
    long[] set = none();
    switch (name) {
      case "upper" -> addRange(set, 'A', 'Z');
      case "lower" -> addRange(set, 'a', 'z');
      case "digit" -> addRange(set, '0', '9');
      case "alpha" -> addNamed(set, "upper", "lower");
      case "alnum" -> addNamed(set, "alpha", "digit");
      case "xdigit" -> {
        addNamed(set, "digit");
        addRange(set, 'A', 'F');
        addRange(set, 'a', 'f');
      }
      case "space" -> {
        addRange(set, 9, 13);
        add(set, ' ');
      }
      case "blank" -> {
        add(set, ' ');
        add(set, '\t');
      }
      case "cntrl" -> {
        addRange(set, 0, 31);
        add(set, 127);
      }
      case "graph" -> addRange(set, 33, 126);
      case "print" -> addRange(set, 32, 126);
      case "punct" -> {
        addRange(set, 33, 47);
        addRange(set, 58, 64);
        addRange(set, 91, 96);
        addRange(set, 123, 126);
      }
      default -> {
        return null;
      }
    }
    return set;
  }

  private static void addNamed(long[] set, String... names) {
    for (String name : names) {
      addAll(set, named(name));
    }
  }
}
