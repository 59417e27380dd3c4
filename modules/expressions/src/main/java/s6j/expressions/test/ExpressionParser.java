package s6j.expressions.test;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.expressions.regex.Ere;
import s6j.expressions.regex.EreException;
import s6j.posix.Bytes;

/**
 * The grammar of {@code eltest} and {@code s6-test}: a word that looks like an operator is one,
 * wherever it stands; a backslash in front makes it data, and is taken off. {@code !} binds
 * tightest, then {@code -a}, then {@code -o}.
 */
final class ExpressionParser {
  private static final String UNARY = "nzfhLekbcdgprstuwxOUGSNv";

  /** The runtime's threads have a small stack, which a chain of blocks may have used already. */
  private static final int DEPTH_MAX = 50;

  private static final List<Bytes> BINARY =
      Bytes.listOf(
          "=", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot",
          "-ef");
  private static final Bytes MATCHES = Bytes.of("=~");
  private static final Bytes AND = Bytes.of("-a");
  private static final Bytes OR = Bytes.of("-o");
  private static final Bytes NOT = Bytes.of("!");
  private static final Bytes OPEN = Bytes.of("(");
  private static final Bytes CLOSE = Bytes.of(")");

  private final List<Bytes> words;
  private final boolean matching;
  private int at;
  private int depth;

  private ExpressionParser(List<Bytes> words, boolean matching) {
    this.words = words;
    this.matching = matching;
  }

  /**
   * The expression that the words are.
   *
   * @param matching whether {@code =~} is an operator
   * @throws CommandException when they are none
   */
  static Expression parse(List<Bytes> words, boolean matching) throws CommandException {
    ExpressionParser parser = new ExpressionParser(words, matching);
    Expression expression = parser.or();
    if (parser.at < words.size()) {
      throw words.get(parser.at).equals(CLOSE)
          ? wrong("parse error: bad right parenthesis at argument " + (parser.at + 1))
          : parser.error("-a, -o or the end");
    }
    return expression;
  }

  private Expression or() throws CommandException {
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(and());
    } while (accept(OR));
    return parts.size() == 1 ? parts.getFirst() : new Expression.Any(parts);
  }

  private Expression and() throws CommandException {
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(not());
    } while (accept(AND));
    return parts.size() == 1 ? parts.getFirst() : new Expression.All(parts);
  }

  private Expression not() throws CommandException {
    boolean negated = false;
    while (accept(NOT)) {
      negated = !negated;
    }
    Expression operand = primary();
    return negated ? new Expression.Not(operand) : operand;
  }

  private Expression primary() throws CommandException {
    if (accept(OPEN)) {
      return inParentheses();
    }
    if (at < words.size() && isUnary(words.get(at))) {
      Bytes operator = words.get(at++);
      return new Expression.Unary(
          (char) operator.at(1), data("something to test with " + operator));
    }
    Bytes left = data("something to test");
    if (at == words.size() || !isBinary(words.get(at))) {
      return new Expression.Word(left);
    }
    Bytes operator = words.get(at++);
    Bytes right = data("something to compare with after " + operator);
    return operator.equals(MATCHES)
        ? new Expression.Match(left, regex(right))
        : new Expression.Binary(operator, left, right);
  }

  private Expression inParentheses() throws CommandException {
    if (++depth > DEPTH_MAX) {
      throw wrong("parentheses are nested too deeply");
    }
    Expression inner = or();
    if (at == words.size()) {
      throw wrong("parse error: too many left parentheses");
    }
    if (!accept(CLOSE)) {
      throw error(")");
    }
    depth--;
    return inner;
  }

  private static Ere regex(Bytes expression) throws CommandException {
    try {
      return Ere.compile(expression);
    } catch (EreException e) {
      throw wrong("parse error: bad regular expression " + expression + ": " + e.getMessage());
    }
  }

  private boolean accept(Bytes word) {
    boolean is = at < words.size() && words.get(at).equals(word);
    at += is ? 1 : 0;
    return is;
  }

  private Bytes data(String expected) throws CommandException {
    if (at >= words.size() || isOperator(words.get(at))) {
      throw error(expected);
    }
    Bytes word = words.get(at++);
    return !word.isEmpty() && word.at(0) == '\\' ? word.from(1) : word;
  }

  private static boolean isUnary(Bytes word) {
    return word.length() == 2 && word.at(0) == '-' && UNARY.indexOf(word.at(1)) >= 0;
  }

  private boolean isBinary(Bytes word) {
    return BINARY.contains(word) || matching && word.equals(MATCHES);
  }

  private boolean isOperator(Bytes word) {
    return isUnary(word)
        || isBinary(word)
        || word.equals(AND)
        || word.equals(OR)
        || word.equals(NOT)
        || word.equals(OPEN)
        || word.equals(CLOSE);
  }

  private CommandException error(String expected) {
    String found = at == words.size() ? "the end" : words.get(at).toString();
    return wrong("parse error at argument " + at + ": found " + found + ", expected " + expected);
  }

  private static CommandException wrong(String message) {
    return CommandException.fatal(CommandException.USAGE, message);
  }
}
