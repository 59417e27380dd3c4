package s6j.commands.instances;

import java.util.List;
import s6j.chain.CommandException;
import s6j.posix.Bytes;

/**
 * The names that a made directory has as s6-rc sources.
 *
 * @param service of the service
 * @param logger of its logger, or null
 * @param pipeline of both together, or null
 */
record Pipeline(Bytes service, Bytes logger, Bytes pipeline) {
  private static final String[] KINDS = {"service", "logger", "pipeline"};

  /**
   * Reads {@code service[/logger[/pipeline]]}.
   *
   * @param fewest how many of them there must be
   * @param expected what is said when they are not
   */
  static Pipeline parse(Bytes word, int fewest, String expected) throws CommandException {
    List<Bytes> parts = word.split('/');
    if (parts.size() < fewest) {
      throw CommandException.fatal(CommandException.USAGE, "argument to -r must be: " + expected);
    }
    if (parts.size() > KINDS.length) {
      throw CommandException.fatal(CommandException.USAGE, "slashes are forbidden in s6-rc names");
    }
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).isEmpty()) {
        throw CommandException.fatal(CommandException.USAGE, KINDS[i] + " name cannot be empty");
      }
      if (parts.get(i).contains('\n')) {
        throw CommandException.fatal(
            CommandException.USAGE, "newlines are forbidden in s6-rc names");
      }
    }
    return new Pipeline(
        parts.getFirst(),
        parts.size() > 1 ? parts.get(1) : null,
        parts.size() > 2 ? parts.get(2) : null);
  }
}
