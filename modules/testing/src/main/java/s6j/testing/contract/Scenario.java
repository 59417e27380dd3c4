package s6j.testing.contract;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;
import static s6j.posix.CallList.vector;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.InitProcess;
import s6j.posix.Ioctl;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;

/**
 * What a process does that is not the same afterwards, or is no more. By name, so that it can also
 * be asked of a process that is a JVM of its own.
 */
public enum Scenario {
  /** Becomes another program, with the environment and the arguments that it was started with. */
  BECOMES_A_PROGRAM {
    @Override
    public void run(Posix posix) throws PosixException {
      CallList calls = new CallList();
      calls.add(Syscall.CHDIR, string("/usr"));
      calls.add(Syscall.UMASK, number(027));
      calls.add(
          Syscall.EXECVE,
          string("/bin/sh"),
          vector(Bytes.listOf("sh", "-c", "pwd; umask; printf %s \"$CONTRACT\"; exit 6")),
          new Call.OwnEnvironment());
      posix.call(calls);
    }
  },

  /** Executes its own arguments from the second on. */
  BECOMES_ITS_ARGUMENTS {
    @Override
    public void run(Posix posix) throws PosixException {
      CallList calls = new CallList();
      calls.add(
          Syscall.EXECVE,
          string("/bin/echo"),
          new Call.OwnArguments(1),
          vector(Bytes.listOf("X=1")));
      posix.call(calls);
    }
  },

  /** Changes its identity in one list and becomes a program in the next. */
  BECOMES_SOMEONE_ELSE {
    @Override
    public void run(Posix posix) throws PosixException {
      CallList identity = new CallList();
      identity.add(Syscall.SETGROUPS, number(0), number(0));
      identity.add(Syscall.SETRESGID, number(4321), number(4321), number(4321));
      identity.add(Syscall.SETRESUID, number(1234), number(1234), number(1234));
      posix.call(identity);
      exec(posix, "/bin/sh", "-c", "id -u; id -g; grep -c '^CapEff:.*0000$' /proc/self/status");
    }
  },

  /** An execve fails, and the process goes on. */
  SURVIVES_A_FAILED_EXECVE {
    @Override
    public void run(Posix posix) throws PosixException {
      try {
        exec(posix, "/nonexistent");
      } catch (PosixException e) {
        exec(posix, "/bin/echo", e.getMessage());
      }
    }
  },

  /** Has nothing open, in the new program, but what was to be inherited. */
  KEEPS_DESCRIPTORS_ACROSS_EXECVE {
    @Override
    public void run(Posix posix) throws PosixException {
      CallList calls = new CallList();
      int kept = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string("/"), number(0));
      calls.add(Syscall.DUP3, resultOf(kept), number(77), number(0));
      calls.add(Syscall.CLOSE, resultOf(kept));
      calls.add(
          Syscall.OPENAT,
          number(CallList.AT_FDCWD),
          string("/"),
          number(OpenFlags.RDONLY | OpenFlags.CLOEXEC));
      posix.call(calls);
      exec(posix, "/bin/sh", "-c", "ls /proc/$$/fd; grep SigBlk /proc/self/status");
    }
  },

  /** Starts a child, which tells what it has inherited. */
  LISTS_A_CHILDS_DESCRIPTORS {
    @Override
    public void run(Posix posix) throws PosixException {
      SpawnPlan plan =
          SpawnPlan.of(
              Bytes.of("/bin/sh"),
              Bytes.listOf("sh", "-c", "ls /proc/$$/fd"),
              posix.info().environment());
      posix.exit(posix.waitFor(posix.spawn(plan)).shellCode());
    }
  },

  /** Starts a child, which tells how many files it may open. */
  TELLS_ITS_LIMIT {
    @Override
    public void run(Posix posix) throws PosixException {
      SpawnPlan plan =
          SpawnPlan.of(
              Bytes.of("/bin/sh"),
              Bytes.listOf("sh", "-c", "ulimit -Sn"),
              posix.info().environment());
      posix.exit(posix.waitFor(posix.spawn(plan)).shellCode());
    }
  },

  /** Starts a child in the foreground of its terminal, and waits for it. */
  RUNS_A_FOREGROUND_CHILD {
    @Override
    public void run(Posix posix) throws PosixException {
      Bytes terminal = Terminal.open(posix);
      CallList calls = new CallList();
      calls.add(Syscall.SETSID);
      int fd =
          calls.add(
              Syscall.OPENAT,
              number(CallList.AT_FDCWD),
              string(terminal),
              number(OpenFlags.RDWR | OpenFlags.NOCTTY));
      calls.add(Syscall.IOCTL, resultOf(fd), number(Ioctl.TIOCSCTTY), number(0));
      calls.add(Syscall.DUP3, resultOf(fd), number(0), number(0));
      posix.call(calls);
      String script = "cut -d' ' -f1,5,8 /proc/$$/stat";
      SpawnPlan plan =
          SpawnPlan.of(
                  Bytes.of("/bin/sh"), Bytes.listOf("sh", "-c", script), posix.info().environment())
              .withSession(SpawnPlan.Session.FOREGROUND_GROUP);
      posix.exit(posix.waitFor(posix.spawn(plan)).shellCode());
    }
  },

  /** What its own calls have changed is what its children start with. */
  PASSES_ON_WHAT_CALLS_CHANGED {
    @Override
    public void run(Posix posix) throws PosixException {
      CallList calls = new CallList();
      calls.add(Syscall.CHDIR, string("/usr"));
      calls.add(Syscall.UMASK, number(0123));
      calls.add(Syscall.SETRESGID, number(4321), number(4321), number(4321));
      calls.add(Syscall.SETRESUID, number(1234), number(1234), number(1234));
      posix.call(calls);
      SpawnPlan plan =
          SpawnPlan.of(
              Bytes.of("/bin/sh"),
              Bytes.listOf("sh", "-c", "pwd; umask; id -u; id -g"),
              posix.info().environment());
      posix.exit(posix.waitFor(posix.spawn(plan)).shellCode());
    }
  },

  /** Ends. */
  EXITS {
    @Override
    public void run(Posix posix) {
      posix.exit(42);
    }
  },

  /** As init: kills what is left, and what that leaves behind, and ends. */
  FINISHES {
    @Override
    public void run(Posix posix) throws PosixException {
      String script = "setsid sh -c 'exec sleep 1000.5' & exec sleep 1000.5";
      SpawnPlan plan =
          SpawnPlan.of(Bytes.of("/bin/sh"), Bytes.listOf("sh", "-c", script), Environment.EMPTY);
      for (int i = 0; i < 3; i++) {
        posix.spawn(plan);
      }
      ((InitProcess) posix).finish(17, true);
    }
  },

  /** As init: tells of QUIT, and of who has sent it. */
  TELLS_WHO_SENT_QUIT {
    @Override
    public void run(Posix posix) throws Exception {
      InitProcess init = (InitProcess) posix;
      CallList calls = new CallList();
      int own = calls.add(Syscall.GETPID);
      calls.add(Syscall.KILL, resultOf(own), number(Signal.QUIT.number()));
      init.call(calls);
      InitProcess.Event expected =
          new InitProcess.SignalReceived(Signal.QUIT.number(), init.info().pid());
      init.finish(init.nextEvent(null).equals(expected) ? 0 : 1, false);
    }
  };

  /** Does it. */
  public abstract void run(Posix posix) throws Exception;

  private static void exec(Posix posix, String... words) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.EXECVE,
        string(words[0]),
        vector(Bytes.listOf(words)),
        vector(List.of(Bytes.of("PATH=/usr/bin:/bin"))));
    posix.call(calls);
  }
}
