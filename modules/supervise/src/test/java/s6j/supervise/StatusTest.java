package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;

/** The bytes of {@code supervise/status}; the examples were written by Debian's s6-supervise. */
class StatusTest {
  private static Bytes bytes(String hex) {
    return Bytes.of(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Test
  void one_that_is_up() {
    Bytes written =
        bytes("400000006b056527 0947ec9e 400000006b056527 092614df 0000000000006fea 0000 04");
    Status status = Status.parse(written);
    assertEquals(0x6fea, status.pid());
    assertEquals(true, status.up());
    assertEquals(true, status.wantUp());
    assertEquals(false, status.ready());
    assertEquals(new Tai(0x400000006b056527L, 0x0947ec9e), status.changed());
    assertEquals(written, status.format());
  }

  @Test
  void one_that_was_killed_and_is_not_to_be_up() {
    Bytes written =
        bytes("400000006b056558 1eebb264 400000006b056558 1ef82291 0000000000000000 0009 08");
    Status status = Status.parse(written);
    assertEquals(9, status.lastDeath().signal());
    assertEquals(false, status.wantUp());
    assertEquals(true, status.ready());
    assertEquals(written, status.format());
  }

  @Test
  void every_status_is_read_as_it_was_written() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      byte[] content = new byte[Status.SIZE];
      random.nextBytes(content);
      for (int k = 24; k < 28; k++) {
        content[k] = 0;
      }
      content[28] &= 0x7f;
      content[34] &= 15;
      assertEquals(Bytes.of(content), Status.parse(Bytes.of(content)).format());
    }
  }

  @Test
  void what_is_too_short_or_too_long_is_none() {
    assertNull(Status.parse(Bytes.EMPTY));
    assertNull(Status.parse(Bytes.of(new byte[Status.SIZE - 1])));
    assertNull(Status.parse(Bytes.of(new byte[Status.SIZE + 1])));
  }

  @Test
  void the_flags_are_the_bits_of_s6_since_2_11() {
    Tai tai = new Tai(0, 0);
    WaitStatus none = new WaitStatus(0);
    assertEquals(1, new Status(tai, tai, 0, none, true, false, false, false).format().at(34));
    assertEquals(2, new Status(tai, tai, 0, none, false, true, false, false).format().at(34));
    assertEquals(4, new Status(tai, tai, 0, none, false, false, true, false).format().at(34));
    assertEquals(8, new Status(tai, tai, 0, none, false, false, false, true).format().at(34));
  }

  @Test
  void flags_of_our_own_are_beside_those_of_s6_and_change_nothing_for_it() {
    Tai tai = new Tai(0, 0);
    Status status = new Status(tai, tai, 7, new WaitStatus(0), true, true, true, true);
    assertEquals((byte) (15 | Status.LEAVING), status.format(Status.LEAVING).at(34));
    assertEquals(status, Status.parse(status.format(Status.LEAVING)));
    assertTrue(Status.has(Status.LEAVING, status.format(Status.LEAVING)));
    assertFalse(Status.has(Status.LEAVING, status.format(Status.BEGINNING)));
    assertFalse(Status.has(Status.LEAVING, Bytes.EMPTY));
  }

  @Test
  void a_stamp_is_37_seconds_after_utc_in_big_endian() {
    ByteBuffer packed = ByteBuffer.allocate(Tai.SIZE);
    Tai.of(Instant.ofEpochSecond(1_795_515_650L, 158_745_362)).pack(packed);
    assertEquals(bytes("400000006b056527 09764312"), Bytes.of(packed.array()));
    packed.flip();
    assertEquals(Tai.of(Instant.ofEpochSecond(1_795_515_650L, 158_745_362)), Tai.unpack(packed));
  }
}
