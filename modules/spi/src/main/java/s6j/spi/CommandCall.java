package s6j.spi;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One run of a command. What is done through it is done by the calling process: with its user, its
 * working directory, its open files. To be used on one thread at a time, whichever that is, and not
 * after {@link CommandProvider#run} has returned. When the process has been killed, what would act
 * in it throws {@link IOException}.
 */
public interface CommandCall {
  /**
   * The arguments, without the command's name. Does not block.
   *
   * @return an immutable list, which may be empty
   */
  List<OsString> arguments();

  /**
   * The process's environment. Does not block.
   *
   * @return an immutable map of its variables
   */
  Map<OsString, OsString> environment();

  /**
   * The container that the process is in. Does not block.
   *
   * @return the same view in every call
   */
  ContainerView container();

  /**
   * Reads a file, as the caller. Blocks as long as the file system does.
   *
   * @param path relative ones begin at the caller's working directory
   * @param limit how many bytes at most; what is longer is cut off
   * @return the beginning of the file
   * @throws IOException when it cannot be read; the message says why, without the path
   */
  byte[] read(OsString path, int limit) throws IOException;

  /**
   * Creates a file or replaces its content, as the caller. Blocks as long as the file system does.
   *
   * @param path relative ones begin at the caller's working directory
   * @param content all that is in it afterwards
   * @param mode permissions of a new file, before the caller's umask
   * @throws IOException when it cannot be written; the message says why, without the path
   */
  void write(OsString path, byte[] content, int mode) throws IOException;

  /**
   * Reads from stdin. Blocks until there is something.
   *
   * @param limit how many bytes at most
   * @return at least one byte; none at the end
   * @throws IOException when it cannot be read
   */
  byte[] in(int limit) throws IOException;

  /**
   * Writes to stdout. Blocks as long as that does.
   *
   * @param text is written as it is, all of it
   * @throws IOException when it cannot be written
   */
  void out(byte[] text) throws IOException;

  /**
   * Writes to stderr. Blocks as long as that does.
   *
   * @param text is written as it is, all of it
   * @throws IOException when it cannot be written
   */
  void err(byte[] text) throws IOException;
}
