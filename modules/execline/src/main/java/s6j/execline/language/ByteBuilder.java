package s6j.execline.language;

import java.util.Arrays;
import s6j.posix.Bytes;

/** Bytes that grow. */
public final class ByteBuilder {
  private byte[] bytes = new byte[64];
  private int length;

  public ByteBuilder add(int b) {
    room(1);
    bytes[length++] = (byte) b;
    return this;
  }

  public ByteBuilder add(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
    return this;
  }

  public ByteBuilder add(Bytes more) {
    room(more.length());
    more.copyInto(bytes, length);
    length += more.length();
    return this;
  }

  public ByteBuilder add(String literal) {
    return add(Bytes.of(literal));
  }

  public int length() {
    return length;
  }

  /** Keeps the first {@code newLength} bytes. */
  public void cut(int newLength) {
    length = newLength;
  }

  public void clear() {
    length = 0;
  }

  /** The bytes so far. */
  public Bytes build() {
    return Bytes.of(bytes, 0, length);
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
