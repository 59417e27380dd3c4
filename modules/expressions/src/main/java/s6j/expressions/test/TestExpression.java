package s6j.expressions.test;

import java.math.BigInteger;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;

/**
 * A test expression of {@code eltest} or {@code s6-test}: parsed as a whole, then looked at up to
 * what decides.
 */
public final class TestExpression {
  private final Expression expression;

  private TestExpression(Expression expression) {
    this.expression = expression;
  }

  /**
   * The expression that the words are.
   *
   * @param matching whether {@code =~} is an operator: to {@code eltest} it is
   * @throws CommandException with code 100 when they are none
   */
  public static TestExpression parse(List<Bytes> words, boolean matching) throws CommandException {
    return new TestExpression(ExpressionParser.parse(words, matching));
  }

  /**
   * Whether it is true for the calling process.
   *
   * @throws CommandException with code 100 when a word that is looked at should be a number
   */
  public boolean holds(Invocation call) throws CommandException {
    return holds(call, expression);
  }

  private static boolean holds(Invocation call, Expression expression) throws CommandException {
    return switch (expression) {
      case Expression.Word(Bytes text) -> !text.isEmpty();
      case Expression.Not(Expression operand) -> !holds(call, operand);
      case Expression.All(List<Expression> parts) -> !someAre(call, parts, false);
      case Expression.Any(List<Expression> parts) -> someAre(call, parts, true);
      case Expression.Unary(char operator, Bytes operand) -> unary(call, operator, operand);
      case Expression.Binary(Bytes operator, Bytes left, Bytes right) ->
          binary(call, operator.latin1(), left, right);
      case Expression.Match match -> {
        byte[] text = match.text().toArray();
        yield match.expression().find(text, 0, text.length);
      }
    };
  }

  /** Looks at parts up to the first that decides. */
  private static boolean someAre(Invocation call, List<Expression> parts, boolean wanted)
      throws CommandException {
    for (Expression part : parts) {
      if (holds(call, part) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean unary(Invocation call, char operator, Bytes word) throws CommandException {
    return switch (operator) {
      case 'n' -> !word.isEmpty();
      case 'z' -> word.isEmpty();
      case 'v' -> call.environment().get(word) != null;
      case 't' -> FileTests.isTerminal(call.posix(), word);
      case 'r' -> FileTests.mayAccess(call.posix(), word, 4);
      case 'w' -> FileTests.mayAccess(call.posix(), word, 2);
      case 'x' -> FileTests.mayAccess(call.posix(), word, 1);
      default -> FileTests.is(call.posix(), operator, word);
    };
  }

  private static boolean binary(Invocation call, String operator, Bytes left, Bytes right)
      throws CommandException {
    int order = left.compareTo(right);
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "-nt", "-ot", "-ef" -> FileTests.compare(call.posix(), operator, left, right);
      default -> numbers(operator, left, right);
    };
  }

  private static boolean numbers(String operator, Bytes left, Bytes right) throws CommandException {
    int order = integer(operator, left).compareTo(integer(operator, right));
    return switch (operator) {
      case "-eq" -> order == 0;
      case "-ne" -> order != 0;
      case "-gt" -> order > 0;
      case "-ge" -> order >= 0;
      case "-lt" -> order < 0;
      default -> order <= 0;
    };
  }

  private static BigInteger integer(String operator, Bytes word) throws CommandException {
    try {
      return new BigInteger(word.latin1());
    } catch (NumberFormatException e) {
      throw CommandException.fatal(
          CommandException.USAGE, operator + " requires integer arguments");
    }
  }
}
