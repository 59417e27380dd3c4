package s6j.posix;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An operating-system string: an argument, an environment entry, a file name. Immutable bytes,
 * never decoded on their way through; {@link #toString} is for people only.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  /** What one takes of the memory besides its bytes, for those who keep accounts of it. */
  public static final int OVERHEAD = 32;

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The UTF-8 bytes of a literal of ours. */
  public static Bytes of(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the array. */
  public static Bytes of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /** A copy of part of the array. */
  public static Bytes of(byte[] bytes, int from, int to) {
    return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(bytes, from, to));
  }

  /** The UTF-8 bytes of each literal. */
  public static List<Bytes> listOf(String... texts) {
    List<Bytes> list = new ArrayList<>(texts.length);
    for (String text : texts) {
      list.add(of(text));
    }
    return list;
  }

  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public byte at(int index) {
    return bytes[index];
  }

  /** A copy of the content. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** Copies the content into {@code to} at {@code offset}. */
  public void copyInto(byte[] to, int offset) {
    System.arraycopy(bytes, 0, to, offset, bytes.length);
  }

  public Bytes plus(Bytes other) {
    byte[] both = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
    System.arraycopy(other.bytes, 0, both, bytes.length, other.bytes.length);
    return new Bytes(both);
  }

  public Bytes plus(String other) {
    return plus(of(other));
  }

  /** This path with {@code name} below it. */
  public Bytes slash(Bytes name) {
    return below(name.bytes);
  }

  /** This path with {@code name} below it. */
  public Bytes slash(String name) {
    return below(name.getBytes(StandardCharsets.UTF_8));
  }

  /** With one copy of everything: paths are made by the hundred while nothing is compiled yet. */
  private Bytes below(byte[] name) {
    int length = bytes.length;
    int start = endsWith((byte) '/') ? length : length + 1;
    byte[] path = Arrays.copyOf(bytes, start + name.length);
    path[start - 1] = '/';
    System.arraycopy(name, 0, path, start, name.length);
    return new Bytes(path);
  }

  public boolean startsWith(String prefix) {
    return startsWith(of(prefix));
  }

  public boolean startsWith(Bytes prefix) {
    int n = prefix.bytes.length;
    return bytes.length >= n && Arrays.equals(bytes, 0, n, prefix.bytes, 0, n);
  }

  public boolean endsWith(byte last) {
    return bytes.length > 0 && bytes[bytes.length - 1] == last;
  }

  public boolean endsWith(String suffix) {
    byte[] other = suffix.getBytes(StandardCharsets.UTF_8);
    int from = bytes.length - other.length;
    return from >= 0 && Arrays.equals(bytes, from, bytes.length, other, 0, other.length);
  }

  public boolean is(String text) {
    return equals(of(text));
  }

  /** The first index of {@code b} at or after {@code from}, or -1. */
  public int indexOf(int b, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == (byte) b) {
        return i;
      }
    }
    return -1;
  }

  public int indexOf(int b) {
    return indexOf(b, 0);
  }

  public boolean contains(int b) {
    return indexOf(b, 0) >= 0;
  }

  /** The last index of {@code b}, or -1. */
  public int lastIndexOf(int b) {
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] == (byte) b) {
        return i;
      }
    }
    return -1;
  }

  public Bytes from(int start) {
    return of(bytes, start, bytes.length);
  }

  public Bytes slice(int start, int end) {
    return of(bytes, start, end);
  }

  /** What follows the last slash. */
  public Bytes baseName() {
    return from(lastIndexOf('/') + 1);
  }

  /** The pieces between separators; n separators make n + 1 pieces. */
  public List<Bytes> split(int separator) {
    List<Bytes> pieces = new ArrayList<>();
    int start = 0;
    for (int i = indexOf(separator, 0); i >= 0; i = indexOf(separator, start)) {
      pieces.add(slice(start, i));
      start = i + 1;
    }
    pieces.add(from(start));
    return pieces;
  }

  /** The words between runs of spaces, tabs and newlines; none is empty. */
  public List<Bytes> words() {
    List<Bytes> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= bytes.length; i++) {
      boolean blank = i == bytes.length || bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n';
      if (!blank && start < 0) {
        start = i;
      } else if (blank && start >= 0) {
        words.add(slice(start, i));
        start = -1;
      }
    }
    return words;
  }

  /** The content as Latin-1, a character a byte: for parsers, not for people. */
  public String latin1() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** For messages: UTF-8, with a replacement character for what is not. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Byte order, unsigned, as strcmp. */
  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
