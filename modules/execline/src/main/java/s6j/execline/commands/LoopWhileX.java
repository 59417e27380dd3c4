package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Children;
import s6j.posix.WaitStatus;

/**
 * {@code loopwhilex [-n] [-o codes | -x codes] prog}: runs prog as long as it exits 0, or with the
 * codes of {@code -o}, or with none of {@code -x}; {@code -n} negates.
 */
final class LoopWhileX extends ExeclineCommand {
  LoopWhileX() {
    super("loopwhilex", "[ -n ] [ -o okcode,okcode,... | -x exitcode,exitcode,... ] program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "no:x:");
    ExitCodes codes = ExitCodes.STOP_UNLESS_ZERO;
    for (Options.Option option : options.list()) {
      if (option.letter() != 'n') {
        codes = ExitCodes.parse(option.argument(), option.letter() == 'x');
      }
      if (codes == null) {
        throw usage();
      }
    }
    argument(call, options.end());
    Next.Exec program = call.exec(options.end(), call.environment());
    for (; ; ) {
      WaitStatus status = Children.run(call, program.words(), call.environment());
      int code = Children.approximateCode(status);
      if (codes.stops(code) != options.has('n')) {
        return Next.exit(code);
      }
    }
  }
}
