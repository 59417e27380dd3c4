package s6j.commands.portable.words;

import java.math.BigInteger;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;

/**
 * {@code s6-expr}: as {@code expr}, without {@code :}. Exits 0 when the result is neither empty nor
 * 0, 1 when it is, 2 when the arguments are no expression.
 */
final class S6Expr extends PortableCommand {
  private static final int INVALID = 2;

  /** The runtime's threads have a small stack. */
  private static final int DEPTH_MAX = 50;

  private static final int DIGITS_MAX = 4096;

  /** The operators by how tightly they bind, loosest first. */
  private static final List<List<Bytes>> OPERATORS =
      List.of(
          Bytes.listOf("|"),
          Bytes.listOf("&"),
          Bytes.listOf("=", "!=", "<", "<=", ">", ">="),
          Bytes.listOf("+", "-"),
          Bytes.listOf("*", "/", "%"));

  private static final Bytes ZERO = Bytes.of("0");
  private static final Bytes ONE = Bytes.of("1");

  S6Expr() {
    super("s6-expr", "expression...");
  }

  /** Its words are data, this one like any other. */
  @Override
  public boolean answersHelp() {
    return false;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    List<Bytes> words = call.arguments();
    if (!words.isEmpty() && words.getFirst().is("--")) {
      words = words.subList(1, words.size());
    }
    Bytes result = new Evaluation(words).whole();
    return call.printAndExit(result.plus("\n"), isNull(result) ? 1 : 0);
  }

  private static CommandException invalid(String message) {
    return CommandException.fatal(INVALID, message);
  }

  /** Whether a value counts as false: empty, or the number 0. */
  private static boolean isNull(Bytes value) {
    BigInteger number = integer(value);
    return value.isEmpty() || number != null && number.signum() == 0;
  }

  /** The number that a value is, or null. */
  private static BigInteger integer(Bytes value) {
    int first = !value.isEmpty() && value.at(0) == '-' ? 1 : 0;
    if (first == value.length() || value.length() > DIGITS_MAX) {
      return null;
    }
    for (int i = first; i < value.length(); i++) {
      if (value.at(i) < '0' || value.at(i) > '9') {
        return null;
      }
    }
    return new BigInteger(value.latin1());
  }

  /** Words on their way to a value. What does not matter to the result is read and not computed. */
  private static final class Evaluation {
    private final List<Bytes> words;
    private int at;
    private int depth;

    Evaluation(List<Bytes> words) {
      this.words = words;
    }

    Bytes whole() throws CommandException {
      Bytes value = level(0, true);
      if (at < words.size()) {
        throw invalid("syntax error: unexpected argument " + words.get(at));
      }
      return value;
    }

    private Bytes level(int level, boolean matters) throws CommandException {
      if (level == OPERATORS.size()) {
        return primary(matters);
      }
      Bytes left = level(level + 1, matters);
      while (at < words.size() && OPERATORS.get(level).contains(words.get(at))) {
        String operator = words.get(at++).latin1();
        boolean rightMatters =
            matters
                && switch (operator) {
                  case "|" -> isNull(left);
                  case "&" -> !isNull(left);
                  default -> true;
                };
        Bytes right = level(level + 1, rightMatters);
        if (matters) {
          left = apply(left, operator, right);
        }
      }
      return left;
    }

    private Bytes primary(boolean matters) throws CommandException {
      if (at == words.size()) {
        throw invalid(
            words.isEmpty()
                ? "syntax error: missing expression"
                : "syntax error: missing argument after " + words.get(at - 1));
      }
      Bytes word = words.get(at++);
      if (word.is(")")) {
        throw invalid("syntax error: unexpected )");
      }
      if (!word.is("(")) {
        return word;
      }
      if (++depth > DEPTH_MAX) {
        throw invalid("parentheses are nested too deeply");
      }
      Bytes value = level(0, matters);
      if (at == words.size() || !words.get(at).is(")")) {
        throw invalid("syntax error: missing )");
      }
      at++;
      depth--;
      return value;
    }

    private static Bytes apply(Bytes left, String operator, Bytes right) throws CommandException {
      return switch (operator) {
        case "|" -> !isNull(left) ? left : isNull(right) ? ZERO : right;
        case "&" -> isNull(left) || isNull(right) ? ZERO : left;
        case "=", "!=", "<", "<=", ">", ">=" -> holds(left, operator, right) ? ONE : ZERO;
        default -> Bytes.of(compute(number(left), operator, number(right)).toString());
      };
    }

    private static BigInteger number(Bytes value) throws CommandException {
      BigInteger number = integer(value);
      if (number == null) {
        throw invalid("integer expected, found " + (value.isEmpty() ? "an empty word" : value));
      }
      return number;
    }

    private static boolean holds(Bytes left, String operator, Bytes right) {
      BigInteger a = integer(left);
      BigInteger b = integer(right);
      int order = a != null && b != null ? a.compareTo(b) : left.compareTo(right);
      return switch (operator) {
        case "=" -> order == 0;
        case "!=" -> order != 0;
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    }

    private static BigInteger compute(BigInteger a, String operator, BigInteger b)
        throws CommandException {
      boolean division = operator.equals("/") || operator.equals("%");
      if (division && b.signum() == 0) {
        throw invalid("division by zero");
      }
      return switch (operator) {
        case "+" -> a.add(b);
        case "-" -> a.subtract(b);
        case "*" -> a.multiply(b);
        case "/" -> a.divide(b);
        default -> a.remainder(b);
      };
    }
  }
}
