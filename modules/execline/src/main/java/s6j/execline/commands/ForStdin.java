package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code forstdin [-E | -e] [-p | -P n] [-o codes | -x codes] [-N | -n] [-C | -c] [-0 | -d delim]
 * variable loop}: runs the loop for every line of stdin; 1 when there was none. A last line without
 * a newline is a line.
 */
final class ForStdin extends ExeclineCommand {
  private static final int NOTHING_PROCESSED = 1;

  ForStdin() {
    super(
        "forstdin",
        "[ -E | -e ] [ -p | -P n ] [ -o okcode,okcode,... | -x breakcode,breakcode,... ]"
            + " [ -N | -n ] [ -C | -c ] [ -0 | -d delim ] variable command...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Loop.LETTERS + Items.LETTERS);
    Bytes variable = argument(call, options.end());
    Loop loop =
        Loop.of(
            this,
            call,
            options,
            variable,
            call.arguments().subList(options.end() + 1, call.arguments().size()));
    return run(Items.of(call.posix(), 0, options), loop);
  }

  /** Runs the loop for every item. */
  static Next run(Items items, Loop loop) throws CommandException {
    boolean any = false;
    for (Bytes item = items.next(); item != null; item = items.next()) {
      any = true;
      Next exit = loop.offer(item);
      if (exit != null) {
        return exit;
      }
    }
    loop.end();
    return Next.exit(any ? 0 : NOTHING_PROCESSED);
  }
}
