package s6j.expressions.regex;

import java.util.List;

/** The syntax tree of a regular expression over bytes. */
sealed interface EreTree {
  /** A place in the line, as opposed to something in it. */
  enum Place {
    LINE_START,
    LINE_END,
    WORD_START,
    WORD_END,
    WORD_EDGE,
    NO_WORD_EDGE
  }

  /** One byte of a set: bit {@code b & 63} of word {@code b >> 6}. */
  record OneOf(long[] set) implements EreTree {}

  record At(Place place) implements EreTree {}

  /** One after the other; none at all matches the empty string. */
  record Sequence(List<EreTree> parts) implements EreTree {}

  record Choice(List<EreTree> branches) implements EreTree {}

  /**
   * @param max -1 for any number
   */
  record Repeat(EreTree what, int min, int max) implements EreTree {}
}
