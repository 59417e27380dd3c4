package s6j.attrs;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * Gets hold of the objects that targets name. What the rule spells out is followed through links,
 * as the rule's author meant it. What a wildcard has found is in directories of whoever may write
 * there: a link among that is followed only if it belongs to root or to ourselves, for it is then
 * part of the image and not a trap.
 */
final class Opener {
  private static final int LINK_MAX = 4096;

  private final Calls calls;
  private final Report report;
  private final int self;

  /**
   * @param self the effective user id of the process
   */
  Opener(Calls calls, Report report, int self) {
    this.calls = calls;
    this.report = report;
    this.self = self;
  }

  /**
   * An object that we have hold of.
   *
   * @param fd a reference (O_PATH) to it, to be closed
   */
  record Held(Target target, int fd, Stat stat) {}

  /** Gets hold of what is there; what is not there is left out, anything else is told of. */
  List<Held> open(List<Target> targets) {
    CallList list = new CallList();
    int[] ends = new int[targets.size()];
    for (int i = 0; i < targets.size(); i++) {
      appendOpen(list, targets.get(i));
      ends[i] = list.size();
    }
    Results results = calls.make(list);
    List<Held> held = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      Held one = outcome(targets.get(i), results, i == 0 ? 0 : ends[i - 1]);
      if (one != null) {
        held.add(one);
      }
    }
    return held;
  }

  /**
   * The anchor, the names below it one by one, what the last is, and the others closed. A name that
   * cannot be opened leaves a number that is no descriptor for those after it; so what comes after
   * a failure is never looked at.
   */
  private void appendOpen(CallList list, Target target) {
    int first = list.size();
    int fd = calls.refer(list, target.anchor().isEmpty() ? Bytes.of(".") : target.anchor());
    for (Bytes name : target.names()) {
      fd = calls.referToName(list, resultOf(fd), name);
    }
    list.attemptFstat(resultOf(fd));
    for (int open = first; open < fd; open++) {
      Calls.close(list, resultOf(open));
    }
  }

  private Held outcome(Target target, Results results, int first) {
    int last = first + target.names().size();
    for (int open = first; open <= last; open++) {
      if (results.failed(open)) {
        Errno reason = results.errno(open);
        boolean throughLink = open > first + 1 && reason.equals(Errno.ENOTDIR);
        if (open < last && !results.failed(last)) {
          calls.close(List.of(results.fd(last)));
        }
        if (throughLink) {
          return stepByStep(target);
        }
        tell(target, "open", reason);
        return null;
      }
    }
    Stat stat = results.failed(last + 1) ? null : Stat.of(results.buffer(last + 1));
    if (stat != null && !stat.isLink()) {
      return checked(new Held(target, results.fd(last), stat));
    }
    calls.close(List.of(results.fd(last)));
    return stat == null ? null : stepByStep(target);
  }

  /** A pattern that ends in a slash means directories only. */
  private Held checked(Held held) {
    if (held.target().rule().path().directoriesOnly() && !held.stat().isDirectory()) {
      calls.close(List.of(held.fd()));
      return null;
    }
    return held;
  }

  /** There is a link on the way: each step is looked at before it is taken. */
  private Held stepByStep(Target target) {
    CallList opening = new CallList();
    calls.refer(opening, target.anchor().isEmpty() ? Bytes.of(".") : target.anchor());
    opening.attemptFstat(resultOf(0));
    Results results = calls.make(opening);
    if (results.failed(0) || results.failed(1)) {
      tell(target, "open", results.errno(results.failed(0) ? 0 : 1));
      return null;
    }
    Held at = new Held(target, results.fd(0), Stat.of(results.buffer(1)));
    for (Bytes name : target.names()) {
      Held next = step(target, at.fd(), name);
      calls.close(List.of(at.fd()));
      if (next == null) {
        return null;
      }
      at = next;
    }
    return checked(at);
  }

  private Held step(Target target, int at, Bytes name) {
    CallList list = new CallList();
    int open = calls.referToName(list, number(at), name);
    list.attemptFstat(resultOf(open));
    int link =
        list.attempt(
            Syscall.READLINKAT,
            resultOf(open),
            string(""),
            outUpToResult(LINK_MAX),
            number(LINK_MAX));
    Results results = calls.make(list);
    if (results.failed(open)) {
      tell(target, "open", results.errno(open));
      return null;
    }
    Stat stat = results.failed(open + 1) ? null : Stat.of(results.buffer(open + 1));
    if (stat != null && !stat.isLink()) {
      return new Held(target, results.fd(open), stat);
    }
    calls.close(List.of(results.fd(open)));
    if (stat == null || results.failed(link)) {
      return null;
    }
    if (stat.uid() != 0 && stat.uid() != self) {
      report.rule(
          target.rule().where(),
          "not following the symbolic link at "
              + name
              + " in "
              + target.path()
              + ", which belongs to uid "
              + Integer.toUnsignedString(stat.uid()));
      return null;
    }
    return follow(target, at, Bytes.of(results.buffer(link)));
  }

  private Held follow(Target target, int at, Bytes link) {
    CallList list = new CallList();
    int open = calls.refer(list, at, link);
    list.attemptFstat(resultOf(open));
    Results results = calls.make(list);
    if (results.failed(open) || results.failed(open + 1)) {
      tell(target, "open", results.errno(results.failed(open) ? open : open + 1));
      return null;
    }
    return new Held(target, results.fd(open), Stat.of(results.buffer(open + 1)));
  }

  /** What is not there is not meant. */
  void tell(Target target, String what, Errno reason) {
    if (!reason.equals(Errno.ENOENT) && !reason.equals(Errno.ENOTDIR)) {
      report.object(target.rule().where(), what, target.path(), reason);
    }
  }
}
