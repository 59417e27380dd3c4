package s6j.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BytesTest {
  private static final Bytes ODD = Bytes.of(new byte[] {(byte) 0xff, 0, (byte) 0x80});

  @Test
  void what_is_no_text_is_kept() {
    assertArrayEquals(new byte[] {(byte) 0xff, 0, (byte) 0x80}, ODD.toArray());
    assertEquals("\u00ff\0\u0080", ODD.latin1());
    assertEquals(3, ODD.length());
  }

  @Test
  void nobody_can_change_it_afterwards() {
    byte[] array = {1, 2};
    Bytes bytes = Bytes.of(array);
    array[0] = 9;
    bytes.toArray()[1] = 9;
    assertEquals(Bytes.of(new byte[] {1, 2}), bytes);
  }

  @Test
  void equal_content_is_equal() {
    assertEquals(Bytes.of("ab"), Bytes.of("xaby").slice(1, 3));
    assertEquals(Bytes.of("ab").hashCode(), Bytes.of("xaby").slice(1, 3).hashCode());
    assertNotEquals(Bytes.of("ab"), Bytes.of("abc"));
    assertTrue(Bytes.of("ab").is("ab"));
  }

  @Test
  void order_is_that_of_unsigned_bytes() {
    assertTrue(Bytes.of("a").compareTo(ODD) < 0);
    assertTrue(Bytes.of("a").compareTo(Bytes.of("ab")) < 0);
    assertEquals(0, Bytes.of("a").compareTo(Bytes.of("a")));
  }

  @Test
  void a_path_is_joined_with_one_slash() {
    assertEquals(Bytes.of("/a/b"), Bytes.of("/a").slash("b"));
    assertEquals(Bytes.of("/b"), Bytes.of("/").slash("b"));
    assertEquals(Bytes.of("/b"), Bytes.EMPTY.slash("b"));
  }

  @Test
  void the_base_name_follows_the_last_slash() {
    assertEquals(Bytes.of("c"), Bytes.of("/a/b/c").baseName());
    assertEquals(Bytes.of("c"), Bytes.of("c").baseName());
    assertEquals(Bytes.EMPTY, Bytes.of("c/").baseName());
  }

  @Test
  void separators_make_one_piece_more_than_they_are() {
    assertEquals(Bytes.listOf("a", "", "b", ""), Bytes.of("a::b:").split(':'));
    assertEquals(List.of(Bytes.EMPTY), Bytes.EMPTY.split(':'));
  }

  @Test
  void words_are_never_empty() {
    assertEquals(Bytes.listOf("a", "b", "c"), Bytes.of("  a\tb\n\n c ").words());
    assertEquals(List.of(), Bytes.of(" \n").words());
  }

  @Test
  void bytes_are_found_from_both_ends() {
    Bytes bytes = Bytes.of("a=b=c");
    assertEquals(1, bytes.indexOf('='));
    assertEquals(3, bytes.indexOf('=', 2));
    assertEquals(3, bytes.lastIndexOf('='));
    assertEquals(-1, bytes.indexOf('x'));
    assertEquals(0, ODD.indexOf(0xff));
    assertTrue(bytes.contains('b'));
  }

  @Test
  void beginnings_and_ends_are_told() {
    Bytes bytes = Bytes.of("abc");
    assertTrue(bytes.startsWith("ab"));
    assertFalse(bytes.startsWith("abcd"));
    assertTrue(bytes.endsWith("bc"));
    assertFalse(bytes.endsWith("xabc"));
    assertTrue(bytes.endsWith((byte) 'c'));
    assertFalse(Bytes.EMPTY.endsWith((byte) 'c'));
  }

  @Test
  void pieces_are_put_together() {
    assertEquals(Bytes.of("abc"), Bytes.of("ab").plus("c"));
    assertEquals(Bytes.of("bc"), Bytes.of("abc").from(1));
    byte[] into = new byte[4];
    Bytes.of("abc").copyInto(into, 1);
    assertArrayEquals(new byte[] {0, 'a', 'b', 'c'}, into);
  }
}
