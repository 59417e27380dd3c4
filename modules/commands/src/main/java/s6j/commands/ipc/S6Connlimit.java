package s6j.commands.ipc;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-connlimit}: runs a program unless the client has more connections, by {@code
 * ${PROTO}CONNNUM}, than {@code ${PROTO}CONNMAX} allows.
 */
final class S6Connlimit implements Command {
  private static final int DENIED = 1;

  @Override
  public String name() {
    return "s6-connlimit";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Bytes proto = variable(call, Bytes.of("PROTO"));
    Bytes countName = proto.plus("CONNNUM");
    long count = number(countName, variable(call, countName));
    Bytes limitName = proto.plus("CONNMAX");
    Bytes limitValue = call.environment().get(limitName);
    if (limitValue != null) {
      long limit = number(limitName, limitValue);
      if (count > limit) {
        throw CommandException.fatal(
            DENIED, "number of connections from this client limited to " + limit);
      }
    }
    return call.arguments().isEmpty() ? Next.exit(0) : call.exec(0, call.environment());
  }

  private static Bytes variable(Invocation call, Bytes name) throws CommandException {
    Bytes value = call.environment().get(name);
    if (value == null) {
      throw CommandException.fatal(CommandException.USAGE, name + " not set");
    }
    return value;
  }

  private static long number(Bytes name, Bytes value) throws CommandException {
    long number = Options.unsigned(value);
    if (number < 0) {
      throw CommandException.fatal(CommandException.USAGE, "invalid " + name);
    }
    return number;
  }
}
