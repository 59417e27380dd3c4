package s6j.init;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import s6j.chain.CommandException;
import s6j.posix.InitProcess;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.PosixProvider;
import s6j.posix.ProtocolException;
import s6j.posix.shim.LoneForks;
import s6j.posix.shim.ShimInit;

/**
 * The runtime's entry. The shim starts it without arguments: descriptor 0 is the connection. With
 * arguments, argv of an init, this process itself is the container's init, by the provider named
 * jnr: for an image with a JDK of its own and no shim.
 */
public final class Main {
  private static final String IN_THIS_PROCESS = "jnr";

  private Main() {}

  /** Serves the shim until it is gone; or lives the container's life. */
  public static void main(String[] arguments) {
    try {
      if (arguments.length > 0) {
        new Container(initInThisProcess(arguments.length)).run();
      } else {
        serveShim();
      }
    } catch (IOException | ProtocolException e) {
      fail("this runtime is started by the shim, not by hand: " + e.getMessage());
    }
    // Whoever started this JVM is gone: nothing is left to be done for it.
    Runtime.getRuntime().halt(0);
  }

  private static void serveShim() throws IOException {
    FileInputStream in = new FileInputStream(FileDescriptor.in);
    FileOutputStream out = new FileOutputStream(FileDescriptor.in);
    LoneForks forks = new LoneForks();
    Posix process = ShimInit.greet(in, out, forks);
    if (process instanceof InitProcess init) {
      new Container(init).run();
    } else if (Boolean.getBoolean(LoggerRuntime.PROPERTY)) {
      LoggerRuntime.serve(process);
    } else {
      Programs.chain().serve(process);
    }
    forks.finish();
  }

  private static InitProcess initInThisProcess(int count) {
    PosixProvider provider = PosixProvider.named(IN_THIS_PROCESS);
    if (provider == null) {
      throw fail("the module s6j.posix.jnr is not on the module path");
    }
    try {
      return provider.initOfMain(count);
    } catch (PosixException | IllegalArgumentException | LinkageError e) {
      // A LinkageError: jnr has no native library for this machine, or it does not fit the C
      // library.
      String reason = String.valueOf(e.getMessage());
      throw fail("this process cannot be made the init: " + reason.lines().findFirst().orElse(""));
    }
  }

  /** Does not return. */
  private static IllegalStateException fail(String message) {
    System.err.println("s6j: fatal: " + message);
    System.exit(CommandException.USAGE);
    return new IllegalStateException(message);
  }
}
