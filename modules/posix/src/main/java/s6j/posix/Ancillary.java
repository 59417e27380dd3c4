package s6j.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Ancillary data of messages on Unix sockets: descriptors that go from one process to another. */
public final class Ancillary {
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;

  private Ancillary() {}

  /** What sends these descriptors; nothing when there are none. */
  public static byte[] rights(Arch arch, List<Integer> fds) {
    if (fds.isEmpty()) {
      return new byte[0];
    }
    int header = header(arch);
    ByteBuffer control =
        ByteBuffer.allocate(space(arch, fds.size())).order(ByteOrder.nativeOrder());
    int length = header + 4 * fds.size();
    if (arch.wordSize() == 8) {
      control.putLong(length);
    } else {
      control.putInt(length);
    }
    control.putInt(SOL_SOCKET).putInt(SCM_RIGHTS);
    for (int fd : fds) {
      control.putInt(fd);
    }
    return control.array();
  }

  /** How many bytes of ancillary data so many descriptors take. */
  public static int space(Arch arch, int count) {
    int word = arch.wordSize();
    return header(arch) + (4 * count + word - 1) / word * word;
  }

  /** The descriptors that came with a message. */
  public static List<Integer> rights(Arch arch, byte[] control) {
    List<Integer> fds = new ArrayList<>();
    ByteBuffer b = ByteBuffer.wrap(control).order(ByteOrder.nativeOrder());
    int word = arch.wordSize();
    int header = header(arch);
    for (int at = 0; at + header <= control.length; ) {
      long length = word == 8 ? b.getLong(at) : b.getInt(at);
      if (length < header || length > control.length - at) {
        break;
      }
      if (b.getInt(at + word) == SOL_SOCKET && b.getInt(at + word + 4) == SCM_RIGHTS) {
        for (int fd = at + header; fd + 4 <= at + length; fd += 4) {
          fds.add(b.getInt(fd));
        }
      }
      at += (int) (length + word - 1) / word * word;
    }
    return fds;
  }

  private static int header(Arch arch) {
    return arch.wordSize() + 8;
  }
}
