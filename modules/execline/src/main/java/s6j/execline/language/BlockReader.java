package s6j.execline.language;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;

/**
 * Reads the blocks in a command's arguments, one after another: words up to an empty one, each of
 * which loses a leading space. A word without one is accepted; EXECLINE_STRICT says whether with a
 * warning (1) or not at all (2).
 */
public final class BlockReader {
  private final Invocation call;
  private final List<Bytes> words;
  private int at;
  private int block;

  /** Reads the arguments of the invocation from an index on. */
  public BlockReader(Invocation call, int from) {
    this(call, call.arguments(), from);
  }

  /** Reads blocks within other words, such as those of an outer block. */
  public BlockReader(Invocation call, List<Bytes> words, int from) {
    this.call = call;
    this.words = words;
    this.at = from;
  }

  /**
   * The words of the next block.
   *
   * @throws CommandException with {@code unterminated block}
   */
  public List<Bytes> next() throws CommandException {
    return next("unterminated block");
  }

  /** The words of the next block; {@code complaint} is said when it does not end. */
  public List<Bytes> next(String complaint) throws CommandException {
    block++;
    List<Bytes> content = new ArrayList<>();
    int strictness = strictness();
    for (; at < words.size(); at++) {
      Bytes word = words.get(at);
      if (word.isEmpty()) {
        at++;
        return content;
      }
      if (word.at(0) == ' ') {
        content.add(word.from(1));
      } else {
        unquoted(word, content.size(), strictness);
        content.add(word);
      }
    }
    throw CommandException.fatal(CommandException.USAGE, complaint);
  }

  private int strictness() {
    Bytes value = call.environment().get("EXECLINE_STRICT");
    return value == null ? 0 : (int) Numbers.leading(value);
  }

  private void unquoted(Bytes word, int position, int strictness) throws CommandException {
    if (strictness <= 0) {
      return;
    }
    String message = "unquoted argument " + word + " at block " + block + " position " + position;
    if (strictness >= 2) {
      throw CommandException.fatal(CommandException.USAGE, message);
    }
    call.warn(message);
  }

  /** The index of the first word that has not been read. */
  public int at() {
    return at;
  }

  public boolean hasMore() {
    return at < words.size();
  }

  /** The words that have not been read. */
  public List<Bytes> rest() {
    return words.subList(at, words.size());
  }
}
