package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code withstdinas [-i | -I | -D default] [-N | -n] [-E | -e] variable b}: b with all of stdin in
 * a variable.
 */
final class WithStdinAs extends ExeclineCommand {
  WithStdinAs() {
    super("withstdinas", "[ -i | -I | -D default ] [ -N | -n ] [ -E | -e ] variable remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "iID:NnEe");
    Bytes variable = argument(call, options.end());
    checkVariable(variable);
    try {
      Bytes text = Descriptors.readAll(call.posix(), 0);
      Bytes value = value(call, text, options);
      return CapturedText.goOn(
          call,
          options,
          variable,
          value,
          call.arguments().subList(options.end() + 1, call.arguments().size()),
          call.environment());
    } catch (PosixException e) {
      throw CommandException.unable("read stdin", e);
    }
  }

  /** Without an option what comes before a NUL is taken; {@code -I} then unsets the variable. */
  private static Bytes value(Invocation call, Bytes text, Options options) throws CommandException {
    CapturedText.Kind kind = CapturedText.Kind.TAKE_ANYTHING;
    Bytes fallback = null;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'i' -> kind = CapturedText.Kind.INSIST;
        case 'I' -> {
          kind = CapturedText.Kind.FALL_BACK;
          fallback = null;
        }
        case 'D' -> {
          kind = CapturedText.Kind.FALL_BACK;
          fallback = option.argument();
        }
        default -> {}
      }
    }
    if (fallback == null && kind == CapturedText.Kind.FALL_BACK && text.contains(0)) {
      return null;
    }
    CapturedText.Policy policy = new CapturedText.Policy(kind, fallback);
    return CapturedText.value(call, policy, text, options, "stdin", 1, " - using default instead");
  }
}
