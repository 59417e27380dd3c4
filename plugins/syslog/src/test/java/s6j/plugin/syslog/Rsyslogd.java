package s6j.plugin.syslog;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.StrictJson;

/**
 * Debian's rsyslogd with a configuration of its own: it listens on free ports and at two sockets,
 * and writes what it has parsed to one file, and the bytes of the messages to another.
 */
final class Rsyslogd {
  private static final String CONFIGURATION =
      """
      global(workDirectory="DIR" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
      module(load="imudp")
      module(load="imtcp")
      module(load="imuxsock" SysSock.Use="off")
      template(name="parsed" type="list" option.jsonf="on") {
        property(outname="facility" name="syslogfacility-text" format="jsonf")
        property(outname="severity" name="syslogseverity-text" format="jsonf")
        property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
        property(outname="host" name="hostname" format="jsonf")
        property(outname="app" name="app-name" format="jsonf")
        property(outname="procid" name="procid" format="jsonf")
        property(outname="msgid" name="msgid" format="jsonf")
        property(outname="version" name="protocol-version" format="jsonf")
        property(outname="msg" name="msg" format="jsonf")
      }
      template(name="bytes" type="string" string="%msg%\\n")
      ruleset(name="keep") {
        action(type="omfile" file="DIR/parsed" template="parsed")
        action(type="omfile" file="DIR/bytes" template="bytes")
      }
      input(type="imudp" address="127.0.0.1" port="UDP" ruleset="keep")
      input(type="imtcp" address="127.0.0.1" port="TCP" ruleset="keep")
      input(type="imuxsock" socket="DIR/log" useSpecialParser="off" parseHostname="on" ruleset="keep"
            ignoreTimestamp="off" rateLimit.interval="0")
      input(type="imuxsock" socket="DIR/devlog" ruleset="keep" rateLimit.interval="0")
      """;

  private final Path directory;
  private final int udp;
  private final int tcp;
  private Process process;

  Rsyslogd() throws Exception {
    directory = Files.createTempDirectory("s6j-rsyslogd");
    tcp = freePort();
    udp = freePort();
    Files.writeString(
        directory.resolve("conf"),
        CONFIGURATION
            .replace("DIR", directory.toString())
            .replace("UDP", Integer.toString(udp))
            .replace("TCP", Integer.toString(tcp)));
    start();
  }

  /** Starts it again, with all that it has written kept. */
  void start() throws Exception {
    process =
        new ProcessBuilder(
                "/usr/sbin/rsyslogd",
                "-n",
                "-f",
                directory.resolve("conf").toString(),
                "-i",
                directory.resolve("pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    Await.until(
        () -> isListening(),
        () -> process.isAlive() ? "it does not listen: " + output() : output());
  }

  /** Ends it as an init would; it writes what it has before. */
  void stop() throws Exception {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("rsyslogd does not end");
    }
  }

  /** Lets it sleep: it reads nothing any more. */
  void freeze() throws Exception {
    signal("STOP");
  }

  /** Wakes it. */
  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill exited " + code);
    }
  }

  /** Ends it and removes its files. */
  void close() throws Exception {
    stop();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  String udp() {
    return "udp://127.0.0.1:" + udp;
  }

  String tcp() {
    return "tcp://127.0.0.1:" + tcp;
  }

  /** A socket of datagrams where messages by RFC 5424 are read. */
  String unix() {
    return "unix:" + directory.resolve("log");
  }

  /** A socket of datagrams as {@code /dev/log} is by default. */
  String devLog() {
    return "unix:" + directory.resolve("devlog");
  }

  /** Waits until it has written so many messages. */
  List<JsonNode> parsed(int count) {
    Await.until(() -> lines("parsed").size() >= count, () -> lines("parsed") + output());
    List<JsonNode> parsed = new ArrayList<>();
    for (String line : lines("parsed")) {
      parsed.add(StrictJson.read(line.getBytes(StandardCharsets.ISO_8859_1)));
    }
    return parsed;
  }

  /** The bytes of the messages, as ISO 8859-1. */
  List<String> bytes(int count) {
    Await.until(() -> lines("bytes").size() >= count, () -> lines("bytes") + output());
    return lines("bytes");
  }

  // Whole lines only: it may be writing.
  private List<String> lines(String name) {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte b : read(name)) {
      if (b == '\n') {
        lines.add(line.toString(StandardCharsets.ISO_8859_1));
        line.reset();
      } else {
        line.write(b);
      }
    }
    return lines;
  }

  private byte[] read(String name) {
    try {
      Path file = directory.resolve(name);
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String output() {
    return new String(read("output"), StandardCharsets.UTF_8);
  }

  // It opens its ports and sockets in this order, TCP in a thread of its own.
  private boolean isListening() {
    if (!process.isAlive() || !Files.exists(directory.resolve("devlog"))) {
      return false;
    }
    try (var _ = new java.net.Socket(InetAddress.getLoopbackAddress(), tcp)) {
      return udpIsTaken();
    } catch (IOException _) {
      return false;
    }
  }

  private boolean udpIsTaken() {
    try (var _ = new DatagramSocket(udp, InetAddress.getLoopbackAddress())) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  // Below the ports that the kernel gives to whoever asks for any.
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          var _ = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException _) {
        // Somebody has it.
      }
    }
  }
}
