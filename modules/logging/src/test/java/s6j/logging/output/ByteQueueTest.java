package s6j.logging.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** First in, first out. */
class ByteQueueTest {
  @Test
  void what_goes_in_comes_out_in_order() {
    Random random = new Random(5);
    ByteQueue queue = new ByteQueue();
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 3000; i++) {
      byte[] some = new byte[random.nextInt(900)];
      random.nextBytes(some);
      queue.add(some);
      queue.add(i);
      in.writeBytes(some);
      in.write(i);
      int take = random.nextInt(queue.size() + 1);
      out.writeBytes(queue.first(take));
      queue.remove(take);
    }
    out.writeBytes(queue.first(queue.size()));
    assertArrayEquals(in.toByteArray(), out.toByteArray());
  }

  @Test
  void part_of_an_array_can_be_added() {
    ByteQueue queue = new ByteQueue();
    queue.add(new byte[] {1, 2, 3, 4}, 1, 3);
    assertEquals("[2, 3]", Arrays.toString(queue.first(2)));
  }

  @Test
  void what_is_queued_survives_its_shrinking() {
    ByteQueue queue = new ByteQueue();
    queue.add(new byte[5000]);
    queue.shrink();
    assertEquals(5000, queue.size());
    queue.remove(5000);
    queue.shrink();
    queue.add(new byte[] {7});
    assertEquals("[7]", Arrays.toString(queue.first(1)));
  }
}
