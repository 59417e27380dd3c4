package s6j.init;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import s6j.posix.InitProcess;
import s6j.posix.Posix;
import s6j.posix.ProtocolException;
import s6j.posix.shim.ShimInit;

/** The runtime's entry: descriptor 0 is the connection to the shim that has started it. */
public final class Main {
  private Main() {}

  /** Serves the shim until it is gone. */
  public static void main(String[] arguments) {
    FileInputStream in = new FileInputStream(FileDescriptor.in);
    FileOutputStream out = new FileOutputStream(FileDescriptor.in);
    try {
      Posix process = ShimInit.greet(in, out);
      if (process instanceof InitProcess init) {
        new Container(init).run();
      } else {
        Programs.chain().serve(process);
      }
    } catch (IOException | ProtocolException e) {
      System.err.println(
          "s6j: fatal: this runtime is started by the shim, not by hand: " + e.getMessage());
      System.exit(100);
    }
    // Whoever started this JVM is gone: nothing is left to be done for it.
    System.exit(0);
  }
}
