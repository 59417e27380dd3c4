package s6j.attrs;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * The path of a rule, as glob(3) reads it: {@code *}, {@code ?} and brackets within a component, a
 * backslash before a character that means itself.
 *
 * @param anchor what comes before the first component with a wildcard, as a path; the whole path
 *     when there is none
 * @param components those from the first wildcard on
 * @param directoriesOnly whether there is a slash at the end
 */
record PathPattern(Bytes anchor, List<Component> components, boolean directoriesOnly) {

  /**
   * A component.
   *
   * @param text a pattern, or a name
   * @param wild whether it is a pattern
   */
  record Component(Bytes text, boolean wild) {}

  static PathPattern of(Bytes path) {
    List<Component> components = new ArrayList<>();
    Bytes anchor = path.at(0) == '/' ? Bytes.of("/") : Bytes.EMPTY;
    for (Bytes piece : path.split('/')) {
      if (piece.isEmpty()) {
        continue;
      }
      boolean wild = isWild(piece);
      if (wild || !components.isEmpty()) {
        components.add(new Component(wild ? piece : plain(piece), wild));
      } else {
        anchor = anchor.isEmpty() ? plain(piece) : anchor.slash(plain(piece));
      }
    }
    boolean slash = path.length() > 1 && path.endsWith((byte) '/');
    if (slash && components.isEmpty()) {
      anchor = anchor.plus("/");
    }
    return new PathPattern(anchor, List.copyOf(components), slash);
  }

  private static boolean isWild(Bytes piece) {
    for (int i = 0; i < piece.length(); i++) {
      byte b = piece.at(i);
      if (b == '\\') {
        i++;
      } else if (b == '*' || b == '?' || b == '[' && GlobMatch.bracketEnd(piece, i) > 0) {
        return true;
      }
    }
    return false;
  }

  /** A name without its backslashes. */
  private static Bytes plain(Bytes piece) {
    if (!piece.contains('\\')) {
      return piece;
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int i = 0; i < piece.length(); i++) {
      if (piece.at(i) == '\\' && i + 1 < piece.length()) {
        i++;
      }
      plain.write(piece.at(i));
    }
    return Bytes.of(plain.toByteArray());
  }
}
