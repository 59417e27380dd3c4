package s6j.attrs;

import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Results;
import s6j.posix.Stat;

/**
 * Brings everything below a directory in line with a rule: parents before children, several
 * directories in one exchange. Links are neither followed nor changed: each directory is opened by
 * its name in its parent, and not at all when that is a link by then.
 */
final class Walk {
  private static final int CHUNK = 32 << 10;
  private static final int STATS_PER_LIST = 1024;

  /** Each level holds descriptors; a process has 1024 as a rule. */
  private static final int DEPTH_MAX = 800;

  /** So many levels fit the stack that threads have; for those below there is a larger one. */
  private static final int DEPTH_USUAL = 100;

  private static final int STACK_OF_DEEP = 4 << 20;

  private final Calls calls;
  private final Changer changer;
  private final Report report;
  private final AttributeRule rule;
  private final boolean hidden;

  Walk(Calls calls, Changer changer, Report report, AttributeRule rule, boolean hidden) {
    this.calls = calls;
    this.changer = changer;
    this.report = report;
    this.rule = rule;
    this.hidden = hidden;
  }

  /** An open directory. */
  private record Directory(int fd, Bytes path) {}

  /** A name in an open directory. */
  private record Entry(Directory in, Bytes name) {
    Bytes path() {
      return in.path().slash(name);
    }
  }

  /**
   * Goes through what is below a directory.
   *
   * @param fd open for listing; stays open
   */
  void below(int fd, Bytes path) {
    walk(List.of(new Directory(fd, path)), 0);
  }

  private void walk(List<Directory> group, int depth) {
    List<Entry> directories = new ArrayList<>();
    List<Directory> unread = group;
    while (!unread.isEmpty()) {
      List<Entry> entries = new ArrayList<>();
      unread = read(unread, entries);
      for (int from = 0; from < entries.size(); from += STATS_PER_LIST) {
        int to = Math.min(entries.size(), from + STATS_PER_LIST);
        fix(entries.subList(from, to), directories);
      }
    }
    if (depth == DEPTH_MAX && !directories.isEmpty()) {
      report.rule(
          rule.where(), "directories are nested too deeply below " + directories.getFirst().path());
      return;
    }
    for (int from = 0; from < directories.size(); ) {
      int to = Math.min(directories.size(), from + groupSize(depth));
      from += descend(directories.subList(from, to), depth);
    }
  }

  private void walkOnLargerStack(List<Directory> group, int depth) {
    FutureTask<Void> task = new FutureTask<>(() -> walk(group, depth), null);
    new Thread(null, task, "fix-attrs", STACK_OF_DEEP).start();
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    }
  }

  /** Wide near the top, where it pays; one by one where many levels hold descriptors. */
  private static int groupSize(int depth) {
    return depth < 3 ? 32 : depth < 16 ? 4 : 1;
  }

  /** Reads a part of each directory; those that have more come back. */
  private List<Directory> read(List<Directory> group, List<Entry> entries) {
    CallList list = new CallList();
    for (Directory directory : group) {
      // The second mostly finds the end, which saves an exchange.
      Calls.entries(list, number(directory.fd()), CHUNK);
      Calls.entries(list, number(directory.fd()), CHUNK);
    }
    Results results = calls.make(list);
    List<Directory> unfinished = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      Directory directory = group.get(i);
      boolean more = true;
      for (int part = 2 * i; part < 2 * i + 2 && more; part++) {
        if (results.failed(part)) {
          report.object(rule.where(), "list", directory.path(), results.errno(part));
          more = false;
        } else {
          more = results.value(part) > 0;
          addEntries(directory, results.buffer(part), entries);
        }
      }
      if (more) {
        unfinished.add(directory);
      }
    }
    return unfinished;
  }

  private void addEntries(Directory directory, byte[] read, List<Entry> entries) {
    List<Bytes> names = new ArrayList<>();
    Files.addNames(read, names);
    for (Bytes name : names) {
      if (hidden || name.at(0) != '.') {
        entries.add(new Entry(directory, name));
      }
    }
  }

  /** Changes what differs, and adds what are directories. */
  private void fix(List<Entry> entries, List<Entry> directories) {
    CallList list = new CallList();
    for (Entry entry : entries) {
      list.attemptLstat(number(entry.in().fd()), entry.name());
    }
    Results results = calls.make(list);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (results.failed(i)) {
        tell("stat", entry, results.errno(i));
        continue;
      }
      Stat stat = Stat.of(results.buffer(i));
      if (stat.isLink()) {
        continue;
      }
      Change change = rule.change(entry.in().fd(), entry.name(), null, stat);
      if (change != null) {
        changes.add(
            new Change(
                change.directory(),
                change.name(),
                entry.path(),
                rule,
                change.chown(),
                change.mode()));
      }
      if (stat.isDirectory()) {
        directories.add(entry);
      }
    }
    changer.apply(changes);
  }

  /**
   * Opens directories and walks them together.
   *
   * @return how many of them are done: fewer than all when descriptors have run out, but at least
   *     one
   */
  private int descend(List<Entry> entries, int depth) {
    CallList list = new CallList();
    for (Entry entry : entries) {
      calls.openDirectory(list, entry.in().fd(), entry.name());
    }
    Results results = calls.make(list);
    List<Directory> group = new ArrayList<>();
    List<Integer> fds = new ArrayList<>();
    int done = 0;
    for (; done < entries.size(); done++) {
      Entry entry = entries.get(done);
      if (!results.failed(done)) {
        fds.add(results.fd(done));
        group.add(new Directory(results.fd(done), entry.path()));
      } else if (isOutOfDescriptors(results.errno(done)) && !group.isEmpty()) {
        break;
      } else {
        tell("open", entry, results.errno(done));
      }
    }
    for (int i = done; i < entries.size(); i++) {
      if (!results.failed(i)) {
        fds.add(results.fd(i));
      }
    }
    try {
      if (!group.isEmpty() && depth == DEPTH_USUAL) {
        walkOnLargerStack(group, depth + 1);
      } else if (!group.isEmpty()) {
        walk(group, depth + 1);
      }
    } finally {
      calls.close(fds);
    }
    return done;
  }

  private static boolean isOutOfDescriptors(Errno reason) {
    return reason.number() == 24 || reason.number() == 23;
  }

  /** What has gone, or has become a link, since it was listed is no longer ours to change. */
  private void tell(String what, Entry entry, Errno reason) {
    if (!reason.equals(Errno.ENOENT)
        && !reason.equals(Errno.ENOTDIR)
        && !reason.equals(Errno.ELOOP)) {
      report.object(rule.where(), what, entry.path(), reason);
    }
  }
}
