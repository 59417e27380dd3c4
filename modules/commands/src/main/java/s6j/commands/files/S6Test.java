package s6j.commands.files;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.expressions.test.TestExpression;

/**
 * {@code s6-test expression}: exits 0 if it is true, 1 if it is not, 100 if it is none. No
 * expression is not true.
 */
final class S6Test implements Command {
  @Override
  public String name() {
    return "s6-test";
  }

  /** Its words are data, this one like any other. */
  @Override
  public boolean answersHelp() {
    return false;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    return Next.exit(
        !call.arguments().isEmpty() && TestExpression.parse(call.arguments(), false).holds(call)
            ? 0
            : 1);
  }
}
