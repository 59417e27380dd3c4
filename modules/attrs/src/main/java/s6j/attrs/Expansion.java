package s6j.attrs;

import static s6j.posix.CallList.resultOf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;

/**
 * Turns the patterns of rules into the paths that are there. All patterns are expanded at once, one
 * level of directories after another, so that as many directories as possible are listed in one
 * exchange.
 */
final class Expansion {
  private static final int CHUNK = 64 << 10;
  private static final int DIRECTORIES_PER_LIST = 32;

  private final Posix posix;
  private final Calls calls;
  private final Report report;
  private final Map<Bytes, List<Bytes>> listings = new HashMap<>();

  Expansion(Posix posix, Calls calls, Report report) {
    this.posix = posix;
    this.calls = calls;
    this.report = report;
  }

  /** The objects that the rules name, in the order of the rules, those of one sorted by path. */
  List<Target> expand(List<AttributeRule> rules) {
    List<List<Target>> found = new ArrayList<>(rules.size());
    boolean wild = false;
    for (AttributeRule rule : rules) {
      found.add(List.of(new Target(rule, rule.path().anchor(), List.of())));
      wild |= !rule.path().components().isEmpty();
    }
    for (int depth = 0; wild; depth++) {
      list(found, depth);
      wild = false;
      for (int i = 0; i < found.size(); i++) {
        List<PathPattern.Component> components = rules.get(i).path().components();
        if (depth < components.size()) {
          found.set(i, descend(found.get(i), components.get(depth)));
          wild |= depth + 1 < components.size();
        }
      }
    }
    List<Target> all = new ArrayList<>();
    for (List<Target> targets : found) {
      all.addAll(targets);
    }
    return all;
  }

  private List<Target> descend(List<Target> above, PathPattern.Component component) {
    List<Target> below = new ArrayList<>();
    for (Target target : above) {
      if (!component.wild()) {
        below.add(with(target, component.text()));
        continue;
      }
      for (Bytes name : listings.getOrDefault(target.path(), List.of())) {
        if (GlobMatch.matches(component.text(), name)) {
          below.add(with(target, name));
        }
      }
    }
    return below;
  }

  private static Target with(Target above, Bytes name) {
    List<Bytes> names = new ArrayList<>(above.names());
    names.add(name);
    return new Target(above.rule(), above.anchor(), names);
  }

  /** Lists the directories that the wildcards of this depth are looked for in. */
  private void list(List<List<Target>> found, int depth) {
    Map<Bytes, AttributeRule> wanted = new HashMap<>();
    List<Bytes> paths = new ArrayList<>();
    for (List<Target> targets : found) {
      for (Target target : targets) {
        List<PathPattern.Component> components = target.rule().path().components();
        boolean needed = depth < components.size() && components.get(depth).wild();
        Bytes path = needed ? target.path() : null;
        if (needed && !listings.containsKey(path) && wanted.put(path, target.rule()) == null) {
          paths.add(path);
        }
      }
    }
    for (int from = 0; from < paths.size(); from += DIRECTORIES_PER_LIST) {
      int to = Math.min(paths.size(), from + DIRECTORIES_PER_LIST);
      listSome(paths.subList(from, to), wanted);
    }
  }

  private void listSome(List<Bytes> paths, Map<Bytes, AttributeRule> wanted) {
    CallList list = new CallList();
    for (Bytes path : paths) {
      int fd = calls.openDirectory(list, path.isEmpty() ? Bytes.of(".") : path);
      Calls.entries(list, resultOf(fd), CHUNK);
      Calls.close(list, resultOf(fd));
    }
    Results results = calls.make(list);
    for (int i = 0; i < paths.size(); i++) {
      int open = 3 * i;
      int failed = results.failed(open) ? open : results.failed(open + 1) ? open + 1 : -1;
      Bytes path = paths.get(i);
      if (failed >= 0) {
        failure(wanted.get(path), path, results.errno(failed));
      } else {
        listings.put(path, names(wanted.get(path), path, results.buffer(open + 1)));
      }
    }
  }

  /** A large directory is read again, as a whole. */
  private List<Bytes> names(AttributeRule rule, Bytes path, byte[] entries) {
    List<Bytes> names = new ArrayList<>();
    if (entries.length < CHUNK / 2) {
      Files.addNames(entries, names);
      names.sort(null);
      return names;
    }
    try {
      return new Files(posix).list(path.isEmpty() ? Bytes.of(".") : path);
    } catch (PosixException e) {
      failure(rule, path, e.errno());
      return names;
    }
  }

  /** What is not there is not meant. */
  private void failure(AttributeRule rule, Bytes path, Errno reason) {
    if (!reason.equals(Errno.ENOENT) && !reason.equals(Errno.ENOTDIR)) {
      report.object(rule.where(), "list", path, reason);
    }
  }
}
