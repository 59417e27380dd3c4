package s6j.expressions.regex;

import java.util.ArrayList;
import java.util.List;
import s6j.expressions.regex.EreTree.At;
import s6j.expressions.regex.EreTree.Choice;
import s6j.expressions.regex.EreTree.OneOf;
import s6j.expressions.regex.EreTree.Place;
import s6j.expressions.regex.EreTree.Repeat;
import s6j.expressions.regex.EreTree.Sequence;
import s6j.posix.Bytes;

/**
 * Reads a POSIX extended regular expression in the C locale, with the GNU operators ({@code \w \W
 * \s \S \b \B \< \>}). Where POSIX leaves a meaning open it is that of glibc: an operator with
 * nothing to repeat is an error, a {@code )} that closes nothing is itself. Back references, which
 * POSIX does not have in extended expressions, are an error.
 */
final class EreParser {
  private static final int REPEAT_MAX = 32767;

  /** The runtime's threads have a small stack, which a chain of blocks may have used already. */
  private static final int DEPTH_MAX = 50;

  private final Bytes pattern;
  private final boolean ignoreCase;
  private int at;
  private int depth;

  /** How many operators repeat what an operator repeats already. */
  private int stacked;

  private EreParser(Bytes pattern, boolean ignoreCase) {
    this.pattern = pattern;
    this.ignoreCase = ignoreCase;
  }

  static EreTree parse(Bytes pattern, boolean ignoreCase) throws EreException {
    return new EreParser(pattern, ignoreCase).choice();
  }

  /** The set of a byte that stands for itself. */
  private EreTree literal(int c) {
    return new OneOf(cases(ByteSets.of(c)));
  }

  private long[] cases(long[] set) {
    return ignoreCase ? ByteSets.withBothCases(set) : set;
  }

  private int peek() {
    return at < pattern.length() ? pattern.at(at) & 255 : -1;
  }

  private EreTree choice() throws EreException {
    List<EreTree> branches = new ArrayList<>();
    branches.add(branch());
    while (peek() == '|') {
      at++;
      branches.add(branch());
    }
    return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
  }

  private EreTree branch() throws EreException {
    List<EreTree> parts = new ArrayList<>();
    for (int c = peek(); c >= 0 && c != '|' && !(c == ')' && depth > 0); c = peek()) {
      boolean group = c == '(';
      EreTree atom = atom();
      // A place cannot be repeated, but in parentheses it can.
      parts.add(atom instanceof At && !group ? atom : repeated(atom));
    }
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  private EreTree atom() throws EreException {
    int c = pattern.at(at++) & 255;
    return switch (c) {
      case '(' -> group();
      case '[' -> new BracketParser().parse();
      case '.' -> new OneOf(ByteSets.all());
      case '^' -> new At(Place.LINE_START);
      case '$' -> new At(Place.LINE_END);
      case '\\' -> escaped();
      case '*', '+', '?', '{' -> throw new EreException("nothing to repeat");
      default -> literal(c);
    };
  }

  private EreTree group() throws EreException {
    if (++depth > DEPTH_MAX) {
      throw new EreException("nested too deeply");
    }
    EreTree inner = choice();
    if (peek() != ')') {
      throw new EreException("unmatched (");
    }
    at++;
    depth--;
    return inner;
  }

  private EreTree escaped() throws EreException {
    if (at == pattern.length()) {
      throw new EreException("trailing backslash");
    }
    int c = pattern.at(at++) & 255;
    return switch (c) {
      case 'w' -> new OneOf(ByteSets.word());
      case 'W' -> new OneOf(ByteSets.complement(ByteSets.word()));
      case 's' -> new OneOf(ByteSets.named("space"));
      case 'S' -> new OneOf(ByteSets.complement(ByteSets.named("space")));
      case 'b' -> new At(Place.WORD_EDGE);
      case 'B' -> new At(Place.NO_WORD_EDGE);
      case '<' -> new At(Place.WORD_START);
      case '>' -> new At(Place.WORD_END);
      case '`' -> new At(Place.LINE_START);
      case '\'' -> new At(Place.LINE_END);
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw new EreException("back references are not supported");
      default -> literal(c);
    };
  }

  private EreTree repeated(EreTree atom) throws EreException {
    EreTree tree = atom;
    for (int c = peek(); c == '*' || c == '+' || c == '?' || c == '{'; c = peek()) {
      at++;
      if (tree != atom && ++stacked > DEPTH_MAX) {
        throw new EreException("nested too deeply");
      }
      tree =
          switch (c) {
            case '*' -> new Repeat(tree, 0, -1);
            case '+' -> new Repeat(tree, 1, -1);
            case '?' -> new Repeat(tree, 0, 1);
            default -> interval(tree);
          };
    }
    return tree;
  }

  private EreTree interval(EreTree what) throws EreException {
    int min = number();
    int max = min;
    if (peek() == ',') {
      at++;
      max = number();
      min = Math.max(min, 0);
    }
    if (peek() != '}' || min < 0 || max >= 0 && max < min) {
      throw new EreException("invalid {}");
    }
    at++;
    return new Repeat(what, min, max);
  }

  /** A decimal number, or -1 when there is none. */
  private int number() throws EreException {
    int value = -1;
    for (int c = peek(); c >= '0' && c <= '9'; c = peek()) {
      value = Math.max(value, 0) * 10 + c - '0';
      if (value > REPEAT_MAX) {
        throw new EreException("repeated too often");
      }
      at++;
    }
    return value;
  }

  /** What stands between brackets. */
  private final class BracketParser {
    private final long[] set = ByteSets.none();

    EreTree parse() throws EreException {
      boolean inverted = peek() == '^';
      if (inverted) {
        at++;
      }
      for (boolean first = true; first || peek() != ']'; first = false) {
        element(first);
      }
      at++;
      long[] members = cases(set);
      return new OneOf(inverted ? ByteSets.complement(members) : members);
    }

    private void element(boolean first) throws EreException {
      if (opens(':')) {
        String name = inner(':').latin1();
        long[] named = ByteSets.named(name);
        if (named == null || rangeFollows()) {
          throw new EreException("invalid character class " + name);
        }
        ByteSets.addAll(set, named);
        return;
      }
      boolean dash = peek() == '-';
      int low = endpoint();
      if (!rangeFollows()) {
        // A dash is itself only where it cannot be a range: first, last, or begins one.
        if (dash && !first && peek() != ']') {
          throw new EreException("invalid range");
        }
        ByteSets.add(set, low);
        return;
      }
      at++;
      int high = endpoint();
      if (high < low) {
        throw new EreException("range ends before it starts");
      }
      ByteSets.addRange(set, low, high);
    }

    private boolean rangeFollows() {
      return peek() == '-' && at + 1 < pattern.length() && pattern.at(at + 1) != ']';
    }

    private boolean opens(int kind) {
      return peek() == '[' && at + 1 < pattern.length() && pattern.at(at + 1) == kind;
    }

    /** A byte, or {@code [.x.]} or {@code [=x=]} for one. */
    private int endpoint() throws EreException {
      for (int kind : new int[] {'.', '='}) {
        if (opens(kind)) {
          Bytes name = inner(kind);
          if (name.length() != 1) {
            throw new EreException("unknown collating element " + name);
          }
          return name.at(0) & 255;
        }
      }
      if (opens(':')) {
        throw new EreException("a class cannot end a range");
      }
      if (at == pattern.length()) {
        throw new EreException("unmatched [");
      }
      return pattern.at(at++) & 255;
    }

    private Bytes inner(int kind) throws EreException {
      int start = at + 2;
      for (int i = start; i + 1 < pattern.length(); i++) {
        if (pattern.at(i) == kind && pattern.at(i + 1) == ']' && i > start) {
          at = i + 2;
          return pattern.slice(start, i);
        }
      }
      throw new EreException("unmatched [");
    }
  }
}
