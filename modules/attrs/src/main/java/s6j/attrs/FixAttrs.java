package s6j.attrs;

import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;

/**
 * One run of fix-attrs: any number of rule files, applied one after another. Only what differs is
 * changed; when nothing does, the rules of a file that do not recurse cost an exchange for each
 * level of wildcards, and one for all files together.
 *
 * <p>Rules are applied in order, and of two that mean the same object the later counts. What goes
 * wrong is told in a line each and stops nothing.
 */
public final class FixAttrs {
  private static final int STATS_PER_LIST = 1024;
  private static final int DESCRIPTORS = 32;

  private final Posix posix;
  private final boolean hidden;
  private final Report report;
  private final Calls calls;
  private final Changer changer;
  private final Opener opener;
  private final AccountWord.Source accounts;

  /**
   * @param posix the process that makes the changes, with its rights
   * @param messages where lines about what went wrong go
   * @param hidden whether recursion includes what starts with a dot (S6_FIX_ATTRS_HIDDEN)
   */
  public FixAttrs(Posix posix, Messages messages, boolean hidden) {
    this.posix = posix;
    this.hidden = hidden;
    this.report = new Report(messages, posix.info().isRoot());
    this.accounts = new AccountsOnce(posix);
    this.calls = new Calls(posix);
    this.changer = new Changer(calls, report);
    this.opener = new Opener(calls, report, posix.info().euid());
  }

  /**
   * What a run has done.
   *
   * @param changed how many objects were changed
   * @param failed how many lines were not understood and how many changes could not be made
   */
  public record Outcome(int changed, int failed) {}

  /** Applies the rules of a file. */
  public void applyFile(Bytes path) throws PosixException {
    apply(path.toString(), new Files(posix).readWholeAtOnce(path));
  }

  /**
   * Applies rules.
   *
   * @param source what messages call them: the name of a file
   * @param rules the text
   */
  public void apply(String source, Bytes rules) {
    List<AttributeRule> flat = new ArrayList<>();
    for (AttributeRule rule : RuleFile.parse(source, rules, accounts, report)) {
      if (rule.recursive()) {
        applyFlat(flat);
        flat.clear();
        applyRecursive(rule);
      } else {
        flat.add(rule);
      }
    }
    applyFlat(flat);
  }

  /** Ends the run: says how often something was not permitted, and returns what was done. */
  public Outcome finish() {
    report.end();
    return new Outcome(report.changes(), report.failures());
  }

  /** Reads the accounts when they are first needed. */
  private static final class AccountsOnce implements AccountWord.Source {
    private final Posix posix;
    private Accounts accounts;

    AccountsOnce(Posix posix) {
      this.posix = posix;
    }

    @Override
    public Accounts accounts() throws PosixException {
      if (accounts == null) {
        accounts = Accounts.read(posix);
      }
      return accounts;
    }
  }

  /**
   * Names one object, however it is reached. The methods are written out because this runs at boot,
   * where those that the JVM would make at first use cost milliseconds.
   */
  private record Identity(long device, long inode) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Identity that && device == that.device && inode == that.inode;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(device * 31 + inode);
    }
  }

  /** Applies rules that do not recurse, all at once as far as they do not contradict each other. */
  private void applyFlat(List<AttributeRule> rules) {
    if (rules.isEmpty()) {
      return;
    }
    List<Target> targets = new Expansion(posix, calls, report).expand(rules);
    for (int from = 0; from < targets.size(); ) {
      List<Target> differing = new ArrayList<>();
      from +=
          look(targets.subList(from, Math.min(targets.size(), from + STATS_PER_LIST)), differing);
      for (int i = 0; i < differing.size(); i += DESCRIPTORS) {
        fixFlat(differing.subList(i, Math.min(differing.size(), i + DESCRIPTORS)));
      }
    }
  }

  private void fixFlat(List<Target> targets) {
    List<Opener.Held> held = opener.open(targets);
    try {
      fix(held);
    } finally {
      close(held);
    }
  }

  /**
   * Looks at targets, and adds those that are not as their rule says.
   *
   * @return how many have been looked at: all, or those before one for whose object an earlier one
   *     has another rule, which is to be applied first
   */
  private int look(List<Target> targets, List<Target> differing) {
    CallList list = new CallList();
    for (Target target : targets) {
      list.attemptStat(target.path().isEmpty() ? Bytes.of(".") : target.path());
    }
    Results results = calls.make(list);
    Map<Identity, AttributeRule> ruled = new HashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      if (results.failed(i)) {
        opener.tell(target, "stat", results.errno(i));
        continue;
      }
      Stat stat = Stat.of(results.buffer(i));
      AttributeRule before =
          ruled.putIfAbsent(new Identity(stat.device(), stat.inode()), target.rule());
      if (before != null && !before.agreesWith(target.rule())) {
        return i;
      }
      if (target.rule().change(-1, Bytes.EMPTY, Bytes.EMPTY, stat) != null) {
        differing.add(target);
      }
    }
    return targets.size();
  }

  private void applyRecursive(AttributeRule rule) {
    List<Target> targets = new Expansion(posix, calls, report).expand(List.of(rule));
    Walk walk = new Walk(calls, changer, report, rule, hidden);
    for (int from = 0; from < targets.size(); from += DESCRIPTORS) {
      List<Opener.Held> held =
          opener.open(targets.subList(from, Math.min(targets.size(), from + DESCRIPTORS)));
      try {
        fix(held);
        for (Opener.Held one : held) {
          if (one.stat().isDirectory()) {
            below(walk, one);
          }
        }
      } finally {
        close(held);
      }
    }
  }

  private void below(Walk walk, Opener.Held held) {
    CallList list = new CallList();
    calls.reopen(list, held.fd());
    Results results = calls.make(list);
    Target target = held.target();
    if (results.failed(0)) {
      report.object(target.rule().where(), "open", target.path(), results.errno(0));
      return;
    }
    try {
      walk.below(results.fd(0), target.path());
    } finally {
      calls.close(List.of(results.fd(0)));
    }
  }

  private void fix(List<Opener.Held> held) {
    List<Change> changes = new ArrayList<>();
    for (Opener.Held one : held) {
      Target target = one.target();
      Change change = target.rule().change(one.fd(), Bytes.EMPTY, target.path(), one.stat());
      if (change != null) {
        changes.add(change);
      }
    }
    changer.apply(changes);
  }

  private void close(List<Opener.Held> held) {
    CallList list = new CallList();
    for (Opener.Held one : held) {
      Calls.close(list, number(one.fd()));
    }
    if (!list.isEmpty()) {
      calls.make(list);
    }
  }
}
