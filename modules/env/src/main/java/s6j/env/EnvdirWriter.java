package s6j.env;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Writes an environment into a directory, a file a variable: the value byte for byte, mode 0644
 * whatever the umask. A name that is no file name ({@code .}, {@code ..}, or with a slash) is
 * passed over.
 *
 * <p>As many calls as fit go into one list; every environment that a kernel lets through in
 * practice is one. A variable that cannot be written does not keep the others from being written.
 */
public final class EnvdirWriter {
  private static final int CALLS_MAX = 60_000;
  private static final int BYTES_MAX = 12 << 20;
  private static final int UMASK = 022;

  private final Bytes directory;
  private final Environment environment;
  private final Iterator<Bytes> names;
  private final Bytes ending;
  private final List<Pending> pending = new ArrayList<>();

  /** A variable whose calls are in the list that was built last. */
  private record Pending(Bytes name, int open, int length) {}

  /** A variable that could not be written. */
  public record Failure(Bytes name, Errno reason) {}

  public EnvdirWriter(Bytes directory, Environment environment) {
    this(directory, environment, Bytes.EMPTY);
  }

  /**
   * @param directory there already, or made by a call earlier in the list
   * @param ending what is written after each value
   */
  public EnvdirWriter(Bytes directory, Environment environment, Bytes ending) {
    this.directory = directory;
    this.environment = environment;
    this.names = environment.names();
    this.ending = ending;
  }

  /**
   * Appends the calls that write the variables that have not been appended yet, as many as the list
   * has room for.
   *
   * @return whether that was all
   */
  public boolean appendTo(CallList calls) {
    pending.clear();
    int bytes = 0;
    int mask = calls.attempt(Syscall.UMASK, number(UMASK));
    while (names.hasNext() && calls.size() < CALLS_MAX && bytes < BYTES_MAX) {
      Bytes name = names.next();
      if (isFileName(name)) {
        Bytes content = environment.get(name).plus(ending);
        bytes += directory.length() + name.length() + content.length();
        append(calls, name, content);
      }
    }
    calls.attempt(Syscall.UMASK, resultOf(mask));
    return !names.hasNext();
  }

  private void append(CallList calls, Bytes name, Bytes content) {
    int fd =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(directory.slash(name)),
            number(Files.OVERWRITE | OpenFlags.NONBLOCK),
            number(0644));
    pending.add(new Pending(name, fd, content.length()));
    if (!content.isEmpty()) {
      calls.attempt(
          Syscall.WRITE, resultOf(fd), CallList.bytes(content.toArray()), number(content.length()));
    }
    calls.attempt(Syscall.CLOSE, resultOf(fd));
  }

  /** Which of the variables appended last could not be written. */
  public List<Failure> failures(Results results) {
    List<Failure> failures = new ArrayList<>();
    for (Pending variable : pending) {
      int open = variable.open();
      if (results.failed(open)) {
        failures.add(new Failure(variable.name(), results.errno(open)));
      } else if (variable.length() > 0 && results.value(open + 1) != variable.length()) {
        boolean failed = results.failed(open + 1);
        failures.add(new Failure(variable.name(), failed ? results.errno(open + 1) : Errno.ENOSPC));
      }
    }
    return failures;
  }

  /**
   * Makes the directory if it is not there and writes all variables.
   *
   * @param mode of a directory that is made
   * @return those that could not be written
   * @throws PosixException when the directory cannot be made
   */
  public List<Failure> write(Posix posix, int mode) throws PosixException {
    List<Failure> failures = new ArrayList<>();
    CallList calls = new CallList();
    int made = appendDirectory(calls, directory, mode);
    for (boolean first = true, all = false; !all; first = false) {
      all = appendTo(calls);
      Results results = posix.call(calls);
      if (first && results.failed(made) && !results.errno(made).equals(Errno.EEXIST)) {
        throw new PosixException(results.errno(made), made);
      }
      failures.addAll(failures(results));
      calls = new CallList();
    }
    return failures;
  }

  /**
   * Writes all variables into a directory that holds nothing else afterwards: what an earlier life
   * of the container left there goes. One exchange when the directory is not there yet.
   *
   * @param mode of the directory, whatever the umask
   * @return the variables that could not be written
   * @throws PosixException when the directory cannot be made or emptied
   */
  public static List<Failure> writeAfresh(
      Posix posix, Bytes directory, Environment environment, int mode) throws PosixException {
    try {
      return writeNew(posix, directory, environment, mode);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      new Files(posix).removeTree(directory);
      return writeNew(posix, directory, environment, mode);
    }
  }

  private static List<Failure> writeNew(
      Posix posix, Bytes directory, Environment environment, int mode) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(mode));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(directory), number(mode));
    EnvdirWriter writer = new EnvdirWriter(directory, environment);
    boolean all = writer.appendTo(calls);
    List<Failure> failures = new ArrayList<>(writer.failures(posix.call(calls)));
    if (!all) {
      failures.addAll(writer.write(posix, mode));
    }
    return failures;
  }

  /** Appends the call that makes a directory, which may be there already; returns its index. */
  public static int appendDirectory(CallList calls, Bytes directory, int mode) {
    return calls.attempt(
        Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(mode));
  }

  private static boolean isFileName(Bytes name) {
    return !name.contains('/') && !name.is(".") && !name.is("..");
  }
}
