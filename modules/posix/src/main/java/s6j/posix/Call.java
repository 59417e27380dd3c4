package s6j.posix;

import java.util.List;

/** One system call of a list. */
public final class Call {
  public static final int ARGUMENTS_MAX = 6;

  private final Syscall syscall;
  private final Tolerance tolerance;
  private final List<Argument> arguments;
  private final int buffersBack;
  private final long bytesBack;

  /**
   * A call.
   *
   * @param syscall which
   * @param tolerance with which failures of it the list goes on
   * @param arguments up to six
   */
  public Call(Syscall syscall, Tolerance tolerance, List<Argument> arguments) {
    if (arguments.size() > ARGUMENTS_MAX) {
      throw new IllegalArgumentException("a system call has at most six arguments");
    }
    this.syscall = syscall;
    this.tolerance = tolerance;
    this.arguments = arguments;
    int buffers = 0;
    long bytes = 0;
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      if (argument.buffersBack() > 0) {
        buffers += argument.buffersBack();
        bytes += argument.bytesBack();
      }
    }
    this.buffersBack = buffers;
    this.bytesBack = bytes;
  }

  public Syscall syscall() {
    return syscall;
  }

  public Tolerance tolerance() {
    return tolerance;
  }

  public List<Argument> arguments() {
    return arguments;
  }

  /** How many buffers come back. */
  public int buffersBack() {
    return buffersBack;
  }

  /** How many bytes those have at most, together. */
  public long bytesBack() {
    return bytesBack;
  }

  /** With which failures of a call its list goes on. */
  public enum Tolerance {
    /** With none. */
    NONE,
    /** With every one. */
    ALL,
    /** When something is not there, or nothing for us: ENOENT, ENOTDIR, EACCES. */
    ABSENCE,
    /** With none; and a call that returned less than its third argument has failed as well. */
    NOT_EVEN_PART;

    /** Whether the list goes on after this failure. */
    public boolean covers(Errno errno) {
      return this == ALL
          || this == ABSENCE
              && (errno.equals(Errno.ENOENT)
                  || errno.equals(Errno.ENOTDIR)
                  || errno.equals(Errno.EACCES));
    }
  }

  /** What a call is given. */
  public sealed interface Argument {
    /** How many buffers come back for it. */
    default int buffersBack() {
      return 0;
    }

    /** How many bytes those have at most, together. */
    default long bytesBack() {
      return 0;
    }
  }

  /** A number: a descriptor, flags, an address that is null. */
  public record Immediate(long value) implements Argument {}

  /** The address of these bytes. A path must already end in NUL. */
  public record In(byte[] bytes) implements Argument {}

  /**
   * The address of these bytes of an array, which must stay as they are until the list has been
   * made: what is large and need not be copied once more.
   */
  public record Part(byte[] array, int from, int length) implements Argument {}

  /** The address of {@code size} zeroed bytes that come back whole. */
  public record Out(int size) implements Argument {
    @Override
    public int buffersBack() {
      return 1;
    }

    @Override
    public long bytesBack() {
      return size;
    }
  }

  /** The address of up to {@code size} bytes, of which as many come back as the call returned. */
  public record OutUpToResult(int size) implements Argument {
    @Override
    public int buffersBack() {
      return 1;
    }

    @Override
    public long bytesBack() {
      return size;
    }
  }

  /**
   * The address of {@code size} bytes. None comes back: the call fails unless it returns how many
   * these bytes are and leaves exactly them there.
   */
  public record Expected(byte[] bytes, int size) implements Argument {}

  /** The address of these bytes, which come back as the call leaves them: what poll is given. */
  public record InOut(byte[] bytes) implements Argument {
    @Override
    public int buffersBack() {
      return 1;
    }

    @Override
    public long bytesBack() {
      return bytes.length;
    }
  }

  /**
   * The address of a message header with this data and this ancillary data; either may be empty:
   * what sendmsg is given. One in a call.
   */
  public record MessageIn(byte[] data, byte[] control) implements Argument {}

  /**
   * The address of a message header with room for so many bytes of data and of ancillary data: what
   * recvmsg is given. The ancillary data come back first, whole, and zeroed where the call has not
   * filled them; then as many bytes of data as the call returned. One in a call.
   */
  public record MessageOut(int size, int controlSize) implements Argument {
    @Override
    public int buffersBack() {
      return 2;
    }

    @Override
    public long bytesBack() {
      return (long) size + controlSize;
    }
  }

  /** The address of a vector of NUL-terminated strings, ended by null: argv, envp. */
  public record Vector(List<Bytes> strings) implements Argument {}

  /** What the call with this index in the same list returned. */
  public record ResultOf(int index) implements Argument {}

  /** The address of an int that holds what the call with this index in the same list returned. */
  public record CellWith(int index) implements Argument {}

  /** The environment that the process was started with, as it stands there. */
  public record OwnEnvironment() implements Argument {}

  /** What the call before this one has at the same place among its arguments. */
  public record Again() implements Argument {}

  /** The arguments that the process was started with, from this index on. */
  public record OwnArguments(int from) implements Argument {}
}
