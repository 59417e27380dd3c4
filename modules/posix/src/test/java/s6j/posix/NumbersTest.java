package s6j.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The numbers are those of the headers of the machine that this runs on: a C compiler compares
 * them.
 */
class NumbersTest {
  private static final Arch HERE = Arch.ofThisMachine();

  /** From here on a call has the same number everywhere, and may be newer than the headers. */
  private static final int SAME_EVERYWHERE = 424;

  /** On arm the plain name is that of a call with 16 bits of ids, or 32 of seconds or of sizes. */
  private static final Map<Syscall, String> ON_ARM =
      Map.ofEntries(
          Map.entry(Syscall.FCNTL, "fcntl64"),
          Map.entry(Syscall.GETUID, "getuid32"),
          Map.entry(Syscall.GETGID, "getgid32"),
          Map.entry(Syscall.GETEUID, "geteuid32"),
          Map.entry(Syscall.GETEGID, "getegid32"),
          Map.entry(Syscall.GETGROUPS, "getgroups32"),
          Map.entry(Syscall.SETGROUPS, "setgroups32"),
          Map.entry(Syscall.SETRESUID, "setresuid32"),
          Map.entry(Syscall.SETRESGID, "setresgid32"),
          Map.entry(Syscall.CLOCK_SETTIME, "clock_settime64"),
          Map.entry(Syscall.PPOLL, "ppoll_time64"),
          Map.entry(Syscall.UTIMENSAT, "utimensat_time64"));

  /** What the compiler says of a program that claims these numbers: nothing, if they are right. */
  private static String complaints(Map<String, Long> numbers) throws IOException {
    StringBuilder program =
        new StringBuilder(
            """
            #define _GNU_SOURCE
            #include <asm/unistd.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <signal.h>
            #include <sys/ioctl.h>
            """);
    numbers.forEach(
        (name, number) -> {
          String claim =
              "_Static_assert(" + name + " == " + number + ", \"" + name + " " + number + "\");\n";
          boolean mayBeNewer = name.startsWith("__NR_") && number >= SAME_EVERYWHERE;
          program.append(mayBeNewer ? "#ifdef " + name + "\n" + claim + "#endif\n" : claim);
        });
    Process compiler =
        new ProcessBuilder("gcc", "-std=c11", "-fsyntax-only", "-x", "c", "-")
            .redirectErrorStream(true)
            .start();
    compiler.outputWriter(StandardCharsets.US_ASCII).append(program).close();
    return new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void system_calls() throws IOException {
    Map<String, Long> numbers = new TreeMap<>();
    for (Syscall call : Syscall.values()) {
      String name = call.name().toLowerCase(Locale.ROOT);
      numbers.put(
          "__NR_" + (HERE == Arch.ARM ? ON_ARM.getOrDefault(call, name) : name),
          (long) call.number(HERE));
    }
    assertEquals("", complaints(numbers));
  }

  @Test
  void signals() throws IOException {
    Map<String, Long> numbers = new TreeMap<>();
    for (Signal signal : Signal.values()) {
      numbers.put("SIG" + signal, (long) signal.number());
    }
    assertEquals("", complaints(numbers));
  }

  @Test
  void errors() throws Exception {
    Map<String, Long> numbers = new TreeMap<>();
    for (Field field : Errno.class.getFields()) {
      numbers.put(field.getName(), (long) ((Errno) field.get(null)).number());
    }
    assertTrue(numbers.containsKey("ENOENT"));
    assertEquals("", complaints(numbers));
  }

  @Test
  void flags_of_open() throws Exception {
    Map<String, Long> numbers = new TreeMap<>();
    for (Field field : OpenFlags.class.getFields()) {
      numbers.put("O_" + field.getName(), field.getLong(null));
    }
    numbers.put("O_DIRECTORY", (long) OpenFlags.directory(HERE));
    numbers.put("O_NOFOLLOW", (long) OpenFlags.noFollow(HERE));
    assertEquals("", complaints(numbers));
  }

  @Test
  void requests_of_ioctl() throws Exception {
    Map<String, Long> numbers = new TreeMap<>();
    for (Field field : Ioctl.class.getFields()) {
      numbers.put(field.getName(), field.getLong(null));
    }
    numbers.put("TIOCGPGRP", Ioctl.getForeground(HERE));
    numbers.put("TIOCSPGRP", Ioctl.setForeground(HERE));
    numbers.put("FIONREAD", Ioctl.readable(HERE));
    assertEquals("", complaints(numbers));
  }

  @Test
  void a_wrong_number_is_found() throws IOException {
    String said = complaints(Map.of("ENOENT", 3L));
    assertTrue(said.contains("ENOENT 3"), said);
  }
}
