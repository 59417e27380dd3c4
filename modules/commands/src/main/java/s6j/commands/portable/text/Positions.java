package s6j.commands.portable.text;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Options;
import s6j.posix.Bytes;

/** Positions in a line, from 1, as the list argument of {@code cut} has them: {@code 1,3-5,8-}. */
final class Positions {
  private static final long OPEN = Long.MAX_VALUE - 1;

  /** Ranges in order, which neither overlap nor touch; even elements begin one, odd ones end it. */
  private final long[] bounds;

  private Positions(long[] bounds) {
    this.bounds = bounds;
  }

  /** Reads a list; null when it is none. */
  static Positions parse(Bytes list) {
    List<long[]> ranges = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= list.length(); i++) {
      if (i == list.length() || list.at(i) == ',' || list.at(i) == ' ' || list.at(i) == '\t') {
        long[] range = range(list.slice(start, i));
        if (range == null) {
          return null;
        }
        ranges.add(range);
        start = i + 1;
      }
    }
    ranges.sort((a, b) -> Long.compare(a[0], b[0]));
    return new Positions(merged(ranges));
  }

  private static long[] range(Bytes word) {
    int dash = word.indexOf('-');
    if (dash < 0) {
      long position = Options.unsigned(word);
      return position < 1 ? null : new long[] {position, position};
    }
    long first = dash == 0 ? 1 : Options.unsigned(word.slice(0, dash));
    long last = dash + 1 == word.length() ? OPEN : Options.unsigned(word.from(dash + 1));
    return word.length() == 1 || first < 1 || last < first ? null : new long[] {first, last};
  }

  private static long[] merged(List<long[]> ranges) {
    long[] bounds = new long[2 * ranges.size()];
    int n = 0;
    for (long[] range : ranges) {
      if (n > 0 && range[0] <= bounds[n - 1] + 1) {
        bounds[n - 1] = Math.max(bounds[n - 1], range[1]);
      } else {
        bounds[n++] = range[0];
        bounds[n++] = range[1];
      }
    }
    return java.util.Arrays.copyOf(bounds, n);
  }

  int ranges() {
    return bounds.length / 2;
  }

  long first(int range) {
    return bounds[2 * range];
  }

  long last(int range) {
    return bounds[2 * range + 1];
  }

  boolean has(long position) {
    for (int i = 0; i < bounds.length && bounds[i] <= position; i += 2) {
      if (position <= bounds[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
