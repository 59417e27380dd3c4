package s6j.plugin.gelf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.Lines;
import s6j.plugin.testing.StrictJson;
import s6j.plugin.testing.TcpReceiver;
import s6j.plugin.testing.UdpReceiver;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** What a receiver of GELF gets. */
class GelfMessagesTest {
  @Test
  void a_message_has_what_gelf_1_1_asks_for() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          open(
              "udp://127.0.0.1:" + receiver.port(),
              "host",
              "h1",
              "severity",
              "err",
              "fields",
              "env=prod,team=a%2Cb");
      destination.write(Lines.lines("hello \"w\u00f6rld\"\t\0"));
      JsonNode message = StrictJson.read(receiver.await(1).getFirst());
      assertEquals("1.1", message.get("version").textValue());
      assertEquals("h1", message.get("host").textValue());
      assertEquals("hello \"w\u00f6rld\"\t\0", message.get("short_message").textValue());
      assertTrue(message.get("timestamp").isNumber());
      assertEquals(
          new BigDecimal("1795521600.123456"), new BigDecimal(message.get("timestamp").asText()));
      assertEquals(3, message.get("level").intValue());
      assertEquals("web", message.get("_service").textValue());
      assertEquals("prod", message.get("_env").textValue());
      assertEquals("a,b", message.get("_team").textValue());
      assertFalse(message.has("_line_base64"));
    }
  }

  @Test
  void a_line_that_is_not_utf_8_can_be_read_and_had_back() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination = open("udp://127.0.0.1:" + receiver.port());
      destination.write(Lines.bytes(0xff, 'a', '\\', 0xc3, 0xa9, 0xc3));
      JsonNode message = StrictJson.read(receiver.await(1).getFirst());
      assertEquals("\\xFFa\\\\\u00e9\\xC3", message.get("short_message").textValue());
      assertArrayEquals(
          new byte[] {(byte) 0xff, 'a', '\\', (byte) 0xc3, (byte) 0xa9, (byte) 0xc3},
          Base64.getDecoder().decode(message.get("_line_base64").textValue()));
    }
  }

  @Test
  void a_blank_line_gets_a_text_that_receivers_do_not_refuse() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination = open("udp://127.0.0.1:" + receiver.port());
      destination.write(Lines.lines("", " \t"));
      List<byte[]> datagrams = receiver.await(2);
      for (int i = 0; i < 2; i++) {
        JsonNode message = StrictJson.read(datagrams.get(i));
        assertEquals("-", message.get("short_message").textValue());
        assertEquals(
            i == 0 ? "" : " \t",
            new String(
                Base64.getDecoder().decode(message.get("_line_base64").textValue()),
                StandardCharsets.UTF_8));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 1420, 5000",
    "none, 8154, 20000",
    "none, 128, 500000",
    "none, 65507, 1048576",
    "gzip, 1420, 100000",
    "gzip, 1420, 10"
  })
  void what_is_larger_than_a_datagram_comes_in_chunks(String compress, int size, int length)
      throws Exception {
    String text = randomText(length);
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          open(
              "udp://127.0.0.1:" + receiver.port(),
              "compress",
              compress,
              "chunk-size",
              Integer.toString(size));
      Reassembly messages = new Reassembly(compress.equals("gzip"));
      // A busy machine loses datagrams when it receives this many at once.
      Await.until(
          () -> {
            write(destination, Lines.lines(text, "the next"));
            sleep(200);
            return messages.of(receiver.received()).containsAll(List.of(text, "the next"));
          },
          () -> receiver.received().size() + " datagrams");
      // Where 128 of them are enough, none is larger than asked for.
      if (length < 128 * (size - 12) / 2) {
        receiver.received().forEach(each -> assertTrue(each.length <= size, "" + each.length));
      }
    }
  }

  @Test
  void a_line_of_more_than_a_mebibyte_comes_in_several_messages() throws Exception {
    String text = "\u20ac".repeat(500_000);
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      LogDestination destination = open("tcp://127.0.0.1:" + receiver.port());
      destination.write(Lines.lines(text));
      destination.close();
      StringBuilder joined = new StringBuilder();
      for (JsonNode message : endedByNul(receiver.all())) {
        joined.append(message.get("short_message").textValue());
      }
      assertEquals(text, joined.toString());
    }
  }

  @Test
  void over_tcp_messages_end_with_nul() throws Exception {
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      LogDestination destination = open("tcp://127.0.0.1:" + receiver.port());
      destination.write(Lines.lines("one", "two\0"));
      destination.write(Lines.lines("three"));
      destination.close();
      assertEquals(
          List.of("one", "two\0", "three"),
          endedByNul(receiver.all()).stream()
              .map(message -> message.get("short_message").textValue())
              .toList());
      assertEquals(1, receiver.connections());
    }
  }

  @Test
  void a_receiver_that_comes_back_gets_the_batch_that_failed() throws Exception {
    int port;
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      port = receiver.port();
    }
    LogDestination destination = open("tcp://127.0.0.1:" + port);
    assertThrows(IOException.class, () -> destination.write(Lines.lines("a line")));
    try (TcpReceiver receiver = new TcpReceiver(port)) {
      destination.write(Lines.lines("a line"));
      destination.close();
      assertEquals(1, endedByNul(receiver.all()).size());
    }
  }

  private static LogDestination open(String to, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("to", to));
    options.addAll(List.of(more));
    return new GelfBackend().open(Lines.configuration(options.toArray(String[]::new)));
  }

  private static void write(LogDestination to, List<LogLine> batch) {
    try {
      to.write(batch);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String randomText(int length) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static List<JsonNode> endedByNul(byte[] stream) {
    List<JsonNode> messages = new ArrayList<>();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (byte b : stream) {
      if (b == 0) {
        messages.add(StrictJson.read(message.toByteArray()));
        message.reset();
      } else {
        message.write(b);
      }
    }
    assertEquals(0, message.size(), "the last message is cut");
    return messages;
  }

  /** Puts chunks together as the specification says, whatever order they came in. */
  private record Reassembly(boolean gzip) {
    /** The texts of the messages that are complete. */
    List<String> of(List<byte[]> datagrams) {
      List<String> messages = new ArrayList<>();
      Map<Long, byte[][]> open = new HashMap<>();
      for (byte[] datagram : datagrams) {
        if (datagram[0] != 0x1e || datagram[1] != 0x0f) {
          messages.add(read(datagram));
          continue;
        }
        ByteBuffer chunk = ByteBuffer.wrap(datagram, 2, datagram.length - 2);
        long id = chunk.getLong();
        int number = chunk.get() & 0xff;
        int count = chunk.get() & 0xff;
        assertTrue(count <= 128 && number < count, number + " of " + count);
        byte[][] chunks = open.computeIfAbsent(id, _ -> new byte[count][]);
        assertEquals(count, chunks.length);
        chunks[number] = Arrays.copyOfRange(datagram, 12, datagram.length);
        if (Arrays.stream(chunks).noneMatch(each -> each == null)) {
          ByteArrayOutputStream message = new ByteArrayOutputStream();
          Arrays.stream(chunks).forEach(message::writeBytes);
          messages.add(read(message.toByteArray()));
        }
      }
      return messages;
    }

    private String read(byte[] message) {
      if (!gzip) {
        return text(message);
      }
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(message))) {
        return text(in.readAllBytes());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static String text(byte[] message) {
      return StrictJson.read(message).get("short_message").textValue();
    }
  }
}
