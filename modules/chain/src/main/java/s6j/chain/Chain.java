package s6j.chain;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;
import s6j.posix.Room;
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
  /** How many blocks within blocks are evaluated in one process: each needs a part of the stack. */
  private static final int DEPTH_MAX = 50;

  /** How much the words of all command lines that are evaluated may be together, in bytes. */
  private static final int WORDS_TOGETHER = 8 << 20;

  /** A command line that is no larger is evaluated in any case. */
  private static final int WORDS_USUAL = 4 << 10;

  private final Room room = new Room(WORDS_TOGETHER);
  private final Commands commands;
  private final Bytes shim;
  private final Help help;

  /** What the shim was when it was last looked at: its device and inode do not change in a boot. */
  private volatile Stat shimStat;

  /**
   * @param commands those that are evaluated here
   * @param shim the path of the program that all their names on PATH are links to
   * @param help the directory with what {@code NAME --help} prints, a file for each name
   */
  public Chain(Commands commands, Bytes shim, Bytes help) {
    this.commands = commands;
    this.shim = shim;
    this.help = new Help(help);
  }

  /**
   * Runs the command that the process was started as, and whatever it chain loads; the process is
   * gone when this returns.
   */
  public void serve(Posix posix) {
    serve(posix, Stay.ALWAYS);
  }

  /**
   * The same on a thread of which there are few: a command that stays for long, as a logger does,
   * is served by another, and the process is not gone yet when this returns.
   */
  public void serveBriefly(Posix posix) {
    serve(posix, Stay.BRIEFLY);
  }

  /** Whether a thread may be used by a command that stays for long. */
  private enum Stay {
    ALWAYS,
    BRIEFLY;

    boolean allows(Command command) {
      return this == ALWAYS || !command.staysForLong();
    }
  }

  private void serve(Posix posix, Stay stay) {
    List<Bytes> words = posix.info().arguments();
    Environment environment = posix.info().environment();
    String name = words.isEmpty() ? "" : words.getFirst().baseName().toString();
    Command command = commands.find(name);
    if (command == null) {
      try (posix) {
        complain(posix, "s6j: fatal: " + name + " is not a command of this runtime\n");
        posix.exit(CommandException.USAGE);
      }
    } else if (stay.allows(command)) {
      live(posix, stay, () -> begin(posix, command, words, environment));
    } else {
      Runnable rest =
          () -> live(posix, Stay.ALWAYS, () -> begin(posix, command, words, environment));
      Stayers.start(rest);
    }
  }

  /** Serves a process to its end, or to a command that this thread is not for. */
  private void live(Posix posix, Stay stay, Supplier<Next> beginning) {
    boolean left = false;
    try {
      Next last = follow(posix, beginning.get(), stay);
      if (last instanceof Next.Exec staying) {
        left = true;
        Stayers.start(() -> live(posix, Stay.ALWAYS, () -> staying));
      } else {
        finish(posix, last);
      }
    } catch (DisconnectedException e) {
      // The process was killed, or has become another program: nobody is left to be served.
      return;
    } finally {
      if (!left) {
        posix.close();
      }
    }
  }

  /** Only what a process was started as answers: within a chain the word is one like any other. */
  private Next begin(Posix posix, Command command, List<Bytes> words, Environment environment) {
    if (Help.isAskedFor(words) && command.answersHelp()) {
      Bytes text = help.text(posix, command.name());
      if (text != null) {
        return new Invocation(posix, command.name(), List.of(), environment, this)
            .printAndExit(text, 0);
      }
    }
    return evaluate(posix, command, words, environment, 0);
  }

  /**
   * Goes on in the process as the program that these words name; the process is gone when this
   * returns.
   */
  public void become(Posix posix, Next next) {
    live(posix, Stay.ALWAYS, () -> next);
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
    return start(posix, resolve(posix, next), next, descriptors, inFork);
  }

  private int start(
      Posix posix,
      Command command,
      Next.Exec next,
      List<SpawnPlan.Descriptor> descriptors,
      CallList inFork)
      throws PosixException {
    if (command == null) {
      SpawnPlan plan = SpawnPlan.of(find(posix, next), wordsOf(next), next.environment());
      return posix.spawn(plan.withDescriptors(descriptors));
    }
    Posix child = posix.fork();
    ForkedDescriptors.append(inFork, descriptors);
    int pid = child.info().pid();
    Thread.ofVirtual().name("fork-" + pid).start(() -> goOn(child, command, next, inFork));
    return pid;
  }

  /**
   * Runs a block, as in a child of its own, and waits for its end. As long as its commands leave
   * the process as it is they are evaluated in it, and only foreign programs are children; the
   * first other command gets a child that goes on with the block.
   *
   * @param call the command whose block it is
   * @throws PosixException when there is no such program, it cannot be executed, or there can be no
   *     child
   */
  public WaitStatus runBlock(Invocation call, Next.Exec block) throws PosixException {
    Posix posix = call.posix();
    Command command = resolve(posix, block);
    if (!staysIn(command, call)) {
      return runChild(posix, command, block);
    }
    Next next = made(posix, evaluate(posix, command, block, call.depth() + 1));
    while (next instanceof Next.Exec exec) {
      try {
        command = resolve(posix, exec);
        if (!staysIn(command, call)) {
          return runChild(posix, command, exec);
        }
      } catch (PosixException e) {
        return WaitStatus.exited(cannotExec(posix, exec, e).code());
      }
      next = made(posix, evaluate(posix, command, exec, call.depth() + 1));
    }
    return WaitStatus.exited(((Next.Exit) next).code());
  }

  /** What is to be done before, is done by now. */
  private static Next made(Posix posix, Next first) {
    Next next = first;
    while (!next.before().isNothing()) {
      try {
        posix.call(next.before().calls());
        next = next.done();
      } catch (PosixException e) {
        next = dealt(posix, next, e);
      }
    }
    return next;
  }

  /** What comes when one of the calls before has failed. */
  private static Next dealt(Posix posix, Next next, PosixException failure) {
    try {
      return next.before().failure().deal(posix, failure, next.done());
    } catch (CommandException e) {
      return ended(posix, next.by(), e);
    }
  }

  /** A foreign program costs one request, and is not looked for before it is executed. */
  private WaitStatus runChild(Posix posix, Command command, Next.Exec exec) throws PosixException {
    if (command == null) {
      try {
        return posix.runFirst(candidates(exec), wordsOf(exec), exec.environment());
      } catch (PosixException e) {
        if (e.is(Errno.ECHILD)) {
          throw e;
        }
        // The search below knows what to say.
      }
    }
    return posix.waitFor(start(posix, command, exec, List.of(), new CallList()));
  }

  private static boolean staysIn(Command command, Invocation call) {
    return command != null && !command.changesProcess() && call.depth() < DEPTH_MAX;
  }

  /** What a forked child does: its own preparation, then the command. */
  private void goOn(Posix child, Command command, Next.Exec next, CallList preparation) {
    try (child) {
      if (!preparation.isEmpty()) {
        child.call(preparation);
      }
      finish(child, follow(child, evaluate(child, command, next, 0), Stay.ALWAYS));
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
   * @param next with nothing to be done before
   * @throws PosixException when there is no such program or it cannot be executed
   */
  public void becomeForeign(Posix posix, Next.Exec next) throws PosixException {
    if (resolve(posix, next) == null) {
      execve(posix, next);
    }
  }

  /**
   * Evaluates commands of ours until the process is to end or has become a foreign program; up to
   * one that stays for long, where that may not be.
   */
  private Next follow(Posix posix, Next first, Stay stay) {
    Next next = first;
    while (next instanceof Next.Exec exec) {
      if (!exec.before().isNothing() && commands.find(nameOf(exec)) != null) {
        next = made(posix, exec);
        continue;
      }
      Command command;
      try {
        command = resolve(posix, exec);
      } catch (PosixException e) {
        return cannotExec(posix, exec, e);
      }
      if (command == null) {
        next = execForeign(posix, exec);
        continue;
      }
      if (!stay.allows(command)) {
        return exec;
      }
      next = evaluate(posix, command, exec, 0);
    }
    return next;
  }

  /**
   * The command of ours that a command line begins with, or null for a foreign program. One whose
   * name is none of ours is foreign, and need not be there; one of ours need not be on PATH, as
   * scripts know these names without asking for a directory of them there. A directory on PATH that
   * is closed to the user, or is none, does not take these names away. Nor need it be in /bin,
   * where s6-overlay v1 and v2 had all of them: scripts say {@code /bin/export}.
   *
   * @throws PosixException when a word with a slash cannot be executed
   */
  private Command resolve(Posix posix, Next.Exec exec) throws PosixException {
    Bytes word = exec.words().getFirst();
    Command command = commands.find(nameOf(exec));
    if (command == null) {
      return null;
    }
    try {
      return ours(posix, command, ProgramSearch.find(posix, word, exec.searchPath()));
    } catch (PosixException e) {
      boolean absent = e.errno().equals(Errno.ENOENT);
      if (!word.contains('/') && !word.isEmpty() || absent && word.is("/bin/" + command.name())) {
        return command;
      }
      throw e;
    }
  }

  private static String nameOf(Next.Exec exec) {
    return exec.words().getFirst().baseName().toString();
  }

  private Next evaluate(Posix posix, Command command, Next.Exec exec, int depth) {
    return evaluate(posix, command, wordsOf(exec), exec.environment(), depth);
  }

  private Next evaluate(
      Posix posix, Command command, List<Bytes> words, Environment environment, int depth) {
    int size = sizeOf(words);
    boolean taken = room.take(size);
    if (!taken && size > WORDS_USUAL) {
      complain(
          posix,
          command.name()
              + ": fatal: "
              + size
              + " bytes of words are too much for the runtime beside what it evaluates already\n");
      return Next.exit(CommandException.SYSTEM);
    }
    try {
      return evaluateWords(posix, command, words, environment, depth);
    } finally {
      room.give(taken ? size : 0);
    }
  }

  private static int sizeOf(List<Bytes> words) {
    int size = 0;
    for (Bytes word : words) {
      size += Bytes.OVERHEAD + word.length();
    }
    return size;
  }

  private Next evaluateWords(
      Posix posix, Command command, List<Bytes> words, Environment environment, int depth) {
    List<Bytes> arguments = words.isEmpty() ? List.of() : words.subList(1, words.size());
    Bytes calledAs = words.isEmpty() ? Bytes.of(command.name()) : words.getFirst();
    try {
      return command.run(
          new Invocation(posix, command.name(), arguments, environment, this, calledAs, depth));
    } catch (CommandException e) {
      return ended(posix, command.name(), e);
    } catch (DisconnectedException e) {
      throw e;
    } catch (RuntimeException e) {
      // A mistake of ours must neither leave the caller hanging nor show it our insides.
      complain(posix, command.name() + ": fatal: internal error: " + e + "\n");
      return Next.exit(CommandException.INTERNAL);
    }
  }

  private static Next.Exit ended(Posix posix, String name, CommandException e) {
    if (!e.level().isEmpty()) {
      complain(posix, name + ": " + e.level() + ": " + e.getMessage() + "\n");
    }
    return new Next.Exit(e.code());
  }

  /** The command, if the file that was found is the shim, so that it stands for the command. */
  private Command ours(Posix posix, Command command, ProgramSearch.Found found)
      throws PosixException {
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

  /** Returns what comes when the process has not become that program. */
  private Next execForeign(Posix posix, Next.Exec exec) {
    try {
      return execve(posix, exec);
    } catch (PosixException e) {
      return cannotExec(posix, exec, e);
    }
  }

  /**
   * Executes the first program of that name that can be, after what is to be done before. It is not
   * looked for before that; why it cannot be executed, the search knows best.
   *
   * @return what comes when what is to be done before stands in the way
   */
  private static Next execve(Posix posix, Next.Exec exec) throws PosixException {
    int before = exec.before().calls().size();
    CallList calls = CallList.beginningWith(exec.before().calls());
    calls.execFirst(
        candidates(exec), vector(wordsOf(exec)), environmentFor(posix, exec.environment()));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      if (e.index() < before && before > 0) {
        // With an index below 0 both are too long for one list.
        return e.index() < 0 ? made(posix, exec) : dealt(posix, exec, e);
      }
    }
    CallList found = new CallList();
    found.execFirst(
        List.of(find(posix, exec)),
        vector(wordsOf(exec)),
        environmentFor(posix, exec.environment()));
    posix.call(found);
    throw new DisconnectedException("has become another program");
  }

  private static List<Bytes> candidates(Next.Exec exec) {
    return ProgramSearch.candidates(exec.words().getFirst(), exec.searchPath());
  }

  private static Bytes find(Posix posix, Next.Exec exec) throws PosixException {
    return ProgramSearch.find(posix, exec.words().getFirst(), exec.searchPath()).path();
  }

  /** The environment goes back over the connection only when it has changed. */
  private static s6j.posix.Call.Argument environmentFor(Posix posix, Environment environment) {
    return environment == posix.info().environment()
        ? new s6j.posix.Call.OwnEnvironment()
        : vector(environment.entries());
  }

  private Next.Exit cannotExec(Posix posix, Next.Exec exec, PosixException reason) {
    String program = exec.words().getFirst().toString();
    String hint = "";
    if (program.endsWith("\r")) {
      // So the kernel takes the last word of "#!/usr/bin/with-contenv sh" in a file of DOS.
      program = program.substring(0, program.length() - 1) + "\\r";
      hint = " (it ends in a carriage return: the file has DOS line ends)";
    }
    complain(
        posix,
        exec.by()
            + ": fatal: unable to exec "
            + program
            + ": "
            + reason.getMessage()
            + hint
            + "\n");
    return new Next.Exit(
        reason.is(Errno.ENOENT) ? CommandException.NOT_FOUND : CommandException.NOT_EXECUTABLE);
  }

  private void finish(Posix posix, Next last) {
    if (!(last instanceof Next.Exit exit)) {
      return;
    }
    if (exit.before().isNothing()) {
      posix.exit(exit.code());
      return;
    }
    try {
      posix.exitAfter(CallList.beginningWith(exit.before().calls()), exit.code());
    } catch (PosixException e) {
      finish(posix, follow(posix, dealt(posix, exit, e), Stay.ALWAYS));
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
