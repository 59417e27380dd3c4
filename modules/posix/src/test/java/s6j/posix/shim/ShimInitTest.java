package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.InitProcess.Gone;
import s6j.posix.Syscall;

/** The JVM's side of the connection to init. */
@Timeout(20)
class ShimInitTest {
  private final PipedOutputStream fromShim = new PipedOutputStream();
  private final CountDownLatch secondRequest = new CountDownLatch(1);
  private final CountDownLatch shimReads = new CountDownLatch(1);

  /** Takes one request at once, and no other before it is told to. */
  private final OutputStream toShim =
      new OutputStream() {
        private final AtomicInteger requests = new AtomicInteger();

        @Override
        public void write(int b) {
          throw new AssertionError("a request is one write");
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
          if (requests.incrementAndGet() == 2) {
            secondRequest.countDown();
            try {
              shimReads.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        }
      };

  private ShimInit greeted() throws IOException {
    PipedInputStream in = new PipedInputStream(fromShim, 1 << 16);
    send(FrameTest.hello(0, 1, 1, 0));
    return (ShimInit) ShimInit.greet(in, toShim, new LoneForks());
  }

  private void send(byte[] body) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(4 + body.length).order(ByteOrder.nativeOrder());
    fromShim.write(frame.putInt(body.length).put(body).array());
    fromShim.flush();
  }

  private void reply(int id, long value) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(17).order(ByteOrder.nativeOrder());
    send(body.put((byte) 'R').putInt(id).putInt(-1).putLong(value).array());
  }

  private static CallList pid() {
    CallList calls = new CallList();
    calls.add(Syscall.GETPID);
    return calls;
  }

  @Test
  void replies_are_read_while_a_request_waits_for_the_shim_to_read() throws Exception {
    ShimInit init = greeted();
    Thread first =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    assertEquals(42, init.call(pid()).value(0));
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
    while (first.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    Thread second = Thread.ofPlatform().start(() -> init.forget(1));
    secondRequest.await();
    reply(1, 42);
    first.join();
    shimReads.countDown();
    second.join();
  }

  @Test
  void those_who_wait_are_told_when_init_is_gone_and_those_who_come_later() throws Exception {
    ShimInit init = greeted();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                fromShim.close();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThrows(DisconnectedException.class, () -> init.call(pid()));
    assertEquals(new Gone(), init.nextEvent(null));
    assertThrows(DisconnectedException.class, () -> init.spawn(plan()));
  }

  private static s6j.posix.SpawnPlan plan() {
    return s6j.posix.SpawnPlan.of(
        s6j.posix.Bytes.of("/x"), s6j.posix.Bytes.listOf("x"), s6j.posix.Environment.EMPTY);
  }
}
