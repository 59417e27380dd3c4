package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.EnvFileParser;
import s6j.execline.language.SyntaxException;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/**
 * {@code envfile [-i | -I] file prog}: adds the variables of a file, {@code -} being stdin. With
 * {@code -I} a file that is not there is an empty one.
 */
final class EnvFile extends PureCommand {
  private static final int BAD_FILE = 1;

  EnvFile() {
    super("envfile", "[ -i | -I ] file program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "iI");
    argument(call, options.end() + 1);
    Bytes file = argument(call, options.end());
    boolean mayBeMissing = false;
    for (Options.Option option : options.list()) {
      mayBeMissing = option.letter() == 'I';
    }
    Bytes content;
    try {
      content = file.is("-") ? Descriptors.readAll(call.posix(), 0) : call.files().readWhole(file);
    } catch (PosixException e) {
      if (!mayBeMissing || !e.is(Errno.ENOENT)) {
        throw CommandException.unable("open " + file, e);
      }
      content = Bytes.EMPTY;
    }
    try {
      List<Bytes> entries = EnvFileParser.parse(content);
      Environment environment = Environment.ofEntries(entries.reversed());
      return call.exec(options.end() + 1, call.environment().withAll(environment));
    } catch (SyntaxException e) {
      throw CommandException.fatal(
          BAD_FILE,
          "in "
              + (file.is("-") ? "standard input" : file)
              + ": syntax error line "
              + e.line()
              + ": "
              + e.details());
    }
  }
}
