package s6j.commands.portable.process;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** {@code s6-env}: goes on with variables changed; without a program it says what they are. */
final class S6Env extends PortableCommand {
  S6Env() {
    super("s6-env", "[ -i ] [ name=value... ] [ prog... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "i");
    List<Bytes> words = call.arguments();
    Environment environment = options.has('i') ? Environment.EMPTY : call.environment();
    int at = options.end();
    for (; at < words.size() && words.get(at).indexOf('=') > 0; at++) {
      int equals = words.get(at).indexOf('=');
      environment =
          environment.with(words.get(at).slice(0, equals), words.get(at).from(equals + 1));
    }
    if (at < words.size()) {
      return call.exec(at, environment);
    }
    Transfer out = new Transfer(call.posix());
    for (Bytes entry : environment.entries()) {
      out.put(entry);
      out.put('\n');
    }
    out.flush();
    return Next.exit(0);
  }
}
