package s6j.env;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.testing.ShimProcessRun;

/** Environments in directories, through a real process; exchanges with it are counted. */
class EnvdirTest {
  @TempDir Path directory;

  private static final byte[] ODD = {'a', (byte) 0xff, (byte) 0x80, '\n', '=', '\n'};

  /** Does something in a process; returns how many exchanges that took. */
  private static int in(ShimProcessRun.Act act) throws Exception {
    return ShimProcessRun.run(act);
  }

  private static Environment sample() {
    Environment environment = Environment.EMPTY;
    for (int i = 0; i < 40; i++) {
      environment = environment.with("VAR" + i, "value " + i);
    }
    byte[] big = new byte[(128 << 10) - 5];
    Arrays.fill(big, (byte) 'x');
    return environment
        .with("EMPTY", "")
        .with("LINES", "one\ntwo\n\n")
        .with("ODD", Bytes.of(ODD))
        .with("BIG", Bytes.of(big))
        .with(".DOT", "hidden");
  }

  private Bytes below(String name) {
    return Bytes.of(directory.resolve(name).toString());
  }

  @Test
  void a_whole_environment_is_written_in_one_exchange_byte_for_byte() throws Exception {
    int exchanges =
        in(
            posix ->
                assertEquals(
                    0, EnvdirWriter.writeAfresh(posix, below("e"), sample(), 0755).size()));
    assertEquals(1, exchanges);
    Path written = directory.resolve("e");
    assertArrayEquals(ODD, Files.readAllBytes(written.resolve("ODD")));
    assertEquals(0, Files.size(written.resolve("EMPTY")));
    assertEquals((128 << 10) - 5, Files.size(written.resolve("BIG")));
    assertEquals(45, names(written).size());
  }

  @Test
  void modes_are_0644_and_0755_whatever_the_umask() throws Exception {
    in(
        posix -> {
          CallList umask = new CallList();
          umask.add(s6j.posix.Syscall.UMASK, CallList.number(0077));
          posix.call(umask);
          EnvdirWriter.writeAfresh(posix, below("e"), sample(), 0755);
          assertEquals(0077, posix.call(umask).value(0), "the umask is as before");
        });
    assertEquals(
        "rwxr-xr-x",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("e"))));
    assertEquals(
        "rw-r--r--",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("e/EMPTY"))));
  }

  @Test
  void writing_afresh_leaves_nothing_of_an_earlier_life() throws Exception {
    Files.createDirectory(directory.resolve("e"));
    Files.writeString(directory.resolve("e/STALE"), "x");
    Files.writeString(directory.resolve("e/A"), "long old value");
    Environment fresh = Environment.EMPTY.with("A", "1");
    in(posix -> EnvdirWriter.writeAfresh(posix, below("e"), fresh, 0755));
    assertEquals(Set.of("A"), names(directory.resolve("e")));
    assertEquals("1", Files.readString(directory.resolve("e/A")));
  }

  @Test
  void more_than_a_program_could_be_given_is_not_read() throws Exception {
    Files.createDirectory(directory.resolve("e"));
    for (int i = 0; i < 20; i++) {
      Files.write(directory.resolve("e/V" + i), "x".repeat(120_000).getBytes());
    }
    in(
        posix -> {
          PosixException e =
              assertThrows(
                  PosixException.class,
                  () -> Envdir.read(posix, below("e"), EnvdirFormat.Verbatim.STRICT));
          assertEquals(Errno.E2BIG, e.errno());
        });
  }

  @Test
  void names_that_are_no_file_names_are_passed_over_and_too_long_ones_are_told_of()
      throws Exception {
    Environment odd =
        Environment.EMPTY
            .with("a/b", "1")
            .with("..", "2")
            .with(".", "3")
            .with("n".repeat(300), "4")
            .with("GOOD", "5");
    in(
        posix -> {
          var failures = EnvdirWriter.writeAfresh(posix, below("e"), odd, 0755);
          assertEquals(1, failures.size());
          assertEquals("File name too long", failures.getFirst().reason().text());
        });
    assertEquals(Set.of("GOOD"), names(directory.resolve("e")));
  }

  @Test
  void an_environment_of_many_thousand_variables_is_written_in_several_lists() throws Exception {
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < 25_000; i++) {
      entries.append('V').append(i).append("=x\n");
    }
    Environment many = Environment.ofEntries(Bytes.of(entries.toString()).words());
    int exchanges = in(posix -> EnvdirWriter.writeAfresh(posix, below("e"), many, 0755));
    assertEquals(2, exchanges);
    assertEquals(25_000, names(directory.resolve("e")).size());
  }

  @Test
  void what_was_written_is_read_back_verbatim_but_for_hidden_names() throws Exception {
    in(
        posix -> {
          EnvdirWriter.writeAfresh(posix, below("e"), sample(), 0755);
          Environment back =
              Envdir.applied(posix, below("e"), EnvdirFormat.Verbatim.STRICT, Environment.EMPTY);
          assertEquals(44, back.size());
          assertEquals(Bytes.EMPTY, back.get("EMPTY"));
          assertEquals(Bytes.of(ODD), back.get("ODD"));
          assertEquals((128 << 10) - 5, back.get("BIG").length());
          assertNull(back.get(".DOT"));
        });
  }

  @Test
  void a_directory_of_small_files_is_read_in_two_exchanges() throws Exception {
    for (int i = 0; i < 100; i++) {
      Files.writeString(directory.resolve("V" + i), "v" + i);
    }
    int exchanges =
        in(
            posix -> {
              Environment read =
                  Envdir.applied(
                      posix,
                      Bytes.of(directory.toString()),
                      EnvdirFormat.Lines.PLAIN,
                      Environment.EMPTY);
              assertEquals(Bytes.of("v99"), read.get("V99"));
            });
    assertEquals(2, exchanges);
  }

  @Test
  void a_fifo_in_the_directory_does_not_stop_the_reader() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", directory + "/fifo").start().waitFor());
    in(
        posix ->
            assertEquals(
                0,
                Envdir.applied(
                        posix,
                        Bytes.of(directory.toString()),
                        EnvdirFormat.Lines.PLAIN,
                        Environment.EMPTY)
                    .size()));
  }

  @Test
  void a_directory_that_is_not_there_is_an_error_that_can_be_told() throws Exception {
    in(
        posix -> {
          PosixException reason =
              assertThrows(
                  PosixException.class,
                  () -> Envdir.read(posix, below("none"), EnvdirFormat.Lines.PLAIN));
          assertTrue(Envdir.isMissing(reason));
        });
  }

  private static Set<String> names(Path of) throws Exception {
    try (var list = Files.list(of)) {
      return list.map(p -> p.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
