package s6j.testing;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.WaitStatus;

/** Another process's calls, for tests that look at some of them, or change what comes of them. */
public abstract class ForwardingPosix implements Posix {
  private final Posix posix;

  /** Forwards to this process. */
  protected ForwardingPosix(Posix posix) {
    this.posix = posix;
  }

  @Override
  public ProcessInfo info() {
    return posix.info();
  }

  @Override
  public Results call(CallList calls) throws PosixException {
    return posix.call(calls);
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    return posix.spawn(plan);
  }

  @Override
  public WaitStatus runFirst(List<Bytes> programs, List<Bytes> arguments, Environment environment)
      throws PosixException {
    return posix.runFirst(programs, arguments, environment);
  }

  @Override
  public Posix fork() throws PosixException {
    return posix.fork();
  }

  @Override
  public WaitStatus waitFor(int pid) throws PosixException {
    return posix.waitFor(pid);
  }

  @Override
  public void exit(int code) {
    posix.exit(code);
  }

  @Override
  public void exitAfter(CallList calls, int code) throws PosixException {
    posix.exitAfter(calls, code);
  }

  @Override
  public void close() {
    posix.close();
  }
}
