package s6j.commands.portable.tree;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class TreeCommands {
  private TreeCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6Hiercopy(),
        new S6Linkname(),
        new S6Ln(),
        new S6Ls(),
        new S6Mkdir(),
        new S6Mkfifo(),
        new S6Rename(),
        new S6Rmrf(),
        new S6Touch(),
        new S6UpdateSymlinks());
  }
}
