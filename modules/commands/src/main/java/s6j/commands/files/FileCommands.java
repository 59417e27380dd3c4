package s6j.commands.files;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class FileCommands {
  private FileCommands() {}

  public static List<Command> all() {
    return List.of(new FixAttrsCommand(), new S6Chown(), new S6Chmod(), new S6Test());
  }
}
