package s6j.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read becomes lines, however it is cut into chunks. */
class LineSplitterTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Feeds chunks of random length; what is left of one is sometimes given again, as by a pipe. */
  private static List<String> split(String text, long limit, Random random) {
    List<String> lines = new ArrayList<>();
    LineSplitter.Taker taker =
        (from, start, end) ->
            lines.add(new String(from, start, end - start, StandardCharsets.ISO_8859_1));
    LineSplitter splitter = new LineSplitter(limit);
    byte[] all = bytes(text);
    for (int at = 0; at < all.length; ) {
      int size = Math.min(all.length - at, 1 + random.nextInt(70));
      byte[] chunk = Arrays.copyOfRange(all, at, at + size);
      int taken = splitter.take(chunk, size, taker);
      if (taken == 0 || random.nextBoolean()) {
        splitter.keep(chunk, taken, size);
        taken = size;
      }
      at += taken;
    }
    splitter.flush(taker);
    return lines;
  }

  private static List<String> split(String text, long limit) {
    return split(text, limit, new Random(1));
  }

  @Test
  void newline_and_nul_end_a_line_and_empty_lines_are_lines() {
    assertEquals(List.of("a", "b", "", "", "c", "d"), split("a\nb\0\n\nc\nd", 0));
  }

  @Test
  void large_chunks_are_cut_like_small_ones() {
    Random random = new Random(11);
    for (int round = 0; round < 100; round++) {
      byte[] all = new byte[3000 + random.nextInt(3000)];
      for (int i = 0; i < all.length; i++) {
        int kind = random.nextInt(round % 2 == 0 ? 12 : 200);
        all[i] = kind == 0 ? (byte) '\n' : kind == 1 ? 0 : (byte) random.nextInt();
      }
      String text = new String(all, StandardCharsets.ISO_8859_1);
      List<String> lines = new ArrayList<>();
      LineSplitter splitter = new LineSplitter(round % 3 == 0 ? 1100 : 0);
      LineSplitter.Taker taker =
          (from, start, end) ->
              lines.add(new String(from, start, end - start, StandardCharsets.ISO_8859_1));
      splitter.keep(all, splitter.take(all, all.length, taker), all.length);
      splitter.flush(taker);
      assertEquals(split(text, round % 3 == 0 ? 1100 : 0), lines);
    }
  }

  @Test
  void nothing_is_no_line() {
    assertEquals(List.of(), split("", 0));
  }

  @Test
  void a_long_line_is_cut_at_exactly_the_limit() {
    String x = "x".repeat(48);
    assertEquals(List.of(x, x, "xxxx", "z"), split("x".repeat(100) + "\nz\n", 48));
    assertEquals(List.of(x, "z"), split(x + "\nz\n", 48));
    assertEquals(List.of(x, "x", "z"), split(x + "x\nz\n", 48));
    assertEquals(List.of(x, x), split(x + x, 48));
  }

  @Test
  void no_limit_is_smaller_than_48() {
    assertEquals(2, split("x".repeat(49), 1).size());
    assertEquals(1, split("x".repeat(48), 1).size());
  }

  @Test
  void without_limit_a_line_may_be_long() {
    assertEquals(List.of("x".repeat(100_000), "y"), split("x".repeat(100_000) + "\ny", 0));
  }

  @Test
  void no_line_is_longer_than_a_mebibyte() {
    String whole = "x".repeat(1 << 20);
    assertEquals(List.of(whole, "y"), split(whole + "y\n", 0));
    assertEquals(List.of(whole, "y"), split(whole + "y\n", 2 << 20));
  }

  @Test
  void lines_do_not_depend_on_chunks() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(600); n > 0; n--) {
        text.append(
            "ab\n\0".charAt(random.nextInt(40) == 0 ? 2 + random.nextInt(2) : random.nextInt(2)));
      }
      assertEquals(expected(text.toString(), 50), split(text.toString(), 50, random));
    }
  }

  private static List<String> expected(String text, int limit) {
    List<String> lines = new ArrayList<>();
    String[] parts = text.replace('\0', '\n').split("\n", -1);
    for (int i = 0; i < parts.length; i++) {
      String rest = parts[i];
      while (rest.length() > limit) {
        lines.add(rest.substring(0, limit));
        rest = rest.substring(limit);
      }
      if (i < parts.length - 1 || !rest.isEmpty()) {
        lines.add(rest);
      }
    }
    return lines;
  }

  @Test
  void the_start_of_a_line_is_kept_until_its_end() {
    LineSplitter splitter = new LineSplitter(0);
    List<String> lines = new ArrayList<>();
    LineSplitter.Taker taker =
        (from, start, end) ->
            lines.add(new String(from, start, end - start, StandardCharsets.ISO_8859_1));
    assertEquals(2, splitter.take(bytes("a\nbc"), 4, taker));
    assertFalse(splitter.hasPartial());
    splitter.keep(bytes("a\nbc"), 2, 4);
    assertTrue(splitter.hasPartial());
    assertEquals(2, splitter.take(bytes("d\ne"), 3, taker));
    assertEquals(List.of("a", "bcd"), lines);
  }

  @Test
  void no_more_lines_are_taken_than_wanted() {
    List<String> lines = new ArrayList<>();
    LineSplitter.Taker taker =
        (from, start, end) ->
            !lines.add(new String(from, start, end - start, StandardCharsets.ISO_8859_1));
    int taken = new LineSplitter(0).take(bytes("a\nb\nc\n"), 6, taker);
    assertEquals(2, taken);
    assertEquals(List.of("a"), lines);
  }
}
