package s6j.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A string of the operating system: a name or value of the environment, an argument, a path.
 * Immutable bytes without NUL, of any encoding or none; any thread may have one, and no method
 * blocks.
 */
public final class OsString implements Comparable<OsString> {
  /** No bytes. */
  public static final OsString EMPTY = new OsString(new byte[0]);

  private final byte[] bytes;

  private OsString(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a string of the operating system has no NUL in it");
      }
    }
    this.bytes = bytes;
  }

  /**
   * The UTF-8 bytes of a text.
   *
   * @param text of any characters but NUL
   * @return the string of the operating system
   * @throws IllegalArgumentException when there is a NUL in it
   */
  public static OsString of(String text) {
    return new OsString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A copy of these bytes.
   *
   * @param bytes of any value but 0
   * @return the string of the operating system
   * @throws IllegalArgumentException when there is a NUL among them
   */
  public static OsString of(byte[] bytes) {
    return new OsString(bytes.clone());
  }

  /**
   * The bytes.
   *
   * @return a copy, which may be changed
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * How many bytes there are.
   *
   * @return 0 or more
   */
  public int length() {
    return bytes.length;
  }

  /**
   * Whether there are no bytes.
   *
   * @return whether its length is 0
   */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /**
   * The text, when the bytes are UTF-8.
   *
   * @return empty when they are not
   */
  public Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it begins with the UTF-8 bytes of this text.
   *
   * @param prefix with nothing in it: always
   * @return whether it does
   */
  public boolean startsWith(String prefix) {
    byte[] other = prefix.getBytes(StandardCharsets.UTF_8);
    return bytes.length >= other.length
        && Arrays.equals(bytes, 0, other.length, other, 0, other.length);
  }

  /**
   * What begins at this index.
   *
   * @param index how many bytes are left out
   * @return the rest; that may be empty
   * @throws IndexOutOfBoundsException when there is no such index, and it is not the length either
   */
  public OsString from(int index) {
    if (index < 0 || index > bytes.length) {
      throw new IndexOutOfBoundsException(index);
    }
    return new OsString(Arrays.copyOfRange(bytes, index, bytes.length));
  }

  /** For people: UTF-8, with a replacement character for what is not. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The order of unsigned bytes. */
  @Override
  public int compareTo(OsString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OsString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
