package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Links in /bin to commands that scripts call by path: s6-overlay v1 and v2 had all of theirs
 * there, and images say {@code #!/bin/execlineb -P} and {@code /bin/s6-svc}. The archive cannot
 * bring them, as /bin is a link to usr/bin on many images. What is there stays; a /bin that cannot
 * be written to gets none. They are few, as each costs the first start of a container its time;
 * within execline scripts all commands are found under /bin without.
 */
final class BinLinks {
  private static final String BIN = "/bin/";
  private static final String TARGET = "../command/";

  /** The last is made when all others are. */
  private static final String[] NAMES = {
    "exec",
    "execlineb",
    "importas",
    "s6-applyuidgid",
    "s6-echo",
    "s6-env",
    "s6-envdir",
    "s6-envuidgid",
    "s6-log",
    "s6-notifyoncheck",
    "s6-setuidgid",
    "s6-svok",
    "s6-svscanctl",
    "s6-svstat",
    "s6-svwait",
    "s6-svc"
  };

  private static final Call.Argument CURRENT_DIRECTORY = number(CallList.AT_FDCWD);

  private BinLinks() {}

  /** Appends the question whether there are links to be made; returns its index. */
  static int ask(CallList calls) {
    return calls.attempt(
        Syscall.FACCESSAT, CURRENT_DIRECTORY, string(BIN + NAMES[NAMES.length - 1]), number(0));
  }

  /** Whether the answer is that links are missing. */
  static boolean missing(Results results, int asked) {
    return results.failed(asked) && results.errno(asked).equals(Errno.ENOENT);
  }

  /** Makes those that can be made. */
  static void make(Posix posix) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, CURRENT_DIRECTORY, string(BIN), number(0755));
    for (String name : NAMES) {
      calls.attempt(
          Syscall.SYMLINKAT, string(TARGET + name), CURRENT_DIRECTORY, string(BIN + name));
    }
    posix.call(calls);
  }
}
