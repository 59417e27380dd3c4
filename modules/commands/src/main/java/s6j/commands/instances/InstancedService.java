package s6j.commands.instances;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/**
 * A service that is a tree of its own, of instances of one template: {@code template/}, {@code
 * instances/NAME} and the scan directory {@code instance/}.
 */
final class InstancedService {
  private final Bytes directory;

  InstancedService(Bytes directory) throws CommandException {
    this.directory = Names.notEmpty(directory, "service name");
  }

  Bytes template() {
    return directory.slash("template");
  }

  Bytes scandir() {
    return directory.slash("instance");
  }

  Bytes instances() {
    return directory.slash("instances");
  }

  /** The tree is there, and runs. */
  void checkRunning(Invocation call) throws CommandException {
    try {
      if (call.files().stat(scandir()) == null) {
        throw CommandException.unable("chdir to " + scandir(), new PosixException(Errno.ENOENT, 0));
      }
      if (!ScanControl.isScanned(call.posix(), scandir())) {
        throw CommandException.fatal(
            CommandException.SYSTEM, "instanced service not running on " + directory);
      }
    } catch (PosixException e) {
      throw CommandException.unable("open " + ScanControl.fifo(scandir()), e);
    }
  }
}
