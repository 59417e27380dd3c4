package s6j.execline.process;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.SpawnPlan;
import s6j.posix.WaitStatus;

/** The children that commands start and wait for. An empty command line is {@code true}. */
public final class Children {
  private Children() {}

  /**
   * Starts a command line in a child.
   *
   * @return its pid
   */
  public static int start(Invocation call, List<Bytes> words, Environment environment)
      throws CommandException {
    return start(call, words, environment, List.of());
  }

  /** Starts a command line in a child with descriptors of its own. */
  public static int start(
      Invocation call,
      List<Bytes> words,
      Environment environment,
      List<SpawnPlan.Descriptor> descriptors)
      throws CommandException {
    try {
      if (words.isEmpty()) {
        return startNothing(call.posix());
      }
      return call.chain()
          .spawn(call.posix(), exec(call, words, environment), descriptors, new CallList());
    } catch (PosixException e) {
      throw cannotSpawn(words, e);
    }
  }

  /** A child that does nothing, and has ended well. */
  private static int startNothing(Posix posix) throws PosixException {
    Posix child = posix.fork();
    child.exit(0);
    child.close();
    return child.info().pid();
  }

  /**
   * Starts a command line in a process that is not our child, by way of one that ends at once.
   *
   * @return its pid
   */
  public static int startDetached(
      Invocation call,
      List<Bytes> words,
      Environment environment,
      List<SpawnPlan.Descriptor> descriptors)
      throws CommandException {
    try {
      Posix between = call.posix().fork();
      try {
        if (words.isEmpty()) {
          return startNothing(between);
        }
        return call.chain()
            .spawn(between, exec(call, words, environment), descriptors, new CallList());
      } finally {
        between.exit(0);
        between.close();
        call.posix().waitFor(between.info().pid());
      }
    } catch (PosixException e) {
      throw cannotSpawn(words, e);
    }
  }

  /** Runs a command line in a child and waits for it. */
  public static WaitStatus run(Invocation call, List<Bytes> words, Environment environment)
      throws CommandException {
    try {
      return words.isEmpty()
          ? WaitStatus.exited(0)
          : call.chain().runBlock(call, exec(call, words, environment));
    } catch (PosixException e) {
      throw cannotSpawn(words, e);
    }
  }

  /**
   * Runs a command line in a child and waits for it; that it cannot be started is a warning.
   *
   * @return what {@code ?} is to be: the exit code, 256 + signal, 127 for a program that is not
   *     there, 126 for one that cannot be executed
   */
  public static int runAnyway(Invocation call, List<Bytes> words) throws CommandException {
    if (words.isEmpty()) {
      return 0;
    }
    try {
      return call.chain().runBlock(call, exec(call, words, call.environment())).overlayCode();
    } catch (PosixException e) {
      call.warn("unable to spawn " + words.getFirst() + ": " + e.getMessage());
      return e.is(Errno.ENOENT) ? CommandException.NOT_FOUND : CommandException.NOT_EXECUTABLE;
    }
  }

  /** Waits for a child. */
  public static WaitStatus await(Invocation call, int pid) throws CommandException {
    try {
      return call.posix().waitFor(pid);
    } catch (PosixException e) {
      throw CommandException.unable("wait for process " + pid, e);
    }
  }

  /**
   * What commands that report a child's end as their own exit with: 128 at most, or 128 + signal.
   */
  public static int approximateCode(WaitStatus status) {
    return status.signalled() ? status.shellCode() : Math.min(status.exitCode(), 128);
  }

  /** The command line as what a process goes on as. */
  public static Next.Exec exec(Invocation call, List<Bytes> words, Environment environment) {
    return new Next.Exec(words, environment, call.environment().get("PATH"), null, call.name());
  }

  public static CommandException cannotSpawn(List<Bytes> words, PosixException reason) {
    return CommandException.unable("spawn " + words.getFirst(), reason);
  }
}
