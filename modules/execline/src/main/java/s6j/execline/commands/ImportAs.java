package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.language.Transform;
import s6j.posix.Bytes;

/**
 * {@code importas [-i | -D default] [-u] [-S] [options of define] key variable prog}, and {@code
 * import}, of the first versions and of images that still use it, whose key is the variable's name;
 * so is it with {@code -S}.
 */
final class ImportAs extends SubstitutingCommand {
  private static final String OPTIONS =
      "[ -i | -D default ] [ -u ] [ -N | -n ] [ -s ] [ -C | -c ] [ -d delim ] ";

  private final boolean oneName;

  private ImportAs(String name, String arguments, boolean oneName) {
    super(name, OPTIONS + arguments);
    this.oneName = oneName;
  }

  static ImportAs importAs() {
    return new ImportAs("importas", "[ -S ] key variable program...", false);
  }

  static ImportAs plainImport() {
    return new ImportAs("import", "variable program...", true);
  }

  @Override
  int define(Invocation call, List<Bytes> words, Bindings bindings) throws CommandException {
    Options options = options(words, Transform.LETTERS + (oneName ? "iD:u" : "iD:uS"));
    int at = options.end();
    Bytes key = word(words, at);
    Bytes variable = oneName || options.has('S') ? key : word(words, ++at);
    Bytes value = call.environment().get(variable);
    if (value == null && options.has('i')) {
      throw CommandException.fatal(CommandException.USAGE, variable + " not set");
    }
    if (options.has('u')) {
      bindings.unset(variable);
    }
    if (value == null) {
      value = options.argument('D');
    }
    bindings.add(key, value == null ? List.of() : Transform.of(options, false).apply(value));
    return at + 1;
  }
}
