package s6j.execline.process;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.execline.language.Wildcard;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Stat;

/** Finds the paths that match a pattern, as the calling process sees them. */
public final class Glob {
  private static final Bytes SLASH = Bytes.of("/");

  /** How many files are looked at in one list of calls. */
  private static final int AT_A_TIME = 1000;

  /** More paths than any program can be given. */
  private static final int PATHS_MAX = 100_000;

  private final Invocation call;
  private final Files files;
  private final boolean tell;
  private final boolean insist;
  private final boolean mark;
  private final boolean literalBackslash;

  /**
   * @param tell whether to warn of directories that cannot be read
   * @param insist whether to end on them
   * @param mark whether directories get a slash at the end
   * @param literalBackslash whether a backslash is itself
   */
  public Glob(
      Invocation call, boolean tell, boolean insist, boolean mark, boolean literalBackslash) {
    this.call = call;
    this.files = call.files();
    this.tell = tell;
    this.insist = insist;
    this.mark = mark;
    this.literalBackslash = literalBackslash;
  }

  /** The paths, in byte order; none when nothing matches. */
  public List<Bytes> expand(Bytes pattern) throws CommandException {
    if (pattern.isEmpty()) {
      return List.of();
    }
    try {
      List<Bytes> paths = new ArrayList<>();
      expand(Bytes.EMPTY, pattern, 0, paths);
      paths.sort(null);
      return mark ? marked(paths) : paths;
    } catch (PosixException e) {
      throw CommandException.unable("glob", e);
    }
  }

  /** Adds what matches the pattern from an index on, below a path that is there. */
  private void expand(Bytes base, Bytes pattern, int from, List<Bytes> paths)
      throws PosixException, CommandException {
    int start = from;
    while (start < pattern.length() && pattern.at(start) == '/') {
      start++;
    }
    Bytes before = base.plus(pattern.slice(from, start));
    int end = pattern.indexOf('/', start);
    if (end < 0) {
      end = pattern.length();
    }
    Bytes component = pattern.slice(start, end);
    boolean last = end == pattern.length();
    Wildcard wildcard = new Wildcard(component, !literalBackslash);
    if (component.isEmpty()) {
      addIfThere(before, paths);
    } else if (!wildcard.isMagic()) {
      Bytes path = before.plus(wildcard.literal());
      if (last) {
        addIfThere(path, paths);
      } else {
        expand(path, pattern, end, paths);
      }
    } else {
      for (Bytes name : names(before, wildcard)) {
        Bytes path = before.plus(name);
        if (last) {
          add(path, paths);
        } else {
          expand(path, pattern, end, paths);
        }
      }
    }
  }

  private void addIfThere(Bytes path, List<Bytes> paths) throws PosixException {
    if (files.lstat(path) != null) {
      add(path, paths);
    }
  }

  private static void add(Bytes path, List<Bytes> paths) throws PosixException {
    if (paths.size() == PATHS_MAX) {
      throw new PosixException(Errno.E2BIG, -1);
    }
    paths.add(path);
  }

  private List<Bytes> names(Bytes directory, Wildcard wildcard)
      throws PosixException, CommandException {
    List<Bytes> matching = new ArrayList<>();
    for (Bytes name : list(directory.isEmpty() ? Bytes.of(".") : directory)) {
      boolean hidden = name.at(0) == '.' && !wildcard.beginsWithDot();
      if (!hidden && wildcard.matches(name)) {
        matching.add(name);
      }
    }
    return matching;
  }

  private List<Bytes> list(Bytes directory) throws CommandException {
    try {
      List<Bytes> names = new ArrayList<>(files.list(directory));
      names.add(Bytes.of("."));
      names.add(Bytes.of(".."));
      return names;
    } catch (PosixException e) {
      if (!e.is(Errno.ENOTDIR)) {
        complain(directory, e);
      }
      return List.of();
    }
  }

  private void complain(Bytes path, PosixException reason) throws CommandException {
    Bytes directory =
        path.length() > 1 && path.endsWith((byte) '/') ? path.slice(0, path.length() - 1) : path;
    if (insist) {
      throw CommandException.unable("read " + directory, reason);
    }
    if (tell) {
      call.warn("while globbing, error reading " + directory + ": " + reason.getMessage());
    }
  }

  private List<Bytes> marked(List<Bytes> paths) throws PosixException {
    List<Stat> stats = new ArrayList<>(paths.size());
    for (int i = 0; i < paths.size(); i += AT_A_TIME) {
      stats.addAll(files.stats(paths.subList(i, Math.min(paths.size(), i + AT_A_TIME))));
    }
    List<Bytes> marked = new ArrayList<>(paths.size());
    for (int i = 0; i < paths.size(); i++) {
      Bytes path = paths.get(i);
      boolean directory = stats.get(i) != null && stats.get(i).isDirectory();
      marked.add(directory && !path.endsWith((byte) '/') ? path.plus(SLASH) : path);
    }
    return marked;
  }
}
