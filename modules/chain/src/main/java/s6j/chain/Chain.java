package s6j.chain;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;
import static s6j.posix.CallList.vector;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;
import s6j.posix.SpawnPlan;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * Runs command lines in a process. While the first word resolves to the shim on the process's own
 * PATH, and is the name of a command, that command is evaluated here, in the same process; any
 * other program is exec'd.
 */
public final class Chain {
  private final Commands commands;
  private final Bytes shim;

  /** What the shim was when it was last looked at: its device and inode do not change in a boot. */
  private volatile Stat shimStat;

  /**
   * @param commands those that are evaluated here
   * @param shim the path of the program that all their names on PATH are links to
   */
  public Chain(Commands commands, Bytes shim) {
    this.commands = commands;
    this.shim = shim;
  }

  /**
   * Runs the command that the process was started as, and whatever it chain loads; the process is
   * gone when this returns.
   */
  public void serve(Posix posix) {
    List<Bytes> words = posix.info().arguments();
    Environment environment = posix.info().environment();
    String name = words.isEmpty() ? "" : words.getFirst().baseName().toString();
    Command command = commands.find(name);
    try (posix) {
      if (command == null) {
        complain(posix, "s6j: fatal: " + name + " is not a command of this runtime\n");
        posix.exit(CommandException.USAGE);
        return;
      }
      finish(posix, follow(posix, evaluate(posix, command, words, environment)));
    } catch (DisconnectedException e) {
      // The process was killed, or has become another program: nobody is left to be served.
      return;
    }
  }

  /**
   * Goes on in the process as the program that these words name; the process is gone when this
   * returns.
   */
  public void become(Posix posix, Next next) {
    try (posix) {
      finish(posix, follow(posix, next));
    } catch (DisconnectedException e) {
      return;
    }
  }

  /**
   * Runs a command line in a child and waits for it. When it cannot be exec'd the child says why on
   * stderr, and its exit code is 126 or 127.
   */
  public WaitStatus run(Posix posix, Next.Exec next) throws PosixException {
    return posix.waitFor(start(posix, next));
  }

  /**
   * Starts a command line in a child. When it cannot be exec'd the child says why on stderr, and
   * its exit code is 126 or 127.
   *
   * @return its pid
   * @throws PosixException when there can be no child
   */
  public int start(Posix posix, Next.Exec next) throws PosixException {
    try {
      return spawn(posix, next);
    } catch (PosixException e) {
      Posix child = posix.fork();
      int pid = child.info().pid();
      Thread.ofVirtual().name("fork-" + pid).start(() -> become(child, next));
      return pid;
    }
  }

  /**
   * Starts a command line in a child, which is known to have begun when this returns: a foreign
   * program is executing, a command of ours is there to be evaluated.
   *
   * @return its pid
   * @throws PosixException when there is no such program, it cannot be executed, or there can be no
   *     child
   */
  public int spawn(Posix posix, Next.Exec next) throws PosixException {
    return spawn(posix, next, List.of(), new CallList());
  }

  /**
   * As {@link #spawn(Posix, Next.Exec)}, with descriptors of the child's own. A foreign program
   * costs one request to the process; only a command of ours needs a fork that is served.
   *
   * @param descriptors what the child's descriptors are
   * @param inFork what else a child that is not exec'd at once has to undo of its parent's state;
   *     an exec'd one has the signal mask that the parent was started with
   */
  public int spawn(
      Posix posix, Next.Exec next, List<SpawnPlan.Descriptor> descriptors, CallList inFork)
      throws PosixException {
    Bytes word = next.words().getFirst();
    ProgramSearch.Found found = ProgramSearch.find(posix, word, next.searchPath());
    Command command = commandAt(posix, found, word);
    if (command == null) {
      SpawnPlan plan = SpawnPlan.of(found.path(), wordsOf(next), next.environment());
      return posix.spawn(plan.withDescriptors(descriptors));
    }
    Posix child = posix.fork();
    ForkedDescriptors.append(inFork, descriptors);
    int pid = child.info().pid();
    Thread.ofVirtual().name("fork-" + pid).start(() -> goOn(child, command, next, inFork));
    return pid;
  }

  /** What a forked child does: its own preparation, then the command. */
  private void goOn(Posix child, Command command, Next.Exec next, CallList preparation) {
    try (child) {
      if (!preparation.isEmpty()) {
        child.call(preparation);
      }
      finish(child, follow(child, evaluate(child, command, wordsOf(next), next.environment())));
    } catch (PosixException e) {
      complain(child, next.by() + ": fatal: unable to set up child: " + e.getMessage() + "\n");
      child.exit(CommandException.SYSTEM);
    } catch (DisconnectedException e) {
      return;
    }
  }

  /**
   * Becomes the program that these words name, if it is a foreign one; it does not return then.
   * Returns at once, with nothing done, when it is a command of ours.
   *
   * @throws PosixException when there is no such program or it cannot be executed
   */
  public void becomeForeign(Posix posix, Next.Exec next) throws PosixException {
    Bytes word = next.words().getFirst();
    ProgramSearch.Found found = ProgramSearch.find(posix, word, next.searchPath());
    if (commandAt(posix, found, word) == null) {
      execve(posix, next, found.path());
    }
  }

  /** Evaluates commands of ours until the process is to end or to become a foreign program. */
  private Next follow(Posix posix, Next first) {
    Next next = first;
    while (next instanceof Next.Exec exec) {
      Command command;
      Bytes path = null;
      try {
        ProgramSearch.Found found =
            ProgramSearch.find(posix, exec.words().getFirst(), exec.searchPath());
        path = found.path();
        command = commandAt(posix, found, exec.words().getFirst());
      } catch (PosixException e) {
        command = notOnPath(exec.words().getFirst(), e);
        if (command == null) {
          return cannotExec(posix, exec, e);
        }
      }
      if (command == null) {
        return execForeign(posix, exec, path);
      }
      next = evaluate(posix, command, wordsOf(exec), exec.environment());
    }
    return next;
  }

  /**
   * The command of ours that a word means which is not on PATH at all: scripts know these names
   * without asking for a directory of them on PATH.
   */
  private Command notOnPath(Bytes word, PosixException failure) {
    return failure.is(Errno.ENOENT) && !word.contains('/') ? commands.find(word.toString()) : null;
  }

  private Next evaluate(Posix posix, Command command, List<Bytes> words, Environment environment) {
    List<Bytes> arguments = words.isEmpty() ? List.of() : words.subList(1, words.size());
    Bytes calledAs = words.isEmpty() ? Bytes.of(command.name()) : words.getFirst();
    try {
      return command.run(
          new Invocation(posix, command.name(), arguments, environment, this, calledAs));
    } catch (CommandException e) {
      if (!e.level().isEmpty()) {
        complain(posix, command.name() + ": " + e.level() + ": " + e.getMessage() + "\n");
      }
      return Next.exit(e.code());
    } catch (DisconnectedException e) {
      throw e;
    } catch (RuntimeException e) {
      // A mistake of ours must neither leave the caller hanging nor show it our insides.
      complain(posix, command.name() + ": fatal: internal error: " + e + "\n");
      return Next.exit(CommandException.INTERNAL);
    }
  }

  /** The command of ours that this file stands for: the shim, by a name that we know. */
  private Command commandAt(Posix posix, ProgramSearch.Found found, Bytes word)
      throws PosixException {
    Command command = commands.find(word.baseName().toString());
    if (command == null) {
      return null;
    }
    if (isShim(found.stat(), shimStat)) {
      return command;
    }
    Stat ours = new s6j.posix.Files(posix).stat(shim);
    shimStat = ours;
    return isShim(found.stat(), ours) ? command : null;
  }

  private static boolean isShim(Stat found, Stat ours) {
    return ours != null && ours.inode() == found.inode() && ours.device() == found.device();
  }

  private static List<Bytes> wordsOf(Next.Exec exec) {
    if (exec.argv0() == null) {
      return exec.words();
    }
    List<Bytes> words = new ArrayList<>(exec.words());
    words.set(0, exec.argv0());
    return words;
  }

  private Next execForeign(Posix posix, Next.Exec exec, Bytes path) {
    try {
      execve(posix, exec, path);
    } catch (PosixException e) {
      return cannotExec(posix, exec, e);
    }
    throw new DisconnectedException("has become another program");
  }

  private static void execve(Posix posix, Next.Exec exec, Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.EXECVE,
        string(path),
        vector(wordsOf(exec)),
        environmentFor(posix, exec.environment()));
    posix.call(calls);
  }

  /** The environment goes back over the connection only when it has changed. */
  private static s6j.posix.Call.Argument environmentFor(Posix posix, Environment environment) {
    return environment == posix.info().environment()
        ? new s6j.posix.Call.OwnEnvironment()
        : vector(environment.entries());
  }

  private Next cannotExec(Posix posix, Next.Exec exec, PosixException reason) {
    String program = exec.words().getFirst().toString();
    complain(
        posix,
        exec.by() + ": fatal: unable to exec " + program + ": " + reason.getMessage() + "\n");
    return Next.exit(
        reason.is(Errno.ENOENT) ? CommandException.NOT_FOUND : CommandException.NOT_EXECUTABLE);
  }

  private static void finish(Posix posix, Next next) {
    if (next instanceof Next.Exit exit) {
      posix.exit(exit.code());
    }
  }

  /**
   * Writes a line to the stderr of the process; when that is not possible there is nobody to tell.
   */
  static void complain(Posix posix, String line) {
    byte[] text = Bytes.of(line).toArray();
    CallList calls = new CallList();
    calls.attempt(Syscall.WRITE, number(2), CallList.bytes(text), number(text.length));
    posix.attempt(calls);
  }
}
