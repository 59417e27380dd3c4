package s6j.posix;

import java.util.List;

/**
 * Makes the calls without the shim, in this very process. Found by {@link java.util.ServiceLoader};
 * a runtime that was started by the shim never looks for one.
 */
public interface PosixProvider {
  /** What it is called in messages. */
  String name();

  /**
   * This process as the container's init.
   *
   * @param arguments argv, the name included
   */
  InitProcess init(List<Bytes> arguments) throws PosixException;

  /**
   * This process as one command.
   *
   * @param arguments argv, the name included
   */
  Posix command(List<Bytes> arguments) throws PosixException;
}
