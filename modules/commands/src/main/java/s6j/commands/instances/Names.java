package s6j.commands.instances;

import s6j.chain.CommandException;
import s6j.posix.Bytes;

/** Names of services in a scan directory. */
final class Names {
  private Names() {}

  /** Refuses what a scan directory would not take for a service: hidden, empty, a path. */
  static Bytes checked(Bytes name, String what) throws CommandException {
    if (name.isEmpty() || name.at(0) == '.' || name.contains('/') || name.contains('\n')) {
      throw CommandException.fatal(CommandException.USAGE, "invalid " + what);
    }
    return name;
  }

  static Bytes notEmpty(Bytes path, String what) throws CommandException {
    if (path.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "invalid " + what);
    }
    return path;
  }
}
