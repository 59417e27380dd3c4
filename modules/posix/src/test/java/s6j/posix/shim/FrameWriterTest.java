package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** Requests as PROTOCOL.md has them, and the replies to them. */
class FrameWriterTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private ByteBuffer frame(FrameWriter writer) throws IOException {
    writer.send(sent);
    ByteBuffer frame = ByteBuffer.wrap(sent.toByteArray()).order(ByteOrder.nativeOrder());
    assertEquals(frame.remaining() - 4, frame.getInt());
    return frame;
  }

  @Test
  void each_kind_of_argument_has_its_number_and_its_content() throws Exception {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.OPENAT,
        CallList.number(-100),
        CallList.string("/x"),
        CallList.out(7),
        CallList.outUpToResult(8),
        CallList.vector(Bytes.listOf("a", "")),
        CallList.resultOf(3));
    calls.add(
        Syscall.EXECVE, CallList.cellWith(1), new Call.OwnArguments(2), new Call.OwnEnvironment());
    ByteBuffer frame = frame(new FrameWriter(Arch.ARM64).begin(1, 5).putCalls(calls));
    assertEquals(1, frame.get());
    assertEquals(5, frame.getInt());
    assertEquals(2, frame.getShort());
    assertEquals(56, frame.getInt());
    assertEquals(1, frame.get());
    assertEquals(6, frame.get());
    assertEquals(0, frame.get());
    assertEquals(-100, frame.getLong());
    assertEquals(1, frame.get());
    assertEquals(3, frame.getInt());
    assertEquals("/x\0", text(frame, 3));
    assertEquals(2, frame.get());
    assertEquals(7, frame.getInt());
    assertEquals(3, frame.get());
    assertEquals(8, frame.getInt());
    assertEquals(4, frame.get());
    assertEquals(2, frame.getInt());
    assertEquals(2, frame.getInt());
    assertEquals("a\0", text(frame, 2));
    assertEquals(1, frame.getInt());
    assertEquals("\0", text(frame, 1));
    assertEquals(5, frame.get());
    assertEquals(3, frame.getShort());
    assertEquals(221, frame.getInt());
    assertEquals(0, frame.get());
    assertEquals(3, frame.get());
    assertEquals(8, frame.get());
    assertEquals(1, frame.getShort());
    assertEquals(7, frame.get());
    assertEquals(2, frame.getInt());
    assertEquals(6, frame.get());
    assertEquals(0, frame.remaining());
  }

  private static String text(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return Bytes.of(bytes).latin1();
  }

  @Test
  void a_writer_is_used_again_after_a_large_frame_and_after_one_too_large() throws Exception {
    FrameWriter writer = new FrameWriter(Arch.AMD64);
    CallList large = new CallList();
    large.add(Syscall.WRITE, CallList.number(1), CallList.bytes(new byte[9 << 20]));
    assertEquals((9 << 20) + 27, frame(writer.begin(1, 1).putCalls(large)).remaining());
    large.add(Syscall.WRITE, CallList.number(1), CallList.bytes(new byte[9 << 20]));
    PosixException tooLarge =
        assertThrows(PosixException.class, () -> writer.begin(1, 2).putCalls(large));
    assertEquals(Errno.E2BIG, tooLarge.errno());
    sent.reset();
    assertEquals(5, frame(writer.begin(8, 3)).remaining());
  }

  @Test
  void what_could_not_be_answered_in_one_frame_is_not_asked() {
    CallList calls = new CallList();
    calls.add(Syscall.READ, CallList.number(0), CallList.out(3 << 20));
    calls.add(Syscall.READ, CallList.number(0), CallList.outUpToResult(3 << 20));
    PosixException refused =
        assertThrows(
            PosixException.class, () -> new FrameWriter(Arch.AMD64).begin(1, 1).putCalls(calls));
    assertEquals(Errno.E2BIG, refused.errno());
    CallList many = new CallList();
    for (int i = 0; i <= 65535; i++) {
      many.add(Syscall.GETPID);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new FrameWriter(Arch.AMD64).begin(1, 1).putCalls(many));
  }

  @Test
  void a_reply_has_a_value_for_each_call_and_its_buffers() throws Exception {
    CallList calls = new CallList();
    calls.add(Syscall.READ, CallList.number(0), CallList.outUpToResult(100));
    calls.attempt(Syscall.PIPE2, CallList.out(2));
    ByteBuffer body = ByteBuffer.allocate(100).order(ByteOrder.nativeOrder());
    body.putInt(-1).putLong(3).putInt(3).put(Bytes.of("abc").toArray());
    body.putLong(-24).putInt(2).putShort((short) 0);
    Results results = Replies.results(frameOf(body), calls);
    assertEquals(3, results.value(0));
    assertArrayEquals(Bytes.of("abc").toArray(), results.buffer(0));
    assertEquals(Errno.of(24), results.errno(1));
  }

  @Test
  void a_failure_says_which_call_and_why() {
    CallList calls = new CallList();
    calls.add(Syscall.GETPID);
    calls.add(Syscall.CHDIR, CallList.string("/x"));
    calls.add(Syscall.GETPID);
    ByteBuffer body = ByteBuffer.allocate(100).order(ByteOrder.nativeOrder());
    body.putInt(1).putLong(10).putLong(-2);
    PosixException failure =
        assertThrows(PosixException.class, () -> Replies.results(frameOf(body), calls));
    assertEquals(1, failure.index());
    assertEquals(Errno.ENOENT, failure.errno());
  }

  private static Frame frameOf(ByteBuffer body) throws IOException {
    int length = body.position();
    ByteBuffer frame = ByteBuffer.allocate(4 + length).order(ByteOrder.nativeOrder());
    frame.putInt(length).put(body.array(), 0, length);
    return Frame.read(new ByteArrayInputStream(frame.array()), 1000);
  }
}
