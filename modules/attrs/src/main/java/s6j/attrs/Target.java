package s6j.attrs;

import java.util.List;
import s6j.posix.Bytes;

/**
 * An object that a rule names, by itself or through a pattern.
 *
 * @param rule the rule
 * @param anchor the part of the path that is written in the rule; empty for the current directory
 * @param names the components below it that come after a wildcard, or from one: whoever may write
 *     in those directories decides what they are
 */
record Target(AttributeRule rule, Bytes anchor, List<Bytes> names) {

  /** The whole path, for looking at it and for messages. */
  Bytes path() {
    Bytes path = anchor;
    for (int i = 0; i < names.size(); i++) {
      path = path.isEmpty() ? names.get(i) : path.slash(names.get(i));
    }
    return path;
  }
}
