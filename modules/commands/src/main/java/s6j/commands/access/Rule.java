package s6j.commands.access;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * What is done with a client.
 *
 * @param allowed whether it is served
 * @param variables changes of the environment: {@code NAME=VALUE} sets, {@code NAME} unsets
 * @param exec what is run instead of the server's program, as execlineb reads it; empty for that
 *     program
 */
public record Rule(boolean allowed, List<Bytes> variables, Bytes exec) {
  static final Rule DENY = new Rule(false, List.of(), Bytes.EMPTY);

  private static final byte ALLOW_MARK = 'A';
  private static final byte DENY_MARK = 'D';

  /** The environment with the changes of this rule. */
  public Environment applyTo(Environment environment) {
    Environment changed = environment;
    for (Bytes variable : variables) {
      int equals = variable.indexOf('=');
      changed =
          equals < 0
              ? changed.without(variable)
              : changed.with(variable.slice(0, equals), variable.from(equals + 1));
    }
    return changed;
  }

  /**
   * As a cdb holds it: {@code A}, the changes with NUL after each, and exec, both after their
   * length in two bytes; or {@code D}.
   *
   * @throws IllegalArgumentException when it is too large for that
   */
  Bytes encoded() {
    if (!allowed) {
      return Bytes.of(new byte[] {DENY_MARK});
    }
    Bytes changes = Bytes.EMPTY;
    for (Bytes variable : variables) {
      changes = changes.plus(variable).plus(Bytes.of(new byte[1]));
    }
    return Bytes.of(new byte[] {ALLOW_MARK})
        .plus(length(changes))
        .plus(changes)
        .plus(length(exec))
        .plus(exec);
  }

  private static Bytes length(Bytes of) {
    if (of.length() > 0xffff) {
      throw new IllegalArgumentException("too large");
    }
    return Bytes.of(new byte[] {(byte) (of.length() >> 8), (byte) of.length()});
  }

  /** The rule that a cdb holds, or null when it is none. */
  static Rule decode(Bytes data) {
    if (data.length() == 1 && data.at(0) == DENY_MARK) {
      return DENY;
    }
    if (data.isEmpty() || data.at(0) != ALLOW_MARK) {
      return null;
    }
    int changes = length(data, 1);
    int exec = length(data, 3 + changes);
    if (changes < 0 || exec < 0 || data.length() != 5 + changes + exec) {
      return null;
    }
    List<Bytes> variables = new ArrayList<>();
    int start = 3;
    for (int nul = data.indexOf(0, start); nul >= 0 && nul < 3 + changes; ) {
      variables.add(data.slice(start, nul));
      start = nul + 1;
      nul = data.indexOf(0, start);
    }
    return start == 3 + changes ? new Rule(true, variables, data.from(5 + changes)) : null;
  }

  /** The length that stands at an index; -1 when the data end before it. */
  private static int length(Bytes data, int at) {
    return at < 1 || at + 2 > data.length() ? -1 : (data.at(at) & 255) << 8 | data.at(at + 1) & 255;
  }
}
