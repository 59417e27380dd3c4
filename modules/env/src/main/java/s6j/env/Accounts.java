package s6j.env;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * The accounts in /etc/passwd and /etc/group, and no other source: an image's JVM has no part in
 * what NSS the image uses. Lines that are malformed are passed over; of two with the same name the
 * first counts. Ids are unsigned 32-bit numbers in an int.
 */
public final class Accounts {
  private static final Bytes PASSWD = Bytes.of("/etc/passwd");
  private static final Bytes GROUP = Bytes.of("/etc/group");
  private static final Bytes NOBODY = Bytes.of("nobody");
  private static final int NOBODY_OTHERWISE = 32_768;
  private static final int CHUNK = 64 << 10;

  /** No such group; no id is negative when it is widened. */
  public static final long NONE = -1;

  private final Bytes passwd;
  private final Bytes group;

  private Accounts(Bytes passwd, Bytes group) {
    this.passwd = passwd;
    this.group = group;
  }

  /**
   * A line of /etc/passwd.
   *
   * @param name its name
   * @param uid its user id
   * @param gid its primary group
   */
  public record User(Bytes name, int uid, int gid) {}

  /** The accounts in these contents of /etc/passwd and /etc/group. */
  public static Accounts of(Bytes passwd, Bytes group) {
    return new Accounts(passwd, group);
  }

  /**
   * Reads both files, in one exchange. A file that is not there has no accounts.
   *
   * @throws PosixException when a file is there and cannot be read
   */
  public static Accounts read(Posix posix) throws PosixException {
    CallList calls = new CallList();
    appendRead(calls, PASSWD);
    appendRead(calls, GROUP);
    Results results = posix.call(calls);
    return new Accounts(content(posix, results, 0, PASSWD), content(posix, results, 3, GROUP));
  }

  private static void appendRead(CallList calls, Bytes path) {
    int open =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path),
            number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    calls.attempt(Syscall.READ, resultOf(open), outUpToResult(CHUNK), number(CHUNK));
    calls.attempt(Syscall.CLOSE, resultOf(open));
  }

  private static Bytes content(Posix posix, Results results, int open, Bytes path)
      throws PosixException {
    if (results.failed(open)) {
      if (results.errno(open).equals(Errno.ENOENT) || results.errno(open).equals(Errno.ENOTDIR)) {
        return Bytes.EMPTY;
      }
      throw new PosixException(results.errno(open), open);
    }
    if (results.failed(open + 1)) {
      throw new PosixException(results.errno(open + 1), open + 1);
    }
    byte[] content = results.buffer(open + 1);
    return content.length < CHUNK ? Bytes.of(content) : new Files(posix).readWholeAtOnce(path);
  }

  /** The user with this name, or null. */
  public User user(Bytes name) {
    for (int at = 0; at < passwd.length(); at = next(passwd, at)) {
      User user = userAt(at);
      if (user != null && user.name().equals(name)) {
        return user;
      }
    }
    return null;
  }

  /** The user nobody, whom loggers run as; where there is none, one with ids that nobody has. */
  public User nobody() {
    User nobody = user(NOBODY);
    return nobody == null ? new User(NOBODY, NOBODY_OTHERWISE, NOBODY_OTHERWISE) : nobody;
  }

  /** The first user with this id, or null. */
  public User userWithId(int uid) {
    for (int at = 0; at < passwd.length(); at = next(passwd, at)) {
      User user = userAt(at);
      if (user != null && user.uid() == uid) {
        return user;
      }
    }
    return null;
  }

  /** The id of the group with this name, or {@link #NONE}. */
  public long group(Bytes name) {
    for (int at = 0; at < group.length(); at = next(group, at)) {
      if (name.equals(field(group, at, 0))) {
        long gid = id(field(group, at, 2));
        if (gid >= 0) {
          return gid;
        }
      }
    }
    return NONE;
  }

  /** The name of the first group with this id, or null. */
  public Bytes groupName(int gid) {
    for (int at = 0; at < group.length(); at = next(group, at)) {
      if (id(field(group, at, 2)) == Integer.toUnsignedLong(gid)) {
        return field(group, at, 0);
      }
    }
    return null;
  }

  /** The groups that name this user as a member, in the order of the file, each once. */
  public List<Integer> supplementaryGroups(Bytes user) {
    List<Integer> groups = new ArrayList<>();
    for (int at = 0; at < group.length(); at = next(group, at)) {
      Bytes members = field(group, at, 3);
      long gid = id(field(group, at, 2));
      if (members != null && gid >= 0 && members.split(',').contains(user)) {
        if (!groups.contains((int) gid)) {
          groups.add((int) gid);
        }
      }
    }
    return groups;
  }

  private User userAt(int line) {
    Bytes name = field(passwd, line, 0);
    long uid = id(field(passwd, line, 2));
    long gid = id(field(passwd, line, 3));
    return name == null || name.isEmpty() || uid < 0 || gid < 0
        ? null
        : new User(name, (int) uid, (int) gid);
  }

  /** Where the line after the one at {@code at} begins. */
  private static int next(Bytes file, int at) {
    int newline = file.indexOf('\n', at);
    return newline < 0 ? file.length() : newline + 1;
  }

  /** A field of the line at {@code at}, from 0; null when the line has fewer. */
  private static Bytes field(Bytes file, int at, int index) {
    int newline = file.indexOf('\n', at);
    int end = newline < 0 ? file.length() : newline;
    int start = at;
    for (int i = 0; i < index; i++) {
      int colon = file.indexOf(':', start);
      if (colon < 0 || colon >= end) {
        return null;
      }
      start = colon + 1;
    }
    int colon = file.indexOf(':', start);
    return file.slice(start, colon < 0 || colon > end ? end : colon);
  }

  /**
   * A user or group id: decimal digits, up to 4294967294, for 4294967295 means "none" to the
   * kernel.
   *
   * @return the id, or {@link #NONE} when the word is none
   */
  public static long id(Bytes word) {
    if (word == null || word.isEmpty() || word.length() > 10) {
      return NONE;
    }
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      value = value * 10 + digit;
    }
    return value > 0xfffffffeL ? NONE : value;
  }
}
