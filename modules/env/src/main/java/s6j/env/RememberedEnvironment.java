package s6j.env;

import static s6j.posix.CallList.expected;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/**
 * The container environment as it was when it was last read. A process that only goes on as another
 * program need not tell us what its files say: its calls read every one of them and fail unless all
 * is as it was, and the program is executed in the same exchange.
 */
public final class RememberedEnvironment {
  /** What is longer is not remembered. */
  private static final int SIZE_MAX = 16 << 10;

  private final EnvdirFormat format;
  private final Environment environment;
  private final CallList calls = new CallList();

  private RememberedEnvironment(EnvdirFormat format, Environment environment) {
    this.format = format;
    this.environment = environment;
  }

  /**
   * What was read.
   *
   * @param listing what getdents64 has said, given {@code room} bytes
   * @param contents of the files with these names
   * @return null when it is too much to be remembered
   */
  static RememberedEnvironment of(
      Posix posix,
      EnvdirFormat format,
      Environment environment,
      byte[] listing,
      int room,
      List<Bytes> names,
      List<byte[]> contents) {
    int size = listing.length;
    RememberedEnvironment one = new RememberedEnvironment(format, environment);
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC;
    int directory = flags | OpenFlags.directory(posix.info().arch());
    one.append(ContainerEnvironment.DIRECTORY, directory, Syscall.GETDENTS64, listing, room);
    for (int i = 0; i < names.size(); i++) {
      byte[] content = contents.get(i);
      size += content.length;
      Bytes file = ContainerEnvironment.DIRECTORY.slash(names.get(i));
      one.append(file, flags | OpenFlags.NONBLOCK, Syscall.READ, content, content.length + 1);
    }
    return size > SIZE_MAX ? null : one;
  }

  /** What stays open when something is not as it was is closed when the program is executed. */
  private void append(Bytes path, int flags, Syscall read, byte[] content, int room) {
    int fd = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    calls.add(read, resultOf(fd), expected(content, room), number(room));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
  }

  boolean isOf(EnvdirFormat wanted) {
    return format == wanted;
  }

  /** The environment, as it was. */
  public Environment environment() {
    return environment;
  }

  /** The calls that fail unless it still is so. */
  public CallList calls() {
    return calls;
  }
}
