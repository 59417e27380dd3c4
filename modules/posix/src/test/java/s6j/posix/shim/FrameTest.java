package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;
import s6j.posix.ProcessInfo;
import s6j.posix.ProtocolException;
import s6j.posix.WaitStatus;

/** What comes from the other side is believed only as far as it goes. */
class FrameTest {
  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  private static InputStream stream(byte[] body) {
    ByteBuffer frame = buffer(4 + body.length).putInt(body.length).put(body);
    return new ByteArrayInputStream(frame.array());
  }

  @Test
  void numbers_are_read_in_the_machines_order() throws IOException {
    byte[] body = buffer(13).put((byte) 200).putInt(-5).putLong(Long.MIN_VALUE + 1).array();
    Frame frame = Frame.read(stream(body), 100);
    assertEquals(200, frame.get8());
    assertEquals(-5, frame.get32());
    assertEquals(Long.MIN_VALUE + 1, frame.get64());
    assertEquals(0, frame.left());
  }

  @Test
  void no_field_reaches_beyond_the_frame() throws IOException {
    byte[] body = buffer(6).putInt(3).put(new byte[] {'a', 'b'}).array();
    assertThrows(ProtocolException.class, () -> Frame.read(stream(body), 100).getString());
    byte[] negative = buffer(4).putInt(-1).array();
    assertThrows(ProtocolException.class, () -> Frame.read(stream(negative), 100).getString());
    Frame small = Frame.read(stream(new byte[3]), 100);
    assertThrows(ProtocolException.class, small::get32);
    assertThrows(ProtocolException.class, () -> small.getArray(4));
    assertThrows(ProtocolException.class, () -> small.getArray(-1));
  }

  @Test
  void a_length_beyond_the_limit_is_refused_before_anything_is_taken_for_it() {
    for (int length : new int[] {-1, 0, 101, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] head = buffer(4).putInt(length).array();
      assertThrows(ProtocolException.class, () -> Frame.read(new ByteArrayInputStream(head), 100));
    }
  }

  @Test
  void the_end_within_a_frame_is_told() {
    byte[] half = buffer(8).putInt(100).putInt(1).array();
    assertThrows(EOFException.class, () -> Frame.read(new ByteArrayInputStream(half), 100));
    assertThrows(EOFException.class, () -> Frame.read(new ByteArrayInputStream(new byte[2]), 100));
  }

  @Test
  void memory_is_taken_as_bytes_arrive() {
    long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    byte[] head = buffer(4).putInt(1 << 30).array();
    assertThrows(
        EOFException.class, () -> Frame.read(new ByteArrayInputStream(head), Integer.MAX_VALUE));
    long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertTrue(after - before < 1 << 28, (after - before) + " bytes");
  }

  /** A hello as shim.c sends it. */
  static byte[] hello(int kind, int argc, int envc, int children) {
    ByteBuffer body = buffer(1024);
    body.put((byte) 'H').put((byte) Wire.VERSION).put((byte) kind).put((byte) 0).put((byte) 8);
    body.putInt(Wire.HELLO_PID1).putInt(10).putInt(11).putInt(12).putInt(13).putInt(14).putInt(2);
    body.putLong(0x1122334455667788L).putLong(1).putLong(2);
    body.putInt(argc).putInt(envc).putInt(children).putInt(1);
    for (int i = 0; i < Math.min(children, 3); i++) {
      body.putInt(100 + i).putInt(i % 2).putInt(i << 8).putLong(1000 + i);
    }
    body.putInt(7).putLong(77);
    put(body, "/cwd");
    for (int i = 0; i < Math.min(argc, 3); i++) {
      put(body, "arg" + i);
    }
    for (int i = 0; i < Math.min(envc, 3); i++) {
      put(body, "VAR" + i + "=value");
    }
    byte[] bytes = new byte[body.position()];
    body.flip().get(bytes);
    return bytes;
  }

  /** The greeting of a process as it comes. */
  static byte[] helloFrame() {
    byte[] body = hello(0, 2, 1, 0);
    return ByteBuffer.allocate(4 + body.length)
        .order(ByteOrder.nativeOrder())
        .putInt(body.length)
        .put(body)
        .array();
  }

  private static void put(ByteBuffer to, String text) {
    to.putInt(text.length()).put(Bytes.of(text).toArray());
  }

  @Test
  void a_hello_says_what_a_process_is() throws IOException {
    ProcessInfo info = Frame.read(stream(hello(0, 2, 1, 2)), 4096).hello();
    assertEquals(ProcessInfo.Kind.INIT, info.kind());
    assertTrue(info.pid1());
    assertArrayEquals(
        new int[] {10, 11, 12, 13, 14, 2},
        new int[] {
          info.pid(), info.uid(), info.gid(), info.euid(), info.egid(), info.generation()
        });
    assertEquals(0x1122334455667788L, info.token());
    assertEquals(Bytes.of("/cwd"), info.cwd());
    assertEquals(Bytes.listOf("arg0", "arg1"), info.arguments());
    assertEquals(Bytes.of("value"), info.environment().get("VAR0"));
    assertEquals(new ProcessInfo.Child(100, 1000, null), info.children().get(0));
    assertEquals(new ProcessInfo.Child(101, 1001, WaitStatus.exited(1)), info.children().get(1));
    assertEquals(List.of(new ProcessInfo.Held(7, 77)), info.held());
  }

  @Test
  void a_hello_that_claims_more_than_it_has_is_refused() {
    for (int claimed : new int[] {4, 1000, 1 << 29, -1, Integer.MIN_VALUE}) {
      assertThrows(ProtocolException.class, () -> read(hello(1, claimed, 1, 0)));
      assertThrows(ProtocolException.class, () -> read(hello(1, 1, claimed, 0)));
      assertThrows(ProtocolException.class, () -> read(hello(1, 1, 1, claimed)));
    }
    assertThrows(ProtocolException.class, () -> read(hello(3, 1, 1, 0)));
  }

  private static ProcessInfo read(byte[] body) throws IOException {
    return Frame.read(stream(body), 4096).hello();
  }

  @Test
  void twenty_thousand_mutations_of_a_hello_are_read_or_refused() throws IOException {
    Random random = new Random(20);
    byte[] valid = hello(1, 3, 3, 3);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = valid.clone();
      for (int n = random.nextInt(4) + 1; n > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        read(java.util.Arrays.copyOf(mutated, random.nextInt(mutated.length) + 1));
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }
}
