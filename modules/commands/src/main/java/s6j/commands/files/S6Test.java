package s6j.commands.files;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.expressions.test.TestExpression;
import s6j.posix.Bytes;

/**
 * {@code s6-test expression}, or {@code [ expression ]} by a link of that name: exits 0 if it is
 * true, 1 if it is not, 100 if it is none. No expression is not true.
 */
final class S6Test implements Command {
  private static final String BRACKET = "[";
  private static final String CLOSING = "]";

  @Override
  public String name() {
    return "s6-test";
  }

  @Override
  public List<String> otherNames() {
    return List.of(BRACKET);
  }

  /** Its words are data, this one like any other. */
  @Override
  public boolean answersHelp() {
    return false;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    List<Bytes> expression = expression(call);
    return Next.exit(
        !expression.isEmpty() && TestExpression.parse(expression, false).holds(call) ? 0 : 1);
  }

  private static List<Bytes> expression(Invocation call) throws CommandException {
    List<Bytes> words = call.arguments();
    if (!call.calledAs().baseName().is(BRACKET)) {
      return words;
    }
    if (words.isEmpty() || !words.getLast().is(CLOSING)) {
      throw CommandException.fatal(
          CommandException.USAGE, "parse error: called as [, it needs ] as its last argument");
    }
    return words.subList(0, words.size() - 1);
  }
}
