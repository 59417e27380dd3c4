package s6j.attrs;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Changes owners, then modes, never through a link: an object is named by a descriptor of itself,
 * or by its directory's and its name with "do not follow". What takes the name's place in between
 * is in the same directory, and is changed itself.
 */
final class Changer {
  private static final int CHANGES_PER_LIST = 1024;
  private static final int DESCRIPTORS = 32;

  private final Calls calls;
  private final Report report;

  /** How modes are changed. */
  private enum Way {
    /** By fchmodat2; it is not known yet whether this kernel, and its seccomp filter, let us. */
    PROBING,
    /** By fchmodat2 (Linux 6.6). */
    DIRECT,
    /** By the name of a descriptor in /proc. */
    PROC
  }

  private Way way = Way.PROBING;

  Changer(Calls calls, Report report) {
    this.calls = calls;
    this.report = report;
  }

  void apply(List<Change> changes) {
    for (int from = 0; from < changes.size(); from += CHANGES_PER_LIST) {
      applySome(changes.subList(from, Math.min(changes.size(), from + CHANGES_PER_LIST)));
    }
  }

  private void applySome(List<Change> changes) {
    Set<Change> failed = chown(changes);
    List<Change> modes = new ArrayList<>();
    for (Change change : changes) {
      // A set-id bit for another owner than the rule's would give away that one's rights.
      boolean wrongOwner = AttributeRule.isSetId(change.mode()) && failed.contains(change);
      if (change.mode() != AttributeRule.LEAVE && !wrongOwner) {
        modes.add(change);
      }
    }
    for (Change change : chmod(modes)) {
      failed.add(change);
    }
    for (int i = failed.size(); i < changes.size(); i++) {
      report.changed();
    }
  }

  private Set<Change> chown(List<Change> changes) {
    Set<Change> failed = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Change> owners = new ArrayList<>();
    CallList list = new CallList();
    for (Change change : changes) {
      if (change.chown()) {
        owners.add(change);
        list.attempt(
            Syscall.FCHOWNAT,
            number(change.directory()),
            string(change.name()),
            number(change.rule().uid() & 0xffffffffL),
            number(change.rule().gid() & 0xffffffffL),
            number(flags(change)));
      }
    }
    if (list.isEmpty()) {
      return failed;
    }
    Results results = calls.make(list);
    for (int i = 0; i < owners.size(); i++) {
      if (results.failed(i) && tell("chown", owners.get(i), results.errno(i))) {
        failed.add(owners.get(i));
      }
    }
    return failed;
  }

  /** Changes modes; those that could not be changed come back. */
  private List<Change> chmod(List<Change> changes) {
    if (changes.isEmpty()) {
      return changes;
    }
    if (way == Way.PROC) {
      return tellAll(changes, chmodByProc(changes));
    }
    CallList list = new CallList();
    for (Change change : changes) {
      list.attempt(
          Syscall.FCHMODAT2,
          number(change.directory()),
          string(change.name()),
          number(change.mode()),
          number(flags(change)));
    }
    Results results = calls.make(list);
    List<Change> refused = new ArrayList<>();
    Errno[] reasons = new Errno[changes.size()];
    for (int i = 0; i < changes.size(); i++) {
      reasons[i] = results.failed(i) ? results.errno(i) : null;
      if (reasons[i] != null && isUnknownCall(reasons[i])) {
        refused.add(changes.get(i));
      }
    }
    if (way == Way.PROBING && refused.size() == changes.size()) {
      return chmodOtherwise(changes);
    }
    way = Way.DIRECT;
    return tellAll(changes, reasons);
  }

  /** An old kernel does not know the call; an old seccomp filter says that it is not permitted. */
  private static boolean isUnknownCall(Errno reason) {
    return reason.equals(Errno.ENOSYS) || reason.equals(Errno.EPERM);
  }

  private List<Change> chmodOtherwise(List<Change> changes) {
    Errno[] reasons = chmodByProc(changes);
    boolean worked = false;
    for (Errno reason : reasons) {
      worked |= reason == null || !reason.equals(Errno.EPERM);
    }
    way = worked ? Way.PROC : Way.PROBING;
    return tellAll(changes, reasons);
  }

  /** A name in /proc stands for the very object that a descriptor refers to. */
  private Errno[] chmodByProc(List<Change> changes) {
    Errno[] reasons = new Errno[changes.size()];
    for (int from = 0; from < changes.size(); from += DESCRIPTORS) {
      int to = Math.min(changes.size(), from + DESCRIPTORS);
      chmodSomeByProc(changes, from, to, reasons);
    }
    return reasons;
  }

  private void chmodSomeByProc(List<Change> changes, int from, int to, Errno[] reasons) {
    CallList opening = new CallList();
    for (int i = from; i < to; i++) {
      Change change = changes.get(i);
      if (!change.name().isEmpty()) {
        calls.referToName(opening, number(change.directory()), change.name());
      }
    }
    Results opened = opening.isEmpty() ? null : calls.make(opening);
    CallList changing = new CallList();
    int[] at = new int[to - from];
    for (int i = from, next = 0; i < to; i++) {
      Change change = changes.get(i);
      boolean own = change.name().isEmpty();
      int index = own ? -1 : next++;
      at[i - from] = -1;
      if (!own && opened.failed(index)) {
        reasons[i] = opened.errno(index);
        continue;
      }
      int fd = own ? change.directory() : opened.fd(index);
      at[i - from] =
          changing.attempt(
              Syscall.FCHMODAT,
              number(CallList.AT_FDCWD),
              string("/proc/self/fd/" + fd),
              number(change.mode()));
      if (!own) {
        Calls.close(changing, number(fd));
      }
    }
    Results changed = changing.isEmpty() ? null : calls.make(changing);
    for (int i = from; i < to; i++) {
      int index = at[i - from];
      if (index >= 0 && changed.failed(index)) {
        reasons[i] = changed.errno(index);
      }
    }
  }

  private List<Change> tellAll(List<Change> changes, Errno[] reasons) {
    List<Change> failed = new ArrayList<>();
    for (int i = 0; i < reasons.length; i++) {
      if (reasons[i] != null && tell("chmod", changes.get(i), reasons[i])) {
        failed.add(changes.get(i));
      }
    }
    return failed;
  }

  /** What has gone in the meantime needs no change. */
  private boolean tell(String what, Change change, Errno reason) {
    if (reason.equals(Errno.ENOENT) && !change.name().equals(Bytes.EMPTY)) {
      return false;
    }
    report.object(change.rule().where(), what, change.path(), reason);
    return true;
  }

  private static int flags(Change change) {
    return change.name().isEmpty() ? Calls.AT_EMPTY_PATH : Calls.AT_SYMLINK_NOFOLLOW;
  }
}
