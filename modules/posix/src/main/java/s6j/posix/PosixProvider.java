package s6j.posix;

import java.util.List;
import java.util.ServiceLoader;

/**
 * Makes the calls without the shim, in this very process. A runtime that was started by the shim
 * never looks for one.
 */
public interface PosixProvider {
  /** The provider with this name, or null. */
  static PosixProvider named(String name) {
    for (PosixProvider provider : ServiceLoader.load(PosixProvider.class)) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    return null;
  }

  /** What it is called in messages. */
  String name();

  /**
   * This process as the container's init. To be called first in main: the JVM may be started once
   * more, in the same process, to have its signals as an init needs them.
   *
   * @param count how many arguments main was given; they are argv, the name included
   */
  InitProcess initOfMain(int count) throws PosixException;

  /**
   * This process as one command.
   *
   * @param arguments argv, the name included
   */
  Posix command(List<Bytes> arguments) throws PosixException;
}
