package s6j.posix.jnr;

import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import s6j.posix.Bytes;

/** Zeroed memory outside the heap, all of which is given back at once. */
final class NativeMemory implements AutoCloseable {
  private static final int BLOCK = 16 << 10;
  private static final int ALIGNMENT = 16;

  private final List<Long> blocks = new ArrayList<>(2);
  private long next;
  private long end;

  /** The address of {@code size} zeroed bytes; also for size 0 one that is valid. */
  long allocate(int size) {
    long need = (size + (long) ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (blocks.isEmpty() || end - next < need) {
      long length = Math.max(BLOCK, need);
      long block = Native.LIBC.calloc(1, length);
      if (block == 0) {
        throw new OutOfMemoryError(length + " bytes outside the heap");
      }
      blocks.add(block);
      next = block;
      end = block + length;
    }
    long address = next;
    next += need;
    return address;
  }

  long bytes(byte[] content) {
    long address = allocate(content.length);
    at(address, content.length).put(0, content, 0, content.length);
    return address;
  }

  /** A C string. */
  long string(Bytes content) {
    byte[] terminated = new byte[content.length() + 1];
    content.copyInto(terminated, 0);
    return bytes(terminated);
  }

  /** A C string of ours. */
  long string(String content) {
    return string(Bytes.of(content));
  }

  /** A vector of C strings, ended by null. */
  long vector(List<Bytes> strings) {
    int size = Native.RUNTIME.addressSize();
    long address = allocate(size * (strings.size() + 1));
    Pointer vector = at(address, size * (strings.size() + 1));
    for (int i = 0; i < strings.size(); i++) {
      vector.putAddress((long) i * size, string(strings.get(i)));
    }
    return address;
  }

  /** A struct msghdr over one piece of data and its ancillary data: seven words and a piece. */
  long message(long data, int size, long control, int controlSize) {
    int word = Native.RUNTIME.addressSize();
    long address = allocate(9 * word);
    Pointer header = at(address, 9L * word);
    header.putAddress(2L * word, address + 7L * word);
    header.putAddress(3L * word, 1);
    if (controlSize > 0) {
      header.putAddress(4L * word, control);
      header.putAddress(5L * word, controlSize);
    }
    header.putAddress(7L * word, data);
    header.putAddress(8L * word, size);
    return address;
  }

  /** Where the data of a message are. */
  static long data(long message) {
    int word = Native.RUNTIME.addressSize();
    return at(message, 9L * word).getAddress(7L * word);
  }

  /** Where the ancillary data of a message are; null when it has no room for any. */
  static long control(long message) {
    int word = Native.RUNTIME.addressSize();
    return at(message, 9L * word).getAddress(4L * word);
  }

  static Pointer at(long address, long size) {
    return Pointer.wrap(Native.RUNTIME, address, size);
  }

  static int getInt(long address) {
    return at(address, 4).getInt(0);
  }

  static byte[] copy(long address, int size) {
    byte[] content = new byte[size];
    if (size == 0) {
      return content;
    }
    at(address, size).get(0, content, 0, size);
    return content;
  }

  @Override
  public void close() {
    for (long block : blocks) {
      Native.LIBC.free(block);
    }
  }
}
