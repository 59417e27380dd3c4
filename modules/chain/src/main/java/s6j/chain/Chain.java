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
   * Starts a command line in a child.
   *
   * @return its pid
   * @throws PosixException when there can be no child
   */
  public int start(Posix posix, Next.Exec next) throws PosixException {
    Posix child = posix.fork();
    int pid = child.info().pid();
    Thread.ofVirtual().name("fork-" + pid).start(() -> become(child, next));
    return pid;
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
      next = evaluate(posix, command, exec.words(), exec.environment());
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
    try {
      return command.run(new Invocation(posix, command.name(), arguments, environment, this));
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
    Stat ours = new s6j.posix.Files(posix).stat(shim);
    boolean same =
        ours != null
            && ours.inode() == found.stat().inode()
            && ours.device() == found.stat().device();
    return same ? command : null;
  }

  private Next execForeign(Posix posix, Next.Exec exec, Bytes path) {
    List<Bytes> words = exec.words();
    if (exec.argv0() != null) {
      words = new ArrayList<>(words);
      words.set(0, exec.argv0());
    }
    CallList calls = new CallList();
    calls.add(
        Syscall.EXECVE, string(path), vector(words), environmentFor(posix, exec.environment()));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      return cannotExec(posix, exec, e);
    }
    throw new DisconnectedException("has become another program");
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
    try {
      posix.call(calls);
    } catch (PosixException e) {
      throw new AssertionError("a call that may fail has failed its list", e);
    }
  }
}
