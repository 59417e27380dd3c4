package s6j.expressions.regex;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import s6j.expressions.regex.EreTree.At;
import s6j.expressions.regex.EreTree.Choice;
import s6j.expressions.regex.EreTree.OneOf;
import s6j.expressions.regex.EreTree.Place;
import s6j.expressions.regex.EreTree.Repeat;
import s6j.expressions.regex.EreTree.Sequence;
import s6j.posix.Bytes;

/**
 * A POSIX regular expression, extended or basic, that is looked for in lines of bytes. An automaton
 * whose states are made when they are first needed: the time is one table look-up a byte whatever
 * the expression is, so that no line of a service can hold its logger up, as a backtracking matcher
 * allows.
 *
 * <p>Not for use by several threads at a time.
 */
public final class Ere {
  private static final int NODES_MAX = 40_000;
  private static final int STEPS_MAX = 400_000;
  private static final int STATES_MAX = 1000;
  private static final int END = 256;

  /** How an expression is written. */
  public enum Syntax {
    /** As for {@code grep}. */
    BASIC,
    /** As for {@code grep -E}. */
    EXTENDED
  }

  /** The kinds of node of the non-deterministic automaton. */
  private enum Kind {
    BYTE,
    SPLIT,
    PLACE,
    MATCH
  }

  /** One node; all fields but the kind are set while the automaton is built. */
  private static final class Node {
    private final Kind kind;
    private long[] set;
    private Place place;
    private int next;
    private int other = -1;

    Node(Kind kind) {
      this.kind = kind;
    }
  }

  /** A state: the nodes before the next byte, and what the last byte was. */
  private static final class State {
    private final int[] nodes;
    private final int before;
    private final State[] next = new State[END + 1];

    State(int[] nodes, int before) {
      this.nodes = nodes;
      this.before = before;
    }
  }

  /** What stands before or after a place in the line. */
  private static final int EDGE = 0;

  private static final int WORD = 1;
  private static final int OTHER = 2;

  private static final State MATCHED = new State(new int[0], EDGE);

  private final Bytes pattern;
  private Node[] nodes = new Node[16];
  private int count;
  private int steps;
  private final int start;
  private final State first;
  private final Map<Key, State> states = new HashMap<>();

  /** A state by its content. */
  private record Key(int[] nodes, int before) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && before == that.before && Arrays.equals(nodes, that.nodes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(nodes) * 3 + before;
    }
  }

  private Ere(Bytes pattern, EreTree tree) throws EreException {
    this.pattern = pattern;
    int match = add(new Node(Kind.MATCH));
    start = build(tree, match);
    first = new State(new int[] {start}, EDGE);
  }

  /**
   * Compiles an extended expression.
   *
   * @throws EreException when it is none
   */
  public static Ere compile(Bytes pattern) throws EreException {
    return compile(pattern, Syntax.EXTENDED, false);
  }

  /**
   * Compiles an expression.
   *
   * @param ignoreCase whether an ASCII letter stands for both of its cases
   * @throws EreException when it is none
   */
  public static Ere compile(Bytes pattern, Syntax syntax, boolean ignoreCase) throws EreException {
    Bytes extended = syntax == Syntax.BASIC ? BasicSyntax.toExtended(pattern) : pattern;
    return new Ere(pattern, EreParser.parse(extended, ignoreCase));
  }

  /** The expression as it was given. */
  public Bytes pattern() {
    return pattern;
  }

  /** Whether it matches anywhere in these bytes. */
  public boolean find(byte[] line, int from, int to) {
    State state = first;
    for (int i = from; i < to; i++) {
      state = after(state, line[i] & 255);
      if (state == MATCHED) {
        return true;
      }
    }
    return after(state, END) == MATCHED;
  }

  /** Looks for it in a text that comes byte by byte, and is not kept. */
  public Search search() {
    return new Search();
  }

  /** How far such a text has come. */
  public final class Search {
    private State state = first;

    private Search() {}

    /** Takes the next byte; whether it matches anywhere in what has come, this being the end. */
    public boolean take(byte next) {
      if (state != MATCHED) {
        state = after(state, next & 255);
      }
      return state == MATCHED || after(state, END) == MATCHED;
    }
  }

  private State after(State state, int symbol) {
    State next = state.next[symbol];
    return next == null ? follow(state, symbol) : next;
  }

  private int add(Node node) throws EreException {
    if (count == NODES_MAX) {
      throw new EreException("too large");
    }
    if (count == nodes.length) {
      nodes = Arrays.copyOf(nodes, count * 2);
    }
    nodes[count] = node;
    return count++;
  }

  /** Adds the nodes of a tree, which go on at {@code next}; returns where they begin. */
  private int build(EreTree tree, int next) throws EreException {
    if (++steps > STEPS_MAX) {
      throw new EreException("too large");
    }
    return switch (tree) {
      case OneOf(long[] set) -> {
        Node node = new Node(Kind.BYTE);
        node.set = set;
        node.next = next;
        yield add(node);
      }
      case At(Place place) -> {
        Node node = new Node(Kind.PLACE);
        node.place = place;
        node.next = next;
        yield add(node);
      }
      case Sequence sequence -> {
        int at = next;
        for (int i = sequence.parts().size() - 1; i >= 0; i--) {
          at = build(sequence.parts().get(i), at);
        }
        yield at;
      }
      case Choice choice -> {
        int at = build(choice.branches().getLast(), next);
        for (int i = choice.branches().size() - 2; i >= 0; i--) {
          at = split(build(choice.branches().get(i), next), at);
        }
        yield at;
      }
      case Repeat repeat -> repeat(repeat, next);
    };
  }

  private int repeat(Repeat repeat, int next) throws EreException {
    int at = next;
    if (repeat.max() < 0) {
      Node loop = new Node(Kind.SPLIT);
      at = add(loop);
      loop.other = next;
      loop.next = build(repeat.what(), at);
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        at = split(build(repeat.what(), at), next);
      }
    }
    for (int i = 0; i < repeat.min(); i++) {
      at = build(repeat.what(), at);
    }
    return at;
  }

  private int split(int one, int other) throws EreException {
    Node node = new Node(Kind.SPLIT);
    node.next = one;
    node.other = other;
    return add(node);
  }

  private State follow(State from, int symbol) {
    State next = target(from, symbol);
    from.next[symbol] = next;
    return next;
  }

  /** Where a state goes on this byte; a place is looked at with what is on both of its sides. */
  private State target(State from, int symbol) {
    int after = symbol == END ? EDGE : ByteSets.isWord(symbol) ? WORD : OTHER;
    boolean[] seen = new boolean[count];
    boolean[] reached = new boolean[count];
    int[] stack = new int[count];
    int depth = 0;
    for (int node : from.nodes) {
      seen[node] = true;
      stack[depth++] = node;
    }
    while (depth > 0) {
      Node node = nodes[stack[--depth]];
      switch (node.kind) {
        case MATCH -> {
          return MATCHED;
        }
        case BYTE -> {
          if (symbol != END && ByteSets.has(node.set, symbol)) {
            reached[node.next] = true;
          }
        }
        case SPLIT -> {
          depth = push(stack, depth, seen, node.next);
          depth = push(stack, depth, seen, node.other);
        }
        case PLACE -> {
          if (holds(node.place, from.before, after)) {
            depth = push(stack, depth, seen, node.next);
          }
        }
      }
    }
    // A match may begin at any byte.
    reached[start] = true;
    return intern(reached, after);
  }

  private static int push(int[] stack, int depth, boolean[] seen, int node) {
    if (seen[node]) {
      return depth;
    }
    seen[node] = true;
    stack[depth] = node;
    return depth + 1;
  }

  private static boolean holds(Place place, int before, int after) {
    return switch (place) {
      case LINE_START -> before == EDGE;
      case LINE_END -> after == EDGE;
      case WORD_START -> before != WORD && after == WORD;
      case WORD_END -> before == WORD && after != WORD;
      case WORD_EDGE -> before == WORD != (after == WORD);
      case NO_WORD_EDGE -> before == WORD == (after == WORD);
    };
  }

  private State intern(boolean[] reached, int before) {
    int n = 0;
    for (boolean is : reached) {
      n += is ? 1 : 0;
    }
    int[] list = new int[n];
    for (int i = 0, k = 0; i < reached.length; i++) {
      if (reached[i]) {
        list[k++] = i;
      }
    }
    if (states.size() >= STATES_MAX) {
      // Expressions with very many states are rare; they start over rather than fill the memory.
      states.clear();
      Arrays.fill(first.next, null);
    }
    return states.computeIfAbsent(new Key(list, before), key -> new State(key.nodes, key.before));
  }
}
