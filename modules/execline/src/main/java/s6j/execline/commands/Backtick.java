package s6j.execline.commands;

import static s6j.posix.CallList.number;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code backtick [-i | -I | -x | -D default] [-N | -n] [-E | -e] variable { a } b}: b with a's
 * output in a variable. When a fails or its output has a NUL: {@code -i}, the default, ends; {@code
 * -I} takes what there is; {@code -x} unsets the variable; {@code -D} takes a default.
 */
final class Backtick extends ExeclineCommand {
  private static final int HAS_NUL = 124;

  Backtick() {
    super(
        "backtick",
        "[ -i | -I | -x | -D default ] [ -N | -n ] [ -E | -e ] variable { program... }"
            + " remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "iIxD:NnEe");
    CapturedText.Policy policy = CapturedText.policy(options);
    Bytes variable = argument(call, options.end());
    argument(call, options.end() + 1);
    checkVariable(variable);
    BlockReader blocks = new BlockReader(call, options.end() + 1);
    List<Bytes> program = blocks.next();
    if (program.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    Descriptors.Pipe pipe = Descriptors.pipe(call.posix());
    int pid =
        Children.start(
            call,
            program,
            call.environment(),
            Descriptors.onlyEnd(1, pipe.writeEnd(), pipe.readEnd()));
    Bytes output = output(call, pipe);
    WaitStatus status = Children.await(call, pid);
    Bytes value = judge(call, policy, output, status, options);
    Environment environment = call.environment();
    if (policy.kind() != CapturedText.Kind.INSIST) {
      environment = environment.with("?", Numbers.word(status.overlayCode()));
    }
    return CapturedText.goOn(call, options, variable, value, blocks.rest(), environment);
  }

  private static Bytes output(Invocation call, Descriptors.Pipe pipe) throws CommandException {
    try {
      call.files().close(pipe.writeEnd());
      Bytes output = Descriptors.readAll(call.posix(), pipe.readEnd());
      CallList calls = new CallList();
      calls.attempt(Syscall.CLOSE, number(pipe.readEnd()));
      call.posix().call(calls);
      return output;
    } catch (PosixException e) {
      throw CommandException.unable("read child process output", e);
    }
  }

  private static Bytes judge(
      Invocation call, CapturedText.Policy policy, Bytes output, WaitStatus status, Options options)
      throws CommandException {
    boolean failed = status.raw() != 0;
    if (failed && policy.kind() == CapturedText.Kind.INSIST) {
      throw CommandException.fatal(
          Children.approximateCode(status),
          status.signalled() ? "child process crashed" : "child process exited non-zero");
    }
    if (failed && policy.kind() != CapturedText.Kind.TAKE_ANYTHING) {
      return policy.fallback();
    }
    return CapturedText.value(call, policy, output, options, "child process output", HAS_NUL, "");
  }
}
