package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Syscall;

/** What a command's side of a connection does when something goes wrong on our side of it. */
class ShimProcessTest {
  /** A process that greets, and at whose first reply our stack ends. */
  private static final class StackEnds extends InputStream {
    private final InputStream hello = new ByteArrayInputStream(FrameTest.helloFrame());
    private int reads;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int read = hello.read(to, offset, length);
      if (read < 0) {
        reads++;
        throw new StackOverflowError("as if");
      }
      return read;
    }
  }

  private static CallList getpid() {
    CallList calls = new CallList();
    calls.add(Syscall.GETPID);
    return calls;
  }

  @Test
  void nobody_waits_for_replies_after_one_that_was_not_read() throws IOException {
    StackEnds in = new StackEnds();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ShimProcess process = ShimProcess.greet(in, out, null);
    assertThrows(StackOverflowError.class, () -> process.call(getpid()));
    int sent = out.size();
    assertThrows(DisconnectedException.class, () -> process.call(getpid()));
    assertEquals(sent, out.size());
    assertEquals(1, in.reads);
  }
}
