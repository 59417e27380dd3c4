package s6j.plugin.gelf;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Cuts messages that are larger than a datagram may be: {@code 1e 0f}, 8 bytes that are the same in
 * all chunks of a message, number, count, and the piece. At most 128 chunks: where these are not
 * enough, they get larger than asked for.
 */
final class Chunks {
  private static final int HEADER = 12;
  private static final int MOST = 128;

  private final SplittableRandom ids = new SplittableRandom();
  private final int size;

  /**
   * With datagrams of this size.
   *
   * @param size in bytes, the chunk's header included
   */
  Chunks(int size) {
    this.size = size;
  }

  /** Adds the datagrams of the message: itself when it is small enough. */
  void add(byte[] message, List<byte[]> datagrams) {
    if (message.length <= size) {
      datagrams.add(message);
      return;
    }
    int room = Math.max(size - HEADER, (message.length + MOST - 1) / MOST);
    int count = (message.length + room - 1) / room;
    long id = ids.nextLong();
    for (int number = 0; number < count; number++) {
      int from = number * room;
      int length = Math.min(room, message.length - from);
      ByteBuffer chunk = ByteBuffer.allocate(HEADER + length);
      chunk.putShort((short) 0x1e0f).putLong(id).put((byte) number).put((byte) count);
      chunk.put(message, from, length);
      datagrams.add(chunk.array());
    }
  }
}
