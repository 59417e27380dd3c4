package s6j.posix;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Call.Argument;

/**
 * A list of system calls that one process makes in one go. A list stops at its first failure,
 * unless the call may fail.
 *
 * <p>Built by appending; the index of a call, for {@link Call.ResultOf}, is what its method
 * returns.
 */
public final class CallList {
  /** The directory descriptor that means "the current directory". */
  public static final int AT_FDCWD = -100;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final Argument CURRENT_DIRECTORY = number(AT_FDCWD);
  private static final Argument STAT_MASK = number(Stat.MASK);
  private static final Argument STAT_OUT = out(Stat.SIZE);

  private final List<Call> calls = new ArrayList<>();

  /** A list without calls. */
  public CallList() {}

  /** A list that begins with the calls of another, each with the index that it has there. */
  public static CallList beginningWith(CallList other) {
    CallList list = new CallList();
    list.calls.addAll(other.calls);
    return list;
  }

  /** The calls so far. */
  public List<Call> calls() {
    return calls;
  }

  /** Appends the calls of another list, none of which refers to another. */
  public void appendIndependent(CallList other) {
    calls.addAll(other.calls);
  }

  public boolean isEmpty() {
    return calls.isEmpty();
  }

  public int size() {
    return calls.size();
  }

  /** Appends a call that must succeed; returns its index. */
  public int add(Syscall syscall, Argument... arguments) {
    calls.add(new Call(syscall, Call.Tolerance.NONE, List.of(arguments)));
    return calls.size() - 1;
  }

  /** Appends a call that may fail; returns its index. */
  public int attempt(Syscall syscall, Argument... arguments) {
    calls.add(new Call(syscall, Call.Tolerance.ALL, List.of(arguments)));
    return calls.size() - 1;
  }

  /**
   * Appends the call that asks what is at a path, links followed, and may fail; returns its index.
   * {@link Stat#of} reads its buffer, as those of the other three.
   */
  public int attemptStat(Bytes path) {
    return attemptStat(CURRENT_DIRECTORY, string(path), 0);
  }

  /** The same of what is at a path, a link being itself. */
  public int attemptLstat(Bytes path) {
    return attemptStat(CURRENT_DIRECTORY, string(path), AT_SYMLINK_NOFOLLOW);
  }

  /** The same of a name in an open directory, a link being itself. */
  public int attemptLstat(Argument directory, Bytes name) {
    return attemptStat(directory, string(name), AT_SYMLINK_NOFOLLOW);
  }

  /** The same of what a descriptor is open on. */
  public int attemptFstat(Argument fd) {
    return attemptStat(fd, string(""), AT_EMPTY_PATH);
  }

  private int attemptStat(Argument directory, Argument path, int flags) {
    return attempt(Syscall.STATX, directory, path, number(flags), STAT_MASK, STAT_OUT);
  }

  /**
   * Appends a write that must write all; returns its index. When it could not, {@link
   * PosixException#done} of the failure says how much is written.
   */
  public int writeAll(Argument fd, byte[] bytes) {
    List<Argument> arguments = List.of(fd, bytes(bytes), number(bytes.length));
    calls.add(new Call(Syscall.WRITE, Call.Tolerance.NOT_EVEN_PART, arguments));
    return calls.size() - 1;
  }

  /**
   * Appends the calls that execute the first of these programs that is there and may be executed.
   *
   * @param programs paths, at least one
   */
  public void execFirst(List<Bytes> programs, Argument arguments, Argument environment) {
    for (int i = 0; i < programs.size(); i++) {
      Call.Tolerance tolerance =
          i + 1 < programs.size() ? Call.Tolerance.ABSENCE : Call.Tolerance.NONE;
      Argument program = string(programs.get(i));
      List<Argument> all =
          i == 0
              ? List.of(program, arguments, environment)
              : List.of(program, new Call.Again(), new Call.Again());
      calls.add(new Call(Syscall.EXECVE, tolerance, all));
    }
  }

  public static Argument number(long value) {
    return new Call.Immediate(value);
  }

  /** A path or other C string. */
  public static Argument string(Bytes value) {
    byte[] terminated = new byte[value.length() + 1];
    value.copyInto(terminated, 0);
    return new Call.In(terminated);
  }

  /** A path or other C string of ours. */
  public static Argument string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new Call.In(java.util.Arrays.copyOf(bytes, bytes.length + 1));
  }

  public static Argument bytes(byte[] value) {
    return new Call.In(value);
  }

  /** Bytes of an array, which must stay as they are until the list has been made. */
  public static Argument part(byte[] array, int from, int length) {
    return new Call.Part(array, from, length);
  }

  public static Argument out(int size) {
    return new Call.Out(size);
  }

  public static Argument outUpToResult(int size) {
    return new Call.OutUpToResult(size);
  }

  /** Room for {@code size} bytes, of which the call must fill in exactly these. */
  public static Argument expected(byte[] bytes, int size) {
    return new Call.Expected(bytes, size);
  }

  /** Bytes that the call changes. */
  public static Argument inOut(byte[] value) {
    return new Call.InOut(value);
  }

  /** A message to send, with the ancillary data of {@link Ancillary}. */
  public static Argument message(byte[] data, byte[] control) {
    return new Call.MessageIn(data, control);
  }

  /** Room for a message, whose buffer 0 is ancillary data and whose buffer 1 is data. */
  public static Argument messageOut(int size, int controlSize) {
    return new Call.MessageOut(size, controlSize);
  }

  public static Argument vector(List<Bytes> strings) {
    return new Call.Vector(strings);
  }

  public static Argument resultOf(int index) {
    return new Call.ResultOf(index);
  }

  public static Argument cellWith(int index) {
    return new Call.CellWith(index);
  }

  public static Argument nothing() {
    return new Call.Immediate(0);
  }
}
