package s6j.posix;

/** What the calls of a list returned: a value or -errno for each, and the buffers they filled. */
public final class Results {
  private final long[] values;
  private final byte[][][] buffers;

  public Results(long[] values, byte[][][] buffers) {
    this.values = values;
    this.buffers = buffers;
  }

  /** What call {@code index} returned; -errno when it was allowed to fail and did. */
  public long value(int index) {
    return values[index];
  }

  public int fd(int index) {
    return (int) values[index];
  }

  public boolean failed(int index) {
    return values[index] < 0 && values[index] >= -4095;
  }

  /** Why call {@code index} failed. */
  public Errno errno(int index) {
    return Errno.of((int) -values[index]);
  }

  /** The first output buffer of call {@code index}. */
  public byte[] buffer(int index) {
    return buffers[index][0];
  }

  /** An output buffer of call {@code index}, by its place among them. */
  public byte[] buffer(int index, int which) {
    return buffers[index][which];
  }
}
