package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Clients that are not what they should be lose their own connection, and nothing else. */
@Timeout(30)
class ShimServerTest {
  @TempDir Path directory;

  private final AtomicInteger served = new AtomicInteger();
  private Path path;
  private ShimServer server;

  @BeforeEach
  void listen() throws IOException {
    path = directory.resolve("socket");
    server = ShimServer.listen(path, this::serve, Duration.ofMillis(400));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    assertFalse(Files.exists(path));
  }

  /** A command that asks for its pid and exits with it. */
  private void serve(ShimProcess process) {
    try (process) {
      CallList calls = new CallList();
      calls.add(Syscall.GETPID);
      calls.attempt(Syscall.READ, CallList.number(0), CallList.outUpToResult(8));
      process.exit((int) process.call(calls).value(0));
      served.incrementAndGet();
    } catch (PosixException e) {
      throw new DisconnectedException("the client says " + e.getMessage());
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  private static byte[] frame(byte[] body) {
    ByteBuffer frame = ByteBuffer.allocate(4 + body.length).order(ByteOrder.nativeOrder());
    return frame.putInt(body.length).put(body).array();
  }

  private static byte[] reply(int pid) {
    ByteBuffer body = ByteBuffer.allocate(33).order(ByteOrder.nativeOrder());
    body.put((byte) 'R').putInt(1).putInt(-1).putLong(pid).putLong(4).putInt(4).putInt(7);
    return frame(body.array());
  }

  private static byte[] bytes(int... ints) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * ints.length).order(ByteOrder.nativeOrder());
    for (int i : ints) {
      buffer.putInt(i);
    }
    return buffer.array();
  }

  private static void send(SocketChannel to, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      to.write(left);
    }
  }

  /** Everything up to the end that the server makes. */
  private static int readToEnd(SocketChannel from) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    int total = 0;
    try {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer.clear())) {
        total += n;
      }
    } catch (IOException e) {
      // Closed while something of ours was still unread: an end as well.
      return total;
    }
    return total;
  }

  private void assertServesOthers() throws IOException {
    int before = served.get();
    try (SocketChannel client = connect()) {
      send(client, frame(FrameTest.hello(1, 1, 1, 0)));
      send(client, reply(77));
      assertTrue(readToEnd(client) > 0);
    }
    assertEquals(before + 1, served.get());
  }

  private void assertIsDropped(byte[] sent) throws IOException {
    try (SocketChannel client = connect()) {
      try {
        send(client, sent);
      } catch (IOException e) {
        // Dropped before it had sent everything.
        return;
      }
      readToEnd(client);
    }
    assertServesOthers();
  }

  @Test
  void a_client_that_speaks_is_served() throws Exception {
    assertServesOthers();
  }

  @Test
  void garbage_ends_the_connection() throws Exception {
    assertIsDropped("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertIsDropped(bytes(-1));
    assertIsDropped(bytes(0));
    assertIsDropped(bytes(Integer.MAX_VALUE, 1, 2, 3));
    assertIsDropped(bytes(Wire.HELLO_MAX + 1, 1, 2, 3));
    assertIsDropped(frame(new byte[1]));
    assertIsDropped(frame(new byte[4096]));
  }

  @Test
  void a_reply_to_nothing_or_larger_than_asked_for_ends_the_connection() throws Exception {
    byte[] hello = frame(FrameTest.hello(1, 1, 1, 0));
    for (byte[] answer :
        List.of(
            bytes(1 << 20),
            frame(bytes(1, 2, 3)),
            frame("R".getBytes(StandardCharsets.ISO_8859_1)))) {
      assertIsDropped(
          ByteBuffer.allocate(hello.length + answer.length).put(hello).put(answer).array());
    }
  }

  @Test
  void data_that_nobody_asked_for_ends_the_connection_before_it_fills_the_memory()
      throws Exception {
    ByteBuffer data = ByteBuffer.allocate(6 + 60_000).order(ByteOrder.nativeOrder());
    byte[] frame = frame(data.put((byte) 'D').array());
    try (SocketChannel client = connect()) {
      send(client, frame(FrameTest.hello(1, 1, 1, 0)));
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 10_000; i++) {
              send(client, frame);
            }
          });
    }
    assertServesOthers();
  }

  @Test
  void a_silent_client_and_one_that_stops_half_way_are_dropped_in_time() throws Exception {
    try (SocketChannel silent = connect();
        SocketChannel half = connect()) {
      byte[] hello = frame(FrameTest.hello(1, 1, 1, 0));
      send(half, java.util.Arrays.copyOf(hello, hello.length / 2));
      long start = System.nanoTime();
      assertEquals(0, readToEnd(silent));
      assertEquals(0, readToEnd(half));
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
    }
    assertServesOthers();
  }

  @Test
  void a_client_that_has_greeted_may_take_its_time() throws Exception {
    try (SocketChannel client = connect()) {
      send(client, frame(FrameTest.hello(1, 1, 1, 0)));
      try (SocketChannel silent = connect()) {
        readToEnd(silent);
      }
      // By now the time for greetings is over for both.
      send(client, reply(5));
      readToEnd(client);
    }
    assertEquals(1, served.get());
  }

  @Test
  void ten_thousand_connections_come_and_go_while_others_are_served() throws Exception {
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    long before = jvm.totalMemory() - jvm.freeMemory();
    for (int wave = 0; wave < 5; wave++) {
      List<SocketChannel> silent = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        silent.add(connect());
        if (i % 400 == 0) {
          assertServesOthers();
        }
      }
      for (SocketChannel client : silent) {
        assertEquals(0, readToEnd(client));
        client.close();
      }
    }
    assertServesOthers();
    System.gc();
    long grown = jvm.totalMemory() - jvm.freeMemory() - before;
    assertTrue(grown < 32 << 20, grown + " bytes more than before");
  }

  @Test
  void three_thousand_mutated_conversations_end_and_others_are_served() throws Exception {
    Random random = new Random(3000);
    byte[] hello = frame(FrameTest.hello(1, 3, 3, 1));
    byte[] reply = reply(1);
    byte[] valid = ByteBuffer.allocate(hello.length + reply.length).put(hello).put(reply).array();
    for (int i = 0; i < 3000; i++) {
      byte[] mutated = java.util.Arrays.copyOf(valid, random.nextInt(valid.length) + 1);
      for (int n = random.nextInt(3) + 1; n > 0; n--) {
        // Half of them spare the hello, so that replies have their share.
        int from = random.nextBoolean() && mutated.length > hello.length ? hello.length : 0;
        int at = from + random.nextInt(mutated.length - from);
        mutated[at] = (byte) random.nextInt();
      }
      try (SocketChannel client = connect()) {
        send(client, mutated);
        client.shutdownOutput();
        readToEnd(client);
      } catch (IOException e) {
        // Dropped in the middle of it.
        continue;
      }
    }
    assertServesOthers();
  }

  @Test
  void a_user_who_is_not_root_has_a_share_and_no_more() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    server.close();
    server = ShimServer.listen(path, this::serve, Duration.ofSeconds(20));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    String script =
        "use Socket; my $closed = 0; my @all; for (1..300) { socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
            + " connect($s, sockaddr_un($ARGV[0])) or die $!; push @all, $s; }"
            + " sleep 1; for my $s (@all) { my $v = ''; vec($v, fileno($s), 1) = 1;"
            + " $closed++ if select($v, undef, undef, 0); } print $closed;";
    Process clients =
        new ProcessBuilder(
                "setpriv", "--reuid=1234", "--clear-groups", "perl", "-e", script, path.toString())
            .redirectErrorStream(true)
            .start();
    String closed =
        new String(clients.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(Integer.toString(300 - Guests.CONNECTIONS_PER_USER), closed);
    assertServesOthers();
  }

  @Test
  void users_cannot_fill_the_memory_with_large_greetings() throws Exception {
    server.close();
    server = ShimServer.listen(path, this::serve, Duration.ofSeconds(20));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    String script =
        "use Socket; my $closed = 0; my @all; for (1..5) { socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
            + " connect($s, sockaddr_un($ARGV[0])) or die $!; push @all, $s;"
            + " syswrite($s, pack('L', 3 << 20)); }"
            + " sleep 1; for my $s (@all) { my $v = ''; vec($v, fileno($s), 1) = 1;"
            + " $closed++ if select($v, undef, undef, 0); } print $closed;";
    Process clients =
        new ProcessBuilder(
                "setpriv", "--reuid=1234", "--clear-groups", "perl", "-e", script, path.toString())
            .redirectErrorStream(true)
            .start();
    String closed =
        new String(clients.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals("0", closed, "they wait for each other");
    assertServesOthers();
  }

  @Test
  void a_fork_that_comes_too_late_is_not_kept() throws Exception {
    long token = server.expect();
    server.forget(token);
    assertIsDropped(frame(FrameTest.hello(2, 0, 0, 0)));
  }
}
