package s6j.logging;

import s6j.logging.output.Warnings;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;

/** Where lines come from: the stdin of the process. Used by one thread. */
interface Input {

  /**
   * What has come.
   *
   * @param bytes null when nothing has
   * @param end whether nothing more will come
   */
  record Chunk(byte[] bytes, boolean end) {
    static final Chunk NONE = new Chunk(null, false);
  }

  /**
   * Appends the calls that take what has been dealt with, wait, and read.
   *
   * @param waiting waits for signals, and also for what stdin has if it is to be read
   * @param reading how much to read at most; 0 for nothing
   * @param taking whether what has been dealt with may be taken now; it is not read again before
   */
  void append(CallList calls, Waiting waiting, int reading, boolean taking);

  /** What came of the calls that were appended. */
  Chunk received(Results results);

  /**
   * Whether nobody is left who could ever write, as was seen by the calls that were appended to
   * read nothing. What was written may be there still.
   */
  boolean hungUp();

  /** So many bytes of the last chunk have been dealt with; the others come again. */
  void dealtWith(int count);

  /** Whether bytes that have not been dealt with do come again. */
  boolean givesAgain();

  /** How many bytes can be read without waiting. */
  long available();

  /**
   * Lets go of stdin.
   *
   * @param taking whether to take what has been dealt with
   */
  void close(boolean taking) throws PosixException;

  /**
   * Looks first and takes later, where stdin is a pipe; reads otherwise.
   *
   * @param warnings told when stdin ends because it cannot be read
   */
  static Input of(Posix posix, Warnings warnings) throws PosixException {
    Input pipe = PipeInput.of(posix);
    return pipe != null ? pipe : new StreamInput(posix, warnings);
  }
}
