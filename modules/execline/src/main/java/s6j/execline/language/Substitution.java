package s6j.execline.language;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.Errno;

/**
 * Keys with their values, each a list of words, and what becomes of words that mention them: {@code
 * ${key}}, or {@code $key} up to the end of the word or one of {@code \ $ { }}. All keys are
 * substituted at once; values are not looked into. A key with one of these four bytes is never
 * mentioned.
 *
 * <p>A word that mentions a list is repeated for each of its elements, and is gone when there are
 * none; of several lists in a word the first varies slowest. 2n backslashes before a reference
 * become n, 2n + 1 become n and leave the reference alone.
 *
 * <p>What becomes of them has a limit, as the kernel has one for the arguments of a program: a few
 * lists in one word make millions of words.
 */
public final class Substitution {
  /** What all the new words may take, in bytes: as much as the kernel lets a program have. */
  private static final long SIZE_MAX = 2 << 20;

  private final Map<Bytes, List<Bytes>> values = new HashMap<>();

  /**
   * Adds a key.
   *
   * @return false when the key is empty or there already
   */
  public boolean add(Bytes key, List<Bytes> value) {
    if (key.isEmpty() || values.putIfAbsent(key, value) != null) {
      return false;
    }
    return true;
  }

  /**
   * The words with all references replaced.
   *
   * @throws CommandException when they would be more than a program can have
   */
  public List<Bytes> apply(List<Bytes> words) throws CommandException {
    Replaced result = new Replaced(words.size());
    for (int i = 0; i < words.size(); i++) {
      Bytes word = words.get(i);
      if (word.contains('$')) {
        substitute(word, result);
      } else {
        result.words.add(word);
      }
    }
    return result.words;
  }

  /** The words so far, and what the new ones among them take. */
  private static final class Replaced {
    private final List<Bytes> words;
    private long size;

    Replaced(int expected) {
      words = new ArrayList<>(expected);
    }

    void add(Bytes word) throws CommandException {
      size += Bytes.OVERHEAD + word.length();
      check(0);
      words.add(word);
    }

    /** Whether as much as that may be added. */
    void check(int more) throws CommandException {
      if (size + more > SIZE_MAX) {
        throw CommandException.fatal(
            CommandException.NOT_EXECUTABLE, "unable to substitute: " + Errno.E2BIG.text());
      }
    }
  }

  /** A piece of a word: text, or a list of which the word takes one element after another. */
  private record Piece(Bytes text, List<Bytes> list) {}

  private void substitute(Bytes word, Replaced result) throws CommandException {
    List<Piece> pieces = new ArrayList<>();
    ByteBuilder text = new ByteBuilder();
    int backslashes = 0;
    for (int i = 0; i < word.length(); ) {
      int c = word.at(i);
      int end = c == '$' ? referenceEnd(word, i) : -1;
      if (end < 0) {
        text.add(c);
        i++;
        backslashes = c == '\\' ? backslashes + 1 : 0;
        continue;
      }
      text.cut(text.length() - (backslashes + 1) / 2);
      if (backslashes % 2 == 1) {
        text.add(word.slice(i, end));
      } else {
        List<Bytes> value = values.get(keyOf(word, i, end));
        if (value.isEmpty()) {
          return;
        }
        if (value.size() == 1) {
          text.add(value.getFirst());
          result.check(text.length());
        } else {
          pieces.add(new Piece(text.build(), null));
          text.clear();
          pieces.add(new Piece(null, value));
        }
      }
      backslashes = 0;
      i = end;
    }
    pieces.add(new Piece(text.build(), null));
    multiply(pieces, 0, Bytes.EMPTY, result);
  }

  private static void multiply(List<Piece> pieces, int from, Bytes before, Replaced result)
      throws CommandException {
    if (from == pieces.size()) {
      result.add(before);
      return;
    }
    Piece piece = pieces.get(from);
    if (piece.list == null) {
      multiply(pieces, from + 1, piece.text.isEmpty() ? before : before.plus(piece.text), result);
      return;
    }
    for (Bytes element : piece.list) {
      multiply(pieces, from + 1, before.plus(element), result);
    }
  }

  private static Bytes keyOf(Bytes word, int dollar, int end) {
    return word.at(dollar + 1) == '{'
        ? word.slice(dollar + 2, end - 1)
        : word.slice(dollar + 1, end);
  }

  /** Where the reference that begins at this dollar ends; -1 when it is to none of our keys. */
  private int referenceEnd(Bytes word, int dollar) {
    if (dollar + 1 < word.length() && word.at(dollar + 1) == '{') {
      int close = endOfName(word, dollar + 2);
      boolean ours =
          close < word.length()
              && word.at(close) == '}'
              && values.containsKey(word.slice(dollar + 2, close));
      return ours ? close + 1 : -1;
    }
    int end = endOfName(word, dollar + 1);
    return values.containsKey(word.slice(dollar + 1, end)) ? end : -1;
  }

  private static int endOfName(Bytes word, int from) {
    int end = from;
    while (end < word.length() && !endsName(word.at(end))) {
      end++;
    }
    return end;
  }

  private static boolean endsName(int c) {
    return c == '\\' || c == '$' || c == '{' || c == '}';
  }
}
