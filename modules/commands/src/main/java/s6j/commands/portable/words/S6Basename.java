package s6j.commands.portable.words;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;

/** {@code s6-basename}: the last component of a path, without a suffix. */
final class S6Basename extends PortableCommand {
  S6Basename() {
    super("s6-basename", "[ -n ] path [ suffix ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n");
    Bytes name = Paths.lastComponent(argument(call, options.end()));
    if (call.arguments().size() > options.end() + 1) {
      byte[] suffix = call.arguments().get(options.end() + 1).toArray();
      int shorter = name.length() - suffix.length;
      if (shorter > 0 && name.from(shorter).equals(Bytes.of(suffix))) {
        name = name.slice(0, shorter);
      }
    }
    return call.printAndExit(options.has('n') ? name : name.plus("\n"), 0);
  }
}
