package s6j.plugin.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.Lines;
import s6j.plugin.testing.TcpReceiver;
import s6j.plugin.testing.UdpReceiver;
import s6j.spi.log.LogDestination;

/** What is sent, byte by byte. */
class SyslogMessagesTest {
  @Test
  void a_message_has_all_fields_of_rfc_5424() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          open(
              "udp://127.0.0.1:" + receiver.port(),
              "facility",
              "local3",
              "severity",
              "warn",
              "app-name",
              "shop",
              "hostname",
              "h1",
              "procid",
              "17",
              "msgid",
              "ID4");
      destination.write(Lines.lines("hello world"));
      destination.close();
      assertEquals(
          "<156>1 2026-11-24T12:00:00.123456Z h1 shop 17 ID4 - hello world",
          latin1(receiver.await(1).getFirst()));
    }
  }

  @Test
  void bytes_of_any_encoding_are_sent_as_they_are() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          open("udp://127.0.0.1:" + receiver.port(), "hostname", "h", "app-name", "a");
      destination.write(Lines.bytes(0xff, 0, 'x', 0xc3));
      destination.write(Lines.lines(""));
      assertEquals(
          List.of(
              "<30>1 2026-11-24T12:00:00.123456Z h a - - - \u00ff\0x\u00c3",
              "<30>1 2026-11-24T12:00:00.123456Z h a - - - "),
          receiver.await(2).stream().map(SyslogMessagesTest::latin1).toList());
    }
  }

  @Test
  void a_service_name_is_made_to_fit_into_app_name() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          new SyslogBackend()
              .open(
                  Lines.configuration(
                      "my s\u00e9rvice",
                      _ -> {},
                      "to",
                      "udp://127.0.0.1:" + receiver.port(),
                      "hostname",
                      "h"));
      destination.write(Lines.lines("x"));
      assertTrue(
          latin1(receiver.await(1).getFirst()).contains(" h my_s_rvice - - - x"),
          latin1(receiver.received().getFirst()));
    }
  }

  @Test
  void a_long_line_becomes_several_messages_and_none_of_it_is_lost() throws Exception {
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      LogDestination destination =
          open(
              "udp://127.0.0.1:" + receiver.port(),
              "hostname",
              "h",
              "app-name",
              "a",
              "max-size",
              "1024");
      String line = "\u20ac".repeat(1000);
      destination.write(Lines.lines(line));
      String header = "<30>1 2026-11-24T12:00:00.123456Z h a - - - ";
      StringBuilder joined = new StringBuilder();
      for (byte[] message : receiver.await(4)) {
        assertTrue(message.length <= 1024, "" + message.length);
        String text = new String(message, StandardCharsets.UTF_8);
        assertTrue(text.startsWith(header), text);
        joined.append(text.substring(header.length()));
      }
      assertEquals(line, joined.toString());
    }
  }

  @Test
  void over_tcp_each_message_is_behind_its_length() throws Exception {
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      LogDestination destination =
          open("tcp://127.0.0.1:" + receiver.port(), "hostname", "h", "app-name", "a");
      destination.write(Lines.lines("one", "", "\u20ac"));
      destination.close();
      assertEquals(
          List.of(
              "<30>1 2026-11-24T12:00:00.123456Z h a - - - one",
              "<30>1 2026-11-24T12:00:00.123457Z h a - - - ",
              "<30>1 2026-11-24T12:00:00.123458Z h a - - - \u20ac"),
          counted(receiver.all()));
    }
  }

  @Test
  void a_receiver_that_comes_back_gets_the_batch_that_failed() throws Exception {
    int port;
    LogDestination destination;
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      port = receiver.port();
      destination = open("tcp://127.0.0.1:" + port);
      destination.write(Lines.lines("before"));
      Await.until(() -> receiver.received().length > 0, () -> "nothing came");
    }
    Await.failure(
        destination, Lines.lines("during"), "unable to connect to tcp://127.0.0.1:" + port + ": ");
    try (TcpReceiver receiver = new TcpReceiver(port)) {
      destination.write(Lines.lines("during"));
      destination.close();
      List<String> messages = counted(receiver.all());
      assertEquals(1, messages.size());
      assertTrue(messages.getFirst().endsWith(" during"), messages.getFirst());
    }
  }

  @Test
  void a_line_after_the_receiver_has_closed_the_connection_is_not_lost() throws Exception {
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      LogDestination destination = open("tcp://127.0.0.1:" + receiver.port());
      destination.write(Lines.lines("first"));
      Await.until(() -> receiver.received().length > 0, () -> "nothing came");
      receiver.hangUp();
      Await.closedByServer(receiver.port());
      destination.write(Lines.lines("second"));
      destination.close();
      Await.until(
          () -> latin1(receiver.received()).endsWith(" second"), () -> latin1(receiver.received()));
      assertEquals(2, receiver.connections());
    }
  }

  @Test
  void that_nobody_listens_for_datagrams_here_is_noticed_and_the_batch_given_again()
      throws Exception {
    int port;
    try (UdpReceiver receiver = new UdpReceiver(0)) {
      port = receiver.port();
    }
    LogDestination destination = open("udp://127.0.0.1:" + port);
    Await.failure(
        destination,
        Lines.lines("a line"),
        "unable to send to udp://127.0.0.1:" + port + ": nobody listens there");
    try (UdpReceiver receiver = new UdpReceiver(port)) {
      destination.write(Lines.lines("a line"));
      assertTrue(latin1(receiver.await(1).getFirst()).endsWith(" a line"));
    }
  }

  @Test
  void a_name_without_an_address_is_a_failure_that_names_it() throws Exception {
    LogDestination destination = open("tcp://no..host:514");
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertTrue(failure.getMessage().contains("unable to resolve no..host"), failure.getMessage());
  }

  static LogDestination open(String to, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("to", to));
    options.addAll(List.of(more));
    return new SyslogBackend().open(Lines.configuration(options.toArray(String[]::new)));
  }

  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The messages in a stream with octet counting. */
  static List<String> counted(byte[] stream) {
    List<String> messages = new ArrayList<>();
    for (int at = 0; at < stream.length; ) {
      ByteArrayOutputStream digits = new ByteArrayOutputStream();
      while (stream[at] != ' ') {
        digits.write(stream[at++]);
      }
      int length = Integer.parseInt(digits.toString(StandardCharsets.US_ASCII));
      at++;
      assertTrue(at + length <= stream.length, "a message is cut");
      messages.add(new String(stream, at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return messages;
  }
}
