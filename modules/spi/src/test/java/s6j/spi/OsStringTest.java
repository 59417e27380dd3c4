package s6j.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Strings of the operating system are bytes. */
class OsStringTest {
  @Test
  void bytes_come_out_as_they_went_in_and_cannot_be_changed() {
    byte[] bytes = {(byte) 0xff, 'a', (byte) 0x80};
    OsString string = OsString.of(bytes);
    bytes[1] = 'b';
    string.bytes()[1] = 'c';
    assertArrayEquals(new byte[] {(byte) 0xff, 'a', (byte) 0x80}, string.bytes());
    assertEquals(3, string.length());
  }

  @Test
  void text_is_there_only_when_it_is_utf_8() {
    assertEquals(Optional.of("h\u00e9"), OsString.of("h\u00e9").text());
    assertEquals(3, OsString.of("h\u00e9").length());
    OsString other = OsString.of(new byte[] {'a', (byte) 0xff});
    assertEquals(Optional.empty(), other.text());
    assertEquals("a\ufffd", other.toString());
  }

  @Test
  void a_nul_cannot_be_in_one() {
    assertThrows(IllegalArgumentException.class, () -> OsString.of("a\0"));
    assertThrows(IllegalArgumentException.class, () -> OsString.of(new byte[1]));
  }

  @Test
  void order_is_that_of_unsigned_bytes() {
    OsString high = OsString.of(new byte[] {(byte) 0xff});
    assertEquals(
        List.of(OsString.EMPTY, OsString.of("a"), OsString.of("ab"), OsString.of("b"), high),
        List.copyOf(
            new TreeSet<>(
                List.of(
                    high, OsString.of("b"), OsString.of("ab"), OsString.of("a"), OsString.EMPTY))));
    assertEquals(OsString.of("a"), OsString.of(new byte[] {'a'}));
    assertEquals(OsString.of("a").hashCode(), OsString.of(new byte[] {'a'}).hashCode());
  }

  @Test
  void pieces_are_by_bytes() {
    assertEquals(OsString.of("NAME"), OsString.of("FILE__NAME").from(6));
    assertEquals(OsString.EMPTY, OsString.of("a").from(1));
    assertThrows(IndexOutOfBoundsException.class, () -> OsString.of("a").from(2));
    assertTrue(OsString.of("FILE__").startsWith("FILE__"));
    assertEquals(false, OsString.of("FILE").startsWith("FILE__"));
    assertTrue(OsString.EMPTY.isEmpty());
  }
}
