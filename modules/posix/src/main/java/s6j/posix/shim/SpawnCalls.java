package s6j.posix.shim;

import static s6j.posix.CallList.cellWith;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;
import static s6j.posix.CallList.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.posix.Arch;
import s6j.posix.CallList;
import s6j.posix.Ioctl;
import s6j.posix.OpenFlags;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.SpawnPlan.Descriptor;
import s6j.posix.Syscall;

/** Turns a plan into the calls that the child makes between fork and execve. */
final class SpawnCalls {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETFD = 2;
  private static final int SIG_BLOCK = 0;
  private static final int SIG_UNBLOCK = 1;

  private final Arch arch;
  private final SpawnPlan plan;
  private final CallList calls = new CallList();

  private SpawnCalls(Arch arch, SpawnPlan plan) {
    this.arch = arch;
    this.plan = plan;
  }

  static CallList of(Arch arch, SpawnPlan plan) {
    SpawnCalls made = new SpawnCalls(arch, plan);
    made.copies();
    made.opensAndCloses();
    made.session();
    made.limits();
    if (plan.umask() >= 0) {
      made.calls.add(Syscall.UMASK, number(plan.umask()));
    }
    if (plan.directory() != null) {
      made.calls.add(Syscall.CHDIR, string(plan.directory()));
    }
    made.identity();
    made.calls.add(
        Syscall.EXECVE,
        string(plan.program()),
        vector(plan.arguments()),
        vector(plan.environment().entries()));
    return made.calls;
  }

  /**
   * Sources are first moved above every target, so that no copy overwrites the source of another.
   */
  private void copies() {
    List<Descriptor> descriptors = plan.descriptors();
    int above = 3;
    for (int i = 0; i < descriptors.size(); i++) {
      above = Math.max(above, descriptors.get(i).target() + 1);
    }
    int[] moved = new int[descriptors.size()];
    for (int i = 0; i < descriptors.size(); i++) {
      if (descriptors.get(i) instanceof SpawnPlan.Copy copy) {
        moved[i] =
            calls.add(Syscall.FCNTL, number(copy.source()), number(F_DUPFD_CLOEXEC), number(above));
      }
    }
    for (int i = 0; i < descriptors.size(); i++) {
      if (descriptors.get(i) instanceof SpawnPlan.Copy copy) {
        calls.add(Syscall.DUP3, resultOf(moved[i]), number(copy.target()), number(0));
      }
    }
  }

  private void opensAndCloses() {
    List<Descriptor> descriptors = plan.descriptors();
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor descriptor = descriptors.get(i);
      if (descriptor instanceof SpawnPlan.Open open) {
        int opened =
            calls.add(
                Syscall.OPENAT,
                number(CallList.AT_FDCWD),
                string(open.path()),
                number(open.flags() | OpenFlags.CLOEXEC),
                number(open.mode()));
        // When the file was opened as its target, dup3 refuses, and only the flag has to go.
        calls.attempt(Syscall.DUP3, resultOf(opened), number(open.target()), number(0));
        calls.add(Syscall.FCNTL, number(open.target()), number(F_SETFD), number(0));
      } else if (descriptor instanceof SpawnPlan.Closed closed) {
        calls.attempt(Syscall.CLOSE, number(closed.target()));
      }
    }
  }

  private void session() {
    switch (plan.session()) {
      case SAME -> {}
      case NEW -> calls.add(Syscall.SETSID);
      case NEW_WITH_TERMINAL -> {
        calls.add(Syscall.SETSID);
        calls.attempt(Syscall.IOCTL, number(0), number(Ioctl.TIOCSCTTY), number(0));
      }
      case NEW_GROUP -> calls.add(Syscall.SETPGID, number(0), number(0));
      case FOREGROUND_GROUP -> {
        calls.add(Syscall.SETPGID, number(0), number(0));
        int pid = calls.add(Syscall.GETPID);
        // The new group is in the background until then, and would be stopped for this.
        maskTerminalOutput(SIG_BLOCK);
        calls.attempt(Syscall.IOCTL, number(0), number(Ioctl.setForeground(arch)), cellWith(pid));
        maskTerminalOutput(SIG_UNBLOCK);
      }
    }
  }

  private void maskTerminalOutput(int how) {
    byte[] ttou =
        ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putLong(1L << Signal.TTOU.number() - 1)
            .array();
    calls.add(
        Syscall.RT_SIGPROCMASK,
        number(how),
        CallList.bytes(ttou),
        CallList.nothing(),
        number(ttou.length));
  }

  private void limits() {
    for (int i = 0; i < plan.limits().size(); i++) {
      SpawnPlan.Limit limit = plan.limits().get(i);
      byte[] pair =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putLong(limit.soft())
              .putLong(limit.hard())
              .array();
      calls.add(
          Syscall.PRLIMIT64,
          number(0),
          number(limit.resource()),
          CallList.bytes(pair),
          CallList.nothing());
    }
  }

  private void identity() {
    SpawnPlan.Identity identity = plan.identity();
    if (identity == null) {
      return;
    }
    ByteBuffer groups =
        ByteBuffer.allocate(4 * identity.groups().size()).order(ByteOrder.nativeOrder());
    for (int group : identity.groups()) {
      groups.putInt(group);
    }
    calls.add(Syscall.SETGROUPS, number(identity.groups().size()), CallList.bytes(groups.array()));
    calls.add(
        Syscall.SETRESGID, number(identity.gid()), number(identity.gid()), number(identity.gid()));
    calls.add(
        Syscall.SETRESUID, number(identity.uid()), number(identity.uid()), number(identity.uid()));
  }
}
