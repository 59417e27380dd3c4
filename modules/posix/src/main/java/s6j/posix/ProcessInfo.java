package s6j.posix;

import java.util.List;

/**
 * What a process was when it said hello.
 *
 * @param kind why it connected
 * @param arch its architecture
 * @param pid1 whether it is PID 1 of its namespace
 * @param pid its pid
 * @param uid real user id
 * @param gid real group id
 * @param euid effective user id
 * @param egid effective group id
 * @param generation how many JVMs served it before; 0 for the first
 * @param token for a fork, the number its parent was given
 * @param cwd its working directory
 * @param arguments argv, the name included
 * @param environment its environment entries, {@code name=value}
 * @param held the descriptors that earlier generations asked it to hold
 * @param children what it spawned for earlier generations and was not told to forget
 */
public record ProcessInfo(
    Kind kind,
    Arch arch,
    boolean pid1,
    int pid,
    int uid,
    int gid,
    int euid,
    int egid,
    int generation,
    long token,
    Bytes cwd,
    List<Bytes> arguments,
    Environment environment,
    List<Child> children,
    List<Held> held) {

  /** Why a process connected. */
  public enum Kind {
    /** It is /init. */
    INIT,
    /** It is a command on PATH. */
    COMMAND,
    /** A connected process has forked. */
    FORK
  }

  /**
   * A child that an earlier generation spawned.
   *
   * @param pid its pid
   * @param tag what it was spawned with
   * @param ended how it ended, or null while it runs
   */
  public record Child(int pid, long tag, WaitStatus ended) {}

  /** A descriptor that an earlier generation asked to hold, with its tag. */
  public record Held(int fd, long tag) {}

  public boolean isRoot() {
    return euid == 0;
  }
}
