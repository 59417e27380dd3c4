package s6j.spi;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One run of a command. What is done through it is done by the calling process: with its user, its
 * working directory, its open files. To be used on one thread at a time, and not after {@link
 * CommandProvider#run} has returned.
 */
public interface CommandCall {
  /** The arguments, without the command's name. Does not block. */
  List<OsString> arguments();

  /** The process's environment. Immutable. Does not block. */
  Map<OsString, OsString> environment();

  /** The container. Does not block. */
  ContainerView container();

  /**
   * Reads a file, as the caller.
   *
   * @param path relative ones begin at the caller's working directory
   * @param limit how many bytes at most; what is longer is cut off
   * @throws IOException when it cannot be read; the message says why, without the path
   */
  byte[] read(OsString path, int limit) throws IOException;

  /**
   * Creates a file or replaces its content, as the caller.
   *
   * @param mode permissions of a new file, before the caller's umask
   * @throws IOException when it cannot be written; the message says why, without the path
   */
  void write(OsString path, byte[] content, int mode) throws IOException;

  /**
   * Reads from stdin: blocks until there is something, and returns at most so many bytes; none at
   * the end.
   */
  byte[] in(int limit) throws IOException;

  /** Writes all of it to stdout. Blocks as long as that does. */
  void out(byte[] text) throws IOException;

  /** Writes all of it to stderr. Blocks as long as that does. */
  void err(byte[] text) throws IOException;
}
