package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void text_of_all_lengths_of_characters_is_utf_8() {
    assertTrue(Text.isUtf8(bytes("")));
    assertTrue(Text.isUtf8(bytes("a\0\u00e9\u20ac\ud83d\ude00")));
    assertTrue(Text.isUtf8(bytes("\u20ac".repeat(10_000))));
  }

  @Test
  void what_only_looks_like_utf_8_is_not() {
    byte[][] wrong = {
      {(byte) 0xff}, // never there
      {'a', (byte) 0x80}, // continues nothing
      {(byte) 0xc3}, // ends too early
      {(byte) 0xc0, (byte) 0x80}, // longer than it has to be
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half of a pair
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond the last character
    };
    for (byte[] each : wrong) {
      assertFalse(Text.isUtf8(each), java.util.Arrays.toString(each));
    }
    byte[] late = bytes("\u20ac".repeat(10_000) + "x");
    late[late.length - 1] = (byte) 0xc3;
    assertFalse(Text.isUtf8(late));
  }

  @Test
  void an_escaped_line_can_be_had_back() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      byte[] line = new byte[random.nextInt(round < 490 ? 40 : 20_000)];
      random.nextBytes(line);
      String escaped = Text.escaped(line);
      assertArrayEquals(line, unescaped(escaped), escaped);
    }
  }

  @Test
  void only_bytes_that_are_no_character_and_backslashes_are_escaped() {
    assertEquals(
        "a\u00e9\\xFF\u20ac\\\\x\\xE2\\x82",
        Text.escaped(
            new byte[] {
              'a',
              (byte) 0xc3,
              (byte) 0xa9,
              (byte) 0xff,
              (byte) 0xe2,
              (byte) 0x82,
              (byte) 0xac,
              '\\',
              'x',
              (byte) 0xe2,
              (byte) 0x82
            }));
  }

  @Test
  void pieces_are_the_line_and_none_is_longer_than_asked_for() {
    for (byte[] line : List.of(bytes("\u20ac\u00e9a".repeat(50)), new byte[301], random(997))) {
      for (int most = 1; most < 20; most++) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] piece : Text.pieces(line, most)) {
          assertTrue(piece.length > 0 && piece.length <= most, piece.length + " of " + most);
          joined.writeBytes(piece);
        }
        assertArrayEquals(line, joined.toByteArray());
      }
    }
  }

  @Test
  void pieces_of_text_are_text() {
    for (int most = 4; most < 30; most++) {
      for (byte[] piece : Text.pieces(bytes("\u20ac\u00e9a\ud83d\ude00".repeat(50)), most)) {
        assertTrue(Text.isUtf8(piece));
      }
    }
  }

  @Test
  void a_short_line_is_its_only_piece() {
    byte[] line = bytes("abc");
    assertEquals(List.of(line), Text.pieces(line, 3));
  }

  @Test
  void what_a_receiver_says_is_shown_as_one_line_without_control_characters() {
    assertEquals(
        "{ \"a\": 1 } [31m \u00e9",
        Text.shown("\u001b{\r\n\t\"a\": 1\n}\0\u001b[31m\u009b\u00e9\n"));
    assertEquals("x".repeat(200) + "...", Text.shown("x".repeat(201)));
    assertEquals("x".repeat(200), Text.shown("x".repeat(200) + "\n"));
    assertEquals("", Text.shown("\n\u0007"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(6).nextBytes(bytes);
    return bytes;
  }

  private static byte[] unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (text.startsWith("\\x", i)) {
        bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 4;
      } else {
        int character = text.codePointAt(i);
        bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
        i += text.startsWith("\\\\", i) ? 2 : Character.charCount(character);
      }
    }
    return bytes.toByteArray();
  }
}
