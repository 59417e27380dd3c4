package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/**
 * {@code exec [-c] [-l] [-a argv0] prog}: prog with an empty environment ({@code -c}), a dash
 * before its argv[0] ({@code -l}), another argv[0] ({@code -a}).
 */
final class Exec extends PureCommand {
  Exec() {
    super("exec", "[ -c ] [ -l ] [ -a argv0 ] program...");
  }

  /** How a program is exec'd. */
  record Manner(boolean emptyEnvironment, boolean login, Bytes argv0) {
    static final String LETTERS = "cla:";

    /** As it is. */
    static final Manner PLAIN = new Manner(false, false, null);

    static Manner of(Options options) {
      return new Manner(options.has('c'), options.has('l'), options.argument('a'));
    }

    Next.Exec exec(Invocation call, List<Bytes> words) {
      Bytes name = argv0 == null ? words.getFirst() : argv0;
      return new Next.Exec(
          words,
          emptyEnvironment ? Environment.EMPTY : call.environment(),
          call.environment().get("PATH"),
          login ? Bytes.of("-").plus(name) : argv0,
          call.name());
    }
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Manner.LETTERS);
    argument(call, options.end());
    List<Bytes> words = call.arguments().subList(options.end(), call.arguments().size());
    return Manner.of(options).exec(call, words);
  }

  /** Becomes the program, if that can be; returns what to go on as when it is a command of ours. */
  static Next attempt(Invocation call, Next.Exec exec) throws PosixException, CommandException {
    call.chain().becomeForeign(call.posix(), exec);
    return exec;
  }
}
