package s6j.commands.portable.words;

import s6j.posix.Bytes;

/** The parts of a path, as POSIX defines them for basename and dirname. */
final class Paths {
  private static final Bytes ROOT = Bytes.of("/");
  private static final Bytes HERE = Bytes.of(".");

  private Paths() {}

  static Bytes lastComponent(Bytes path) {
    int end = withoutSlashes(path, path.length());
    if (end == 0) {
      return path.isEmpty() ? path : ROOT;
    }
    return path.slice(startOfComponent(path, end), end);
  }

  static Bytes directory(Bytes path) {
    int end = withoutSlashes(path, path.length());
    int start = startOfComponent(path, end);
    int before = withoutSlashes(path, start);
    if (before > 0) {
      return path.slice(0, before);
    }
    return path.startsWith(ROOT) ? ROOT : HERE;
  }

  private static int withoutSlashes(Bytes path, int end) {
    int at = end;
    while (at > 0 && path.at(at - 1) == '/') {
      at--;
    }
    return at;
  }

  private static int startOfComponent(Bytes path, int end) {
    int at = end;
    while (at > 0 && path.at(at - 1) != '/') {
      at--;
    }
    return at;
  }
}
