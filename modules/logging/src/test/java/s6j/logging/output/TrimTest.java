package s6j.logging.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.posix.Bytes;

/** Which files are archived files, and which of them are too many. */
class TrimTest {
  @ParameterizedTest
  @CsvSource({
    "3, 0, 0",
    "2, 0, 1",
    "0, 0, 3",
    "9, 0, 0",
    "9, 60, 0",
    "9, 59, 1",
    "9, 30, 2",
    "9, 29, 3",
    "1, 50, 2"
  })
  void the_oldest_go_until_count_and_size_are_kept(long archives, long total, int gone) {
    assertEquals(gone, new Trim(archives, total).excess(List.of(10L, 20L, 30L)));
  }

  @Test
  void the_largest_total_is_no_limit() {
    assertEquals(0, new Trim(10, -1).excess(List.of(1L << 40, 1L << 40)));
  }

  @Test
  void archived_files_are_those_with_such_names_oldest_first() {
    Bytes old = Bytes.of("@400000006b05489509d322d6.u");
    Bytes young = Bytes.of("@400000006b05489509d322d7.s");
    assertEquals(
        List.of(old, young),
        LogFiles.archives(List.of(young, Bytes.of("current"), Bytes.of("lock"), old)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@400000006b05489509d322d6.t",
        "@400000006b05489509d322d6",
        "@400000006B05489509d322d6.s",
        "x400000006b05489509d322d6.s",
        "@400000006b05489509d322d6.s.gz",
        "@400000006b05489509d322d6xs"
      })
  void other_names_are_not_touched(String name) {
    assertFalse(LogFiles.isArchive(Bytes.of(name)));
  }

  @Test
  void a_name_is_made_of_a_time() {
    Bytes path = new LogFiles(Bytes.of("./d")).archive(1483228800, 255, 's');
    assertEquals(Bytes.of("./d/@40000000586846a5000000ff.s"), path);
    assertTrue(LogFiles.isArchive(path.baseName()));
  }
}
