package s6j.posix.shim;

import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** Where forked processes connect to, and where they are met. */
public interface Forks {
  /** The path of the listening socket. */
  Bytes socket();

  /**
   * A new number by which a fork will be known, which it is from now on expected under. The socket
   * is there then.
   *
   * @throws PosixException when there can be no socket
   */
  long expect() throws PosixException;

  /** The fork that connects under this number, with its greeting read. */
  ShimProcess meet(long token) throws PosixException;

  /** Expects it no longer. */
  void forget(long token);
}
