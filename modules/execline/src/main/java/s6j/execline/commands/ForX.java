package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.posix.Bytes;

/** {@code forx [-E | -e] [-p | -P n] [-o codes | -x codes] variable { values } loop}. */
final class ForX extends ExeclineCommand {
  ForX() {
    super(
        "forx",
        "[ -E | -e ] [ -p | -P n ] [ -o okcode,okcode,... | -x breakcode,breakcode,... ] variable"
            + " { values... } command...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Loop.LETTERS);
    Bytes variable = argument(call, options.end());
    argument(call, options.end() + 1);
    BlockReader blocks = new BlockReader(call, options.end() + 1);
    List<Bytes> values = blocks.next();
    if (!blocks.hasMore()) {
      ExeclineCommand.checkVariable(variable);
      return Next.exit(0);
    }
    Loop loop = Loop.of(this, call, options, variable, blocks.rest());
    for (Bytes value : values) {
      Next exit = loop.offer(value);
      if (exit != null) {
        return exit;
      }
    }
    loop.end();
    return Next.exit(0);
  }
}
