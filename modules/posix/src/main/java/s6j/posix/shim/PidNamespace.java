package s6j.posix.shim;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Syscall;

/**
 * What a process does around the fork of a child that is to be PID 1 of a new namespace: the
 * namespace of its children is another one for that moment.
 */
final class PidNamespace {
  private static final int CLONE_NEWPID = 0x20000000;

  private PidNamespace() {}

  /** Opens the namespace that the process is in; the first result is the descriptor. */
  static CallList open() {
    CallList calls = new CallList();
    calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string("/proc/self/ns/pid"),
        number(OpenFlags.RDONLY | OpenFlags.CLOEXEC));
    return calls;
  }

  /** The next child makes a new namespace. */
  static CallList leave() {
    CallList calls = new CallList();
    calls.add(Syscall.UNSHARE, number(CLONE_NEWPID));
    return calls;
  }

  /** Children are in the same namespace again; closes the descriptor. */
  static CallList comeBack(int own) {
    CallList calls = new CallList();
    calls.add(Syscall.SETNS, number(own), number(CLONE_NEWPID));
    calls.add(Syscall.CLOSE, number(own));
    return calls;
  }
}
