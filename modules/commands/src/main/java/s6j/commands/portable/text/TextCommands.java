package s6j.commands.portable.text;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class TextCommands {
  private TextCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6Cat(),
        new S6Cut(),
        new S6FormatFilter(),
        new S6Grep(),
        new S6Head(),
        new S6QuoteFilter(),
        new S6Sort(),
        new S6Tai64ndiff(),
        new S6Tail(),
        new S6UnquoteFilter());
  }
}
