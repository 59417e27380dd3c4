package s6j.commands.portable.words;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class WordCommands {
  private WordCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6Basename(),
        new S6Dirname(),
        new S6Echo(),
        new S6Expr(),
        new S6Quote(),
        new S6Seq(),
        new S6Uniquename(),
        new S6Unquote());
  }
}
