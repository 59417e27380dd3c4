package s6j.commands.environment;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.env.ContainerEnvironment;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code printcontenv NAME}: prints a variable of the container environment and a newline; exits 1
 * when it is not set. With S6_KEEP_ENV, prints the one of its own environment without newline;
 * exits 100 when that is not set.
 */
final class Printcontenv implements Command {
  private static final int NOT_SET = 1;

  @Override
  public String name() {
    return "printcontenv";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      throw CommandException.fatal(NOT_SET, "too few arguments: expected the name of a variable");
    }
    Bytes name = call.arguments().getFirst();
    if (Settings.keepsEnvironment(call.environment())) {
      Bytes value = call.environment().get(name);
      if (value == null) {
        throw CommandException.silent(CommandException.USAGE);
      }
      return call.printAndExit(value, 0);
    }
    try {
      Bytes value = ContainerEnvironment.value(call.posix(), name);
      if (value == null) {
        return Next.exit(NOT_SET);
      }
      return call.printAndExit(value.plus("\n"), 0);
    } catch (PosixException e) {
      throw CommandException.unable("read " + ContainerEnvironment.DIRECTORY.slash(name), e);
    }
  }
}
