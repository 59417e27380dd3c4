package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.expressions.test.TestExpression;

/**
 * {@code eltest expression}: exits 0 when it is true, 1 when it is false, 100 when it is none. A
 * word that looks like an operator is one; a backslash before a word makes it data.
 */
final class ElTest extends ExeclineCommand {
  ElTest() {
    super("eltest", "expression...");
  }

  /** Its words are data, this one like any other. */
  @Override
  public boolean answersHelp() {
    return false;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    return Next.exit(
        !call.arguments().isEmpty() && TestExpression.parse(call.arguments(), true).holds(call)
            ? 0
            : 1);
  }
}
