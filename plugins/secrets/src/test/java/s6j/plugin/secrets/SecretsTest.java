package s6j.plugin.secrets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.spi.OsString;

/** What a file becomes as the value of a variable. */
class SecretsTest {
  @TempDir Path directory;

  private OsString file(byte... content) throws IOException {
    return OsString.of(Files.write(directory.resolve("secret"), content).toString());
  }

  @Test
  void one_newline_at_the_end_is_not_part_of_the_secret() throws IOException {
    assertEquals(OsString.of("a\nb"), Secrets.content(file("a\nb\n".getBytes()), 100));
    assertEquals(OsString.of("a\n"), Secrets.content(file("a\n\n".getBytes()), 100));
    assertEquals(OsString.of("a"), Secrets.content(file("a".getBytes()), 100));
    assertEquals(OsString.EMPTY, Secrets.content(file(), 100));
  }

  @Test
  void bytes_that_are_no_text_stay_as_they_are() throws IOException {
    byte[] bytes = {(byte) 0xff, (byte) 0xc0, 1};
    assertArrayEquals(bytes, Secrets.content(file(bytes), 100).bytes());
  }

  @Test
  void a_secret_that_no_variable_can_hold_is_said_so() throws IOException {
    OsString path = file("12345\n".getBytes());
    assertEquals(OsString.of("12345"), Secrets.content(path, 5));
    assertEquals(
        path + " is longer than a variable can be, which is 4 bytes",
        assertThrows(IOException.class, () -> Secrets.content(path, 4)).getMessage());
    OsString withNul = file((byte) 'a', (byte) 0);
    assertEquals(
        withNul + " has a NUL in it, which no variable can have",
        assertThrows(IOException.class, () -> Secrets.content(withNul, 100)).getMessage());
  }

  @Test
  void a_file_that_cannot_be_read_is_named_with_the_reason() {
    OsString missing = OsString.of(directory.resolve("missing").toString());
    assertEquals(
        "unable to read " + missing + ": no such file",
        assertThrows(IOException.class, () -> Secrets.content(missing, 100)).getMessage());
    OsString folder = OsString.of(directory.toString());
    assertEquals(
        "unable to read " + folder + ": it is a directory",
        assertThrows(IOException.class, () -> Secrets.content(folder, 100)).getMessage());
    assertEquals(
        "expected the absolute path of a file, got \"secret\"",
        assertThrows(IOException.class, () -> Secrets.content(OsString.of("secret"), 100))
            .getMessage());
  }
}
