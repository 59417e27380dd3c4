/**
 * Expressions that users write in arguments and scripts, and what they mean: POSIX regular
 * expressions over bytes.
 *
 * <p>Must not know: which command has them.
 */
module s6j.expressions {
  requires transitive s6j.chain;

  exports s6j.expressions.regex;
}
