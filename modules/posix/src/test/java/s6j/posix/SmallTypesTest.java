package s6j.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Signals, ends of processes, files, errors. */
class SmallTypesTest {
  @Test
  void a_signal_is_named_with_or_without_sig_in_any_case_or_by_number() {
    assertEquals(15, Signal.parse("TERM"));
    assertEquals(15, Signal.parse("SIGTERM"));
    assertEquals(15, Signal.parse("sigterm"));
    assertEquals(15, Signal.parse("15"));
    assertEquals(64, Signal.parse("64"));
  }

  @Test
  void what_is_no_signal_is_minus_one() {
    for (String none : new String[] {"", "0", "65", "-1", "TERMS", "SIG", "999999999999", "1x"}) {
      assertEquals(-1, Signal.parse(none), none);
    }
  }

  @Test
  void every_number_up_to_31_is_a_signal() {
    for (int number = 1; number <= 31; number++) {
      assertEquals(number, Signal.byNumber(number).number());
    }
    assertNull(Signal.byNumber(0));
    assertNull(Signal.byNumber(32));
    assertNull(Signal.byNumber(-1));
  }

  @Test
  void an_exit_is_its_code() {
    WaitStatus status = new WaitStatus(7 << 8);
    assertEquals(WaitStatus.exited(7), status);
    assertFalse(status.signalled());
    assertEquals(7, status.exitCode());
    assertEquals(7, status.overlayCode());
    assertEquals(7, status.shellCode());
    assertEquals(255, WaitStatus.exited(-1).exitCode());
  }

  @Test
  void a_death_by_signal_is_told_apart_with_and_without_a_core() {
    assertEquals(9, WaitStatus.killedBy(9).signal());
    WaitStatus core = new WaitStatus(11 | 128);
    assertTrue(core.signalled());
    assertEquals(11, core.signal());
    assertEquals(0, core.exitCode());
    assertEquals(256 + 11, core.overlayCode());
    assertEquals(128 + 11, core.shellCode());
  }

  @Test
  void a_struct_statx_is_read_where_the_kernel_puts_things() {
    ByteBuffer statx = ByteBuffer.allocate(Stat.SIZE).order(ByteOrder.nativeOrder());
    statx
        .putInt(16, 3)
        .putInt(20, 1000)
        .putInt(24, -2)
        .putShort(28, (short) (Stat.REGULAR | 04755));
    statx.putLong(32, 77).putLong(40, 1L << 40).putLong(112, 123456789).putInt(120, 999);
    statx.putInt(136, 8).putInt(140, -1);
    Stat stat = Stat.of(statx.array());
    assertEquals(3, stat.links());
    assertEquals(1000, stat.uid());
    assertEquals(-2, stat.gid());
    assertTrue(stat.isRegular());
    assertFalse(stat.isDirectory() || stat.isLink());
    assertEquals(04755, stat.permissions());
    assertEquals(77, stat.inode());
    assertEquals(1L << 40, stat.size());
    assertEquals(123456789, stat.modifiedSeconds());
    assertEquals(999, stat.modifiedNanos());
    assertEquals(8L << 32 | 0xffffffffL, stat.device());
  }

  @Test
  void errors_say_what_strerror_says() {
    assertEquals("No such file or directory", new PosixException(Errno.ENOENT, 0).getMessage());
    assertEquals("Unknown error 4000", Errno.of(4000).text());
    assertTrue(new PosixException(Errno.of(2), 0).is(Errno.ENOENT));
  }

  @Test
  void an_architecture_is_known_by_its_number() {
    assertEquals(Arch.AMD64, Arch.byNumber(0));
    assertEquals(Arch.RISCV64, Arch.byNumber(5));
    assertThrows(ProtocolException.class, () -> Arch.byNumber(6));
    assertThrows(ProtocolException.class, () -> Arch.byNumber(-1));
  }

  @Test
  void riscv_has_the_numbers_of_arm64() {
    for (Syscall call : Syscall.values()) {
      assertEquals(call.number(Arch.ARM64), call.number(Arch.RISCV64), call.name());
    }
    assertEquals(59, Syscall.EXECVE.number(Arch.AMD64));
    assertEquals(221, Syscall.EXECVE.number(Arch.RISCV64));
  }

  @Test
  void a_call_has_at_most_six_arguments() {
    Call.Argument none = CallList.nothing();
    assertThrows(
        IllegalArgumentException.class,
        () -> new CallList().add(Syscall.GETPID, none, none, none, none, none, none, none));
  }
}
