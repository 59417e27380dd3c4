package s6j.commands.files;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.posix.Bytes;

/**
 * The grammar of {@code eltest} and {@code s6-test}: a word that looks like an operator is one,
 * wherever it stands; a backslash in front makes it data, and is taken off. {@code !} binds
 * tightest, then {@code -a}, then {@code -o}.
 */
final class ExpressionParser {
  private static final String UNARY = "nzfhLekbcdgprstuwxOUGSNv";
  private static final int DEPTH_MAX = 500;
  private static final List<Bytes> BINARY =
      Bytes.listOf(
          "=", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot",
          "-ef");
  private static final Bytes AND = Bytes.of("-a");
  private static final Bytes OR = Bytes.of("-o");
  private static final Bytes NOT = Bytes.of("!");
  private static final Bytes OPEN = Bytes.of("(");
  private static final Bytes CLOSE = Bytes.of(")");

  private final List<Bytes> words;
  private int at;
  private int depth;

  private ExpressionParser(List<Bytes> words) {
    this.words = words;
  }

  /**
   * The expression that the words are.
   *
   * @throws CommandException when they are none
   */
  static Expression parse(List<Bytes> words) throws CommandException {
    ExpressionParser parser = new ExpressionParser(words);
    Expression expression = parser.or();
    if (parser.at < words.size()) {
      throw parser.error();
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
      if (++depth > DEPTH_MAX) {
        throw CommandException.fatal(CommandException.USAGE, "parentheses are nested too deeply");
      }
      Expression inner = or();
      if (!accept(CLOSE)) {
        throw error();
      }
      depth--;
      return inner;
    }
    if (at < words.size() && isUnary(words.get(at))) {
      char operator = (char) words.get(at++).at(1);
      return new Expression.Unary(operator, data());
    }
    Bytes left = data();
    if (at < words.size() && BINARY.contains(words.get(at))) {
      Bytes operator = words.get(at++);
      return new Expression.Binary(operator, left, data());
    }
    return new Expression.Word(left);
  }

  private boolean accept(Bytes word) {
    boolean is = at < words.size() && words.get(at).equals(word);
    at += is ? 1 : 0;
    return is;
  }

  private Bytes data() throws CommandException {
    if (at >= words.size() || isOperator(words.get(at))) {
      throw error();
    }
    Bytes word = words.get(at++);
    return !word.isEmpty() && word.at(0) == '\\' ? word.from(1) : word;
  }

  private static boolean isUnary(Bytes word) {
    return word.length() == 2 && word.at(0) == '-' && UNARY.indexOf(word.at(1)) >= 0;
  }

  private static boolean isOperator(Bytes word) {
    return isUnary(word)
        || BINARY.contains(word)
        || word.equals(AND)
        || word.equals(OR)
        || word.equals(NOT)
        || word.equals(OPEN)
        || word.equals(CLOSE);
  }

  private CommandException error() {
    return CommandException.fatal(CommandException.USAGE, "parse error at argument " + at);
  }
}
