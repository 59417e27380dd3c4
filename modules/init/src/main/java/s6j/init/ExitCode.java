package s6j.init;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.PosixException;

/**
 * The file that holds the container's exit code until its end: {@code env-stage3/S6_STAGE2_EXITED}.
 * CMD's code is written there, and finish scripts may write another.
 */
final class ExitCode {
  private static final int DIGITS = 16;

  /** Where finish scripts written for v3 put a code. */
  private static final Bytes RESULT_OF_V3 = StateDirectory.RESULTS_OF_V3.slash("exitcode");

  private ExitCode() {}

  static void record(Container container, int code) {
    CallList calls = new CallList();
    Files.appendWriteAtOnce(calls, file(container), Bytes.of(Integer.toString(code)), 0644);
    try {
      container.posix().call(calls);
    } catch (PosixException e) {
      container.keepCode(code);
      container.console().warn("unable to write " + file(container) + ": " + e.getMessage());
    }
  }

  /** Whether somebody has given the container a code. */
  static boolean isGiven(Container container) {
    try {
      return !new Files(container.posix()).readAtOnce(file(container), DIGITS).isEmpty();
    } catch (PosixException e) {
      return false;
    }
  }

  /** The code that the files give, modulo 256; otherwise the other one when there is none. */
  static int read(Container container, int otherwise) {
    return read(container, RESULT_OF_V3, read(container, file(container), otherwise));
  }

  private static int read(Container container, Bytes file, int otherwise) {
    Bytes content;
    try {
      content = new Files(container.posix()).readAtOnce(file, DIGITS);
    } catch (PosixException e) {
      return otherwise;
    }
    int code = 0;
    int digits = 0;
    for (int i = 0; i < content.length() && digits < 9; i++) {
      int digit = content.at(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      code = code * 10 + digit;
      digits++;
    }
    if (digits == 0) {
      container.console().warn(file + ": expected an exit code, got \"" + content + "\"");
      return otherwise;
    }
    return code & 255;
  }

  private static Bytes file(Container container) {
    return container.state().slash("env-stage3").slash("S6_STAGE2_EXITED");
  }
}
