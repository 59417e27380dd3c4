package s6j.commands.notification;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * A block as execlineb hands it over: each of its words with a space before, and an empty word at
 * the end. Words without the space, as they are given on a shell's command line, are understood.
 */
public final class Block {
  private Block() {}

  /**
   * The words of the block that begins at {@code from}, without their spaces.
   *
   * @return null when the block has no end
   */
  public static List<Bytes> of(List<Bytes> words, int from) {
    List<Bytes> block = new ArrayList<>();
    for (int i = from; i < words.size(); i++) {
      Bytes word = words.get(i);
      if (word.isEmpty()) {
        return block;
      }
      block.add(word.at(0) == ' ' ? word.from(1) : word);
    }
    return null;
  }
}
