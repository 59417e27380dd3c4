package s6j.chain;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/**
 * One run of a command.
 *
 * @param posix the calling process
 * @param name the canonical name of the command
 * @param arguments its arguments, without the name
 * @param environment the environment of the process at this point of the chain
 * @param chain what runs other command lines, for commands that have children
 * @param calledAs argv[0]
 * @param depth in how many blocks it runs that have no process of their own, {@link Chain#runBlock}
 */
public record Invocation(
    Posix posix,
    String name,
    List<Bytes> arguments,
    Environment environment,
    Chain chain,
    Bytes calledAs,
    int depth) {

  /** A run under the canonical name, in no block. */
  public Invocation(
      Posix posix, String name, List<Bytes> arguments, Environment environment, Chain chain) {
    this(posix, name, arguments, environment, chain, Bytes.of(name), 0);
  }

  public Files files() {
    return new Files(posix);
  }

  /** The words from {@code index} on as the program that the process goes on as. */
  public Next.Exec exec(int index, Environment newEnvironment) {
    return exec(arguments.subList(index, arguments.size()), newEnvironment);
  }

  /** The program that the process goes on as, looked for in the current PATH. */
  public Next.Exec exec(List<Bytes> words, Environment newEnvironment) {
    return new Next.Exec(words, newEnvironment, environment.get("PATH"), null, name);
  }

  /** Writes to stdout. */
  public void print(Bytes text) throws CommandException {
    try {
      files().write(1, text);
    } catch (PosixException e) {
      throw CommandException.unable("write to stdout", e);
    }
  }

  /** Writes to stdout, and ends the process; a code of 0 means that all has been written. */
  public Next printAndExit(Bytes text, int code) {
    CallList calls = new CallList();
    if (!text.isEmpty()) {
      calls.writeAll(CallList.number(1), text.toArray());
    }
    return new Next.Exit(
        code, new Before(calls, (process, e, rest) -> printRest(text, e, rest)), name);
  }

  private Next printRest(Bytes text, PosixException failure, Next rest) throws CommandException {
    if (failure.done() == 0) {
      throw CommandException.unable("write to stdout", failure);
    }
    print(text.from((int) failure.done()));
    return rest;
  }

  /** Writes {@code NAME: warning: message} to stderr. */
  public void warn(String message) {
    say("warning", message);
  }

  /** Writes a line to stderr that begins with another name than ours. */
  public void complain(String line) {
    Chain.complain(posix, line + "\n");
  }

  /**
   * Writes {@code NAME: LEVEL: message} to stderr; that it cannot be written is not told to anyone.
   */
  public void say(String level, String message) {
    Chain.complain(posix, name + ": " + level + ": " + message + "\n");
  }
}
