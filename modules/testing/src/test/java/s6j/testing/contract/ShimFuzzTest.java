package s6j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.Shim;

/**
 * The shim against a server that does not speak its protocol: one line, exit 111, and never a step
 * beyond a frame. Built with the sanitizers of gcc, which end a program that takes such a step.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShimFuzzTest {
  private static final String[] SANITIZED = {
    "gcc", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"
  };
  private static final int EXIT_SYSTEM = 111;
  private static final int GETPID = 39;
  private static final int NANOSLEEP = 35;

  private Path directory;

  private Path shim;
  private Path socket;
  private ServerSocketChannel listener;

  @BeforeAll
  void listen(@TempDir Path temporary) throws IOException {
    directory = temporary;
    shim = directory.resolve("fuzzed");
    Shim.compile(Shim.checkout().resolve("modules/shim/shim.c"), shim, SANITIZED);
    socket = directory.resolve("socket");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterAll
  void close() throws IOException {
    listener.close();
  }

  /** What the shim does with these bytes from its server, which then closes the connection. */
  private Outcome outcomeOf(byte[] sent) throws InterruptedException {
    return outcomeOf(sent, true);
  }

  private Outcome outcomeOf(byte[] sent, boolean reading) throws InterruptedException {
    Thread server =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (SocketChannel client = listener.accept()) {
                    readHello(client);
                    ByteBuffer left = ByteBuffer.wrap(sent);
                    while (left.hasRemaining()) {
                      client.write(left);
                    }
                    if (reading) {
                      client.shutdownOutput();
                      Channels.newInputStream(client).readAllBytes();
                    }
                  } catch (IOException e) {
                    // The shim has gone before it had read everything.
                    return;
                  }
                });
    // As nobody, should a mutation ask for what would do harm.
    Outcome outcome =
        CommandRunner.runProgram(
            Path.of("/"),
            "",
            Map.of("S6J_SOCKET", socket.toString(), "PATH", "/usr/bin:/bin"),
            "setpriv",
            "--reuid=65534",
            "--clear-groups",
            shim.toString());
    server.join();
    return outcome;
  }

  private static void readHello(SocketChannel client) throws IOException {
    InputStream in = Channels.newInputStream(client);
    ByteBuffer head = ByteBuffer.wrap(in.readNBytes(4)).order(ByteOrder.nativeOrder());
    in.readNBytes(head.getInt());
  }

  private void assertGivesUpOn(byte[] sent) throws InterruptedException {
    Outcome outcome = outcomeOf(sent);
    assertEquals(EXIT_SYSTEM, outcome.code(), outcome.toString());
    assertTrue(outcome.stderr().startsWith("fuzzed: fatal: the s6j runtime"), outcome.stderr());
    assertEquals(1, outcome.stderr().lines().count(), outcome.stderr());
  }

  private static byte[] frame(byte[] body) {
    ByteBuffer frame = ByteBuffer.allocate(4 + body.length).order(ByteOrder.nativeOrder());
    return frame.putInt(body.length).put(body).array();
  }

  private static byte[] bytes(int... ints) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * ints.length).order(ByteOrder.nativeOrder());
    for (int i : ints) {
      buffer.putInt(i);
    }
    return buffer.array();
  }

  /** A list of calls of getpid, with arguments of each kind that it does not look at. */
  private static byte[] calls() {
    ByteBuffer body = ByteBuffer.allocate(400).order(ByteOrder.nativeOrder());
    body.put((byte) 1).putInt(7).putShort((short) 5);
    for (short i = 0; i < 5; i++) {
      body.putInt(GETPID).put((byte) 0).put((byte) 6);
      body.put((byte) 0).putLong(0);
      body.put((byte) 1).putInt(3).put(new byte[3]);
      body.put((byte) 2).putInt(100);
      body.put((byte) 3).putInt(100);
      body.put((byte) 4).putInt(1).putInt(2).put(new byte[2]);
      body.put((byte) (i > 0 ? 5 : 0));
      if (i > 0) {
        body.putShort((short) (i - 1));
      } else {
        body.putLong(0);
      }
    }
    return frame(Arrays.copyOf(body.array(), body.position()));
  }

  @Test
  void a_server_that_hangs_up_or_sends_half_a_frame() throws Exception {
    assertGivesUpOn(new byte[0]);
    assertGivesUpOn(new byte[] {1, 2, 3});
    assertGivesUpOn(Arrays.copyOf(calls(), calls().length / 2));
  }

  /** As a runtime that is killed while a call is made for it. */
  @Test
  void a_server_that_is_gone_when_it_is_to_have_an_answer_has_gone_away() throws Exception {
    ByteBuffer body = ByteBuffer.allocate(100).order(ByteOrder.nativeOrder());
    body.put((byte) 1).putInt(7).putShort((short) 1);
    body.putInt(NANOSLEEP).put((byte) 0).put((byte) 2);
    body.put((byte) 1).putInt(16).putLong(0).putLong(300_000_000);
    body.put((byte) 0).putLong(0);
    byte[] sleeping = frame(Arrays.copyOf(body.array(), body.position()));
    assertEquals(
        new Outcome(EXIT_SYSTEM, "", "fuzzed: fatal: the s6j runtime has gone away\n"),
        outcomeOf(sleeping, false));
  }

  @Test
  void a_server_that_sends_something_else() throws Exception {
    assertGivesUpOn("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertGivesUpOn(new byte[1 << 16]);
    byte[] noise = new byte[1 << 16];
    new Random(4).nextBytes(noise);
    assertGivesUpOn(noise);
  }

  @Test
  void a_length_that_is_none() throws Exception {
    assertGivesUpOn(bytes(-1));
    assertGivesUpOn(bytes(-1, 1, 2, 3));
    assertGivesUpOn(bytes(0));
    assertGivesUpOn(bytes(16 << 20));
    assertGivesUpOn(bytes(Integer.MIN_VALUE, 0));
    assertGivesUpOn(bytes((16 << 20) - 4));
  }

  @Test
  void an_operation_or_an_argument_that_is_none() throws Exception {
    assertGivesUpOn(frame(new byte[] {0, 0, 0, 0, 0}));
    assertGivesUpOn(frame(new byte[] {99, 0, 0, 0, 0}));
    byte[] unknownArgument = calls();
    unknownArgument[4 + 7 + 6] = 12;
    assertGivesUpOn(unknownArgument);
  }

  @Test
  void a_frame_that_is_right_is_answered_before_the_end() throws Exception {
    byte[] right = calls();
    byte[] finish = frame(new byte[] {7, 0, 0, 0, 0, 0, 42, 0, 0, 0});
    byte[] both = Arrays.copyOf(right, right.length + finish.length);
    System.arraycopy(finish, 0, both, right.length, finish.length);
    assertEquals(new Outcome(42, "", ""), outcomeOf(both));
  }

  @Test
  void two_hundred_mutated_streams_end_in_order() throws Exception {
    Random random = new Random(200);
    byte[] valid = calls();
    for (int i = 0; i < 200; i++) {
      byte[] mutated = Arrays.copyOf(valid, valid.length - random.nextInt(3) * random.nextInt(40));
      for (int n = random.nextInt(3) + 1; n > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      Outcome outcome = outcomeOf(mutated);
      boolean asked = outcome.stderr().isEmpty() && (mutated[4] == 7 || mutated[4] == 2);
      assertTrue(asked || outcome.code() == EXIT_SYSTEM, i + ": " + outcome);
      assertTrue(outcome.stderr().lines().count() <= 1, i + ": " + outcome.stderr());
    }
  }

  @Test
  void two_hundred_thousand_frames_that_are_nearly_right_are_not_followed_beyond_their_length()
      throws Exception {
    Path fuzzer = directory.resolve("fuzzer");
    String[] compiler = Arrays.copyOf(SANITIZED, SANITIZED.length + 1);
    Path source = Shim.checkout().resolve("modules/shim/shim.c");
    compiler[SANITIZED.length] = "-DSHIM=\"" + source + "\"";
    Path driver = Shim.checkout().resolve("modules/testing/src/test/c/fuzz_shim.c");
    Shim.compile(driver, fuzzer, compiler);
    for (int seed = 1; seed <= 2; seed++) {
      Outcome outcome =
          CommandRunner.runProgram(
              Path.of("/"), "", Map.of(), fuzzer.toString(), Integer.toString(seed), "100000");
      assertEquals("100000 frames\n", outcome.stdout(), outcome.stderr());
      assertEquals(0, outcome.code(), outcome.stderr());
    }
  }
}
