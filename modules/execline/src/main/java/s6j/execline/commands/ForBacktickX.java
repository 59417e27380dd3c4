package s6j.execline.commands;

import static s6j.posix.CallList.number;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.process.Children;
import s6j.execline.process.Descriptors;
import s6j.execline.process.Fcntl;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Syscall;

/**
 * {@code forbacktickx [options of forstdin] variable { generator } loop}: runs the loop for every
 * line that the generator writes; the loop's stdin is ours.
 */
final class ForBacktickX extends ExeclineCommand {
  private static final int ABOVE_STANDARD = 3;

  ForBacktickX() {
    super(
        "forbacktickx",
        "[ -E | -e ] [ -p | -P n ] [ -o okcode,okcode,... | -x breakcode,breakcode,... ]"
            + " [ -N | -n ] [ -C | -c ] [ -0 | -d delim ] variable { generator... } command...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Loop.LETTERS + Items.LETTERS);
    Bytes variable = argument(call, options.end());
    BlockReader blocks = new BlockReader(call, options.end() + 1);
    List<Bytes> generator = blocks.next();
    if (generator.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    Environment environment = call.environment().without("!");
    Invocation inner =
        new Invocation(
            call.posix(),
            call.name(),
            call.arguments(),
            environment,
            call.chain(),
            call.calledAs(),
            call.depth());
    Loop loop = Loop.of(this, inner, options, variable, blocks.rest());
    Descriptors.Pipe pipe = Descriptors.pipe(call.posix());
    Children.start(
        call,
        generator,
        call.environment(),
        Descriptors.onlyEnd(1, pipe.writeEnd(), pipe.readEnd()));
    return ForStdin.run(Items.of(call.posix(), hide(call, pipe), options), loop);
  }

  /** Closes the write end, and puts the read end where it is no standard stream of a child. */
  private static int hide(Invocation call, Descriptors.Pipe pipe) throws CommandException {
    CallList calls = new CallList();
    int moved =
        calls.add(
            Syscall.FCNTL,
            number(pipe.readEnd()),
            number(Fcntl.DUPFD_CLOEXEC),
            number(ABOVE_STANDARD));
    Descriptors.appendClose(calls, pipe.readEnd());
    Descriptors.appendClose(calls, pipe.writeEnd());
    return Descriptors.demand(call.posix(), calls, "move pipe").fd(moved);
  }
}
