package s6j.commands.portable.tree;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-ls}: the names in a directory, in no order. */
final class S6Ls extends PortableCommand {
  S6Ls() {
    super("s6-ls", "[ -0 ] [ -a | -A ] [ -x exclude ] dir");
  }

  /** Which names that begin with a dot are listed. */
  private enum Dots {
    NONE,
    NAMES,
    ALL
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "0aAx:");
    Dots dots = Dots.NONE;
    for (Options.Option option : options.list()) {
      dots =
          switch (option.letter()) {
            case 'a' -> Dots.NAMES;
            case 'A' -> Dots.ALL;
            default -> dots;
          };
    }
    list(call, argument(call, options.end()), dots, options);
    return Next.exit(0);
  }

  private static void list(Invocation call, Bytes directory, Dots dots, Options options)
      throws CommandException {
    Bytes excluded = options.argument('x');
    int separator = options.has('0') ? 0 : '\n';
    Transfer out = new Transfer(call.posix());
    try (DirectoryReader reader = open(call, directory)) {
      if (dots == Dots.ALL) {
        put(out, Bytes.of("."), excluded, separator);
        put(out, Bytes.of(".."), excluded, separator);
      }
      for (var names = reader.next(); !names.isEmpty(); names = reader.next()) {
        for (Bytes name : names) {
          if (dots != Dots.NONE || name.at(0) != '.') {
            put(out, name, excluded, separator);
          }
        }
      }
    } catch (PosixException e) {
      throw CommandException.unable("read directory " + directory, e);
    }
    out.flush();
  }

  private static DirectoryReader open(Invocation call, Bytes directory) throws CommandException {
    try {
      return DirectoryReader.open(call.posix(), directory);
    } catch (PosixException e) {
      throw CommandException.unable("open directory " + directory, e);
    }
  }

  private static void put(Transfer out, Bytes name, Bytes excluded, int separator)
      throws CommandException {
    if (!name.equals(excluded)) {
      out.put(name);
      out.put(separator);
    }
  }
}
