package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code eltest expression}: exits 0 when it is true, 1 when it is false, 100 when it is none. A
 * word that looks like an operator is one; a backslash before a word makes it data.
 */
final class ElTest extends PureCommand {
  ElTest() {
    super("eltest", "expression...");
  }

  /** What a word is. */
  private enum Kind {
    DATA,
    UNARY,
    BINARY,
    NOT,
    AND,
    OR,
    OPEN,
    CLOSE
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      return Next.exit(1);
    }
    Parser parser = new Parser(call.arguments(), new TestOperators(call));
    Expression expression = parser.whole();
    try {
      return Next.exit(expression.isTrue() ? 0 : 1);
    } catch (PosixException e) {
      throw CommandException.unable("test", e);
    }
  }

  private static Kind kind(Bytes word) {
    return switch (word.latin1()) {
      case "!" -> Kind.NOT;
      case "-a" -> Kind.AND;
      case "-o" -> Kind.OR;
      case "(" -> Kind.OPEN;
      case ")" -> Kind.CLOSE;
      default ->
          TestOperators.UNARY.contains(word.latin1())
              ? Kind.UNARY
              : TestOperators.BINARY.contains(word.latin1()) ? Kind.BINARY : Kind.DATA;
    };
  }

  /** What has a truth. */
  private interface Expression {
    boolean isTrue() throws CommandException, PosixException;
  }

  /** Words become an expression: {@code -o} binds least, then {@code -a}, then {@code !}. */
  private static final class Parser {
    private final List<Bytes> words;
    private final TestOperators operators;
    private int at;

    Parser(List<Bytes> words, TestOperators operators) {
      this.words = words;
      this.operators = operators;
    }

    Expression whole() throws CommandException {
      Expression expression = or();
      if (at < words.size()) {
        if (kind(words.get(at)) == Kind.CLOSE) {
          throw CommandException.fatal(
              CommandException.USAGE, "parse error: bad right parenthesis at argument " + (at + 1));
        }
        throw error("-a, -o or the end");
      }
      return expression;
    }

    private boolean next(Kind kind) {
      if (at < words.size() && kind(words.get(at)) == kind) {
        at++;
        return true;
      }
      return false;
    }

    private Expression or() throws CommandException {
      Expression left = and();
      while (next(Kind.OR)) {
        Expression before = left;
        Expression after = and();
        left = () -> before.isTrue() || after.isTrue();
      }
      return left;
    }

    private Expression and() throws CommandException {
      Expression left = not();
      while (next(Kind.AND)) {
        Expression before = left;
        Expression after = not();
        left = () -> before.isTrue() && after.isTrue();
      }
      return left;
    }

    private Expression not() throws CommandException {
      boolean negated = false;
      while (next(Kind.NOT)) {
        negated = !negated;
      }
      Expression expression = primary();
      return negated ? () -> !expression.isTrue() : expression;
    }

    private Expression primary() throws CommandException {
      if (next(Kind.OPEN)) {
        Expression inner = or();
        if (at == words.size()) {
          throw CommandException.fatal(
              CommandException.USAGE, "parse error: too many left parentheses");
        }
        if (!next(Kind.CLOSE)) {
          throw error(")");
        }
        return inner;
      }
      if (at < words.size() && kind(words.get(at)) == Kind.UNARY) {
        String operator = words.get(at++).latin1();
        Bytes operand = data("something to test with " + operator);
        return () -> operators.unary(operator, operand);
      }
      Bytes left = data("something to test");
      if (at == words.size() || kind(words.get(at)) != Kind.BINARY) {
        return () -> !left.isEmpty();
      }
      String operator = words.get(at++).latin1();
      Bytes right = data("something to compare with after " + operator);
      operators.check(operator, right);
      return () -> operators.binary(left, operator, right);
    }

    private Bytes data(String expected) throws CommandException {
      if (at == words.size() || kind(words.get(at)) != Kind.DATA) {
        throw error(expected);
      }
      Bytes word = words.get(at++);
      return !word.isEmpty() && word.at(0) == '\\' ? word.from(1) : word;
    }

    private CommandException error(String expected) {
      String found = at == words.size() ? "the end" : words.get(at).toString();
      return CommandException.fatal(
          CommandException.USAGE,
          "parse error at argument " + at + ": found " + found + ", expected " + expected);
    }
  }
}
