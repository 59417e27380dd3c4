package s6j.posix.jnr;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * This process as one that makes calls for us. An execve in a list replaces the JVM; a change of
 * identity, and of working directory and umask where unshare(2) is allowed, is seen by later calls
 * and children, and not by the rest of the JVM.
 *
 * <p>Children have every signal at its default and none blocked. There can be no {@link #fork}.
 */
public final class JnrPosix implements Posix {
  private final ProcessInfo info;
  private final ProcessThread thread;
  private final Interpreter interpreter;
  private final Spawner spawner;

  private JnrPosix(ProcessInfo info, boolean mayUnshare) {
    Inheritance inheritance = new Inheritance();
    this.info = info;
    this.thread = new ProcessThread(mayUnshare);
    this.interpreter = new Interpreter(info, inheritance);
    this.spawner = new Spawner(inheritance, mayUnshare);
  }

  /**
   * This process as a command.
   *
   * @param arguments argv, the name included
   */
  public static JnrPosix open(List<Bytes> arguments) {
    return open(ProcessInfo.Kind.COMMAND, arguments, true);
  }

  static JnrPosix open(ProcessInfo.Kind kind, List<Bytes> arguments, boolean mayUnshare) {
    OpenFilesLimit.restore();
    return new JnrPosix(ProcessFacts.now(kind, arguments), mayUnshare);
  }

  /**
   * The arguments of main as the bytes that they were before Java decoded them.
   *
   * @param count how many main was given
   */
  public static List<Bytes> argumentsOfMain(int count) {
    return ProcessFacts.lastArguments(count);
  }

  @Override
  public ProcessInfo info() {
    return info;
  }

  @Override
  public Results call(CallList calls) throws PosixException {
    return thread.run(() -> interpreter.make(calls));
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    return thread.run(() -> spawner.spawn(plan));
  }

  /** Always false: a JVM has many threads. */
  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public Posix fork() throws PosixException {
    throw new PosixException(Errno.ENOSYS, -1);
  }

  @Override
  public WaitStatus waitFor(int pid) throws PosixException {
    try (NativeMemory memory = new NativeMemory()) {
      long status = memory.allocate(4);
      Native.call(Syscall.WAIT4, pid, status, 0, 0);
      return new WaitStatus(NativeMemory.getInt(status));
    }
  }

  /** Ends this JVM at once, without its shutdown hooks; does not return. */
  @Override
  public void exit(int code) {
    Native.attempt(Syscall.EXIT_GROUP, code & 255);
    throw new DisconnectedException("has exited");
  }

  @Override
  public void close() {
    thread.close();
  }
}
