package s6j.expressions.test;

import java.util.List;
import s6j.expressions.regex.Ere;
import s6j.posix.Bytes;

/** A test expression, parsed. */
sealed interface Expression {
  /** Whether the word is not empty. */
  record Word(Bytes text) implements Expression {}

  /** A test of one word, {@code -d /tmp}; the operator is its letter. */
  record Unary(char operator, Bytes operand) implements Expression {}

  /** A test of two words, {@code $# -ne 0}. */
  record Binary(Bytes operator, Bytes left, Bytes right) implements Expression {}

  /** {@code text =~ expression}: whether it matches somewhere in the text. */
  record Match(Bytes text, Ere expression) implements Expression {}

  /** {@code ! a}. */
  record Not(Expression operand) implements Expression {}

  /** {@code a -a b -a c}. */
  record All(List<Expression> parts) implements Expression {}

  /** {@code a -o b -o c}. */
  record Any(List<Expression> parts) implements Expression {}
}
