package s6j.testing.contract;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** Terminals that nobody sits at. */
final class Terminal {
  private static final long TIOCGPTN = 0x80045430L;
  private static final long TIOCSPTLCK = 0x40045431L;

  private Terminal() {}

  /** Makes one; its other side stays open in the process. Returns the path. */
  static Bytes open(Posix posix) throws PosixException {
    CallList calls = new CallList();
    int flags = OpenFlags.RDWR | OpenFlags.NOCTTY | OpenFlags.CLOEXEC;
    int fd =
        calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string("/dev/ptmx"), number(flags));
    calls.add(Syscall.IOCTL, resultOf(fd), number(TIOCSPTLCK), CallList.bytes(new byte[4]));
    int name = calls.add(Syscall.IOCTL, resultOf(fd), number(TIOCGPTN), out(4));
    Results results = posix.call(calls);
    int number = ByteBuffer.wrap(results.buffer(name)).order(ByteOrder.nativeOrder()).getInt();
    return Bytes.of("/dev/pts/" + number);
  }
}
