package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Pipes of the init process. */
final class Pipe {
  private Pipe() {}

  /** Opens one; returns the end to read from and the end to write to. */
  static int[] open(Posix posix) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, out(8), number(OpenFlags.CLOEXEC));
    ByteBuffer ends = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    return new int[] {ends.getInt(), ends.getInt()};
  }
}
