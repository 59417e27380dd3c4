package s6j.plugin.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogDestination;

/** Sockets that are not rsyslog's. */
class UnixSocketTest {
  @TempDir Path directory;

  @Test
  void in_a_socket_of_streams_messages_end_with_nul() throws Exception {
    Path path = directory.resolve("log");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      CompletableFuture<byte[]> received = new CompletableFuture<>();
      Thread.ofPlatform().daemon().start(() -> readAll(server, received));
      LogDestination destination =
          SyslogMessagesTest.open("unix:" + path, "hostname", "h", "app-name", "a");
      destination.write(Lines.lines("one", "t\0wo"));
      destination.close();
      assertEquals(
          "<30>1 2026-11-24T12:00:00.123456Z h a - - - one\0"
              + "<30>1 2026-11-24T12:00:00.123457Z h a - - - t\\0wo\0",
          SyslogMessagesTest.latin1(received.get(20, TimeUnit.SECONDS)));
    }
  }

  @Test
  void that_there_is_no_socket_is_a_failure_that_names_it() throws Exception {
    LogDestination destination = SyslogMessagesTest.open("unix:" + directory.resolve("log"));
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertEquals(
        "unable to connect to unix:" + directory.resolve("log") + ": No such file or directory",
        failure.getMessage());
  }

  private static void readAll(ServerSocketChannel server, CompletableFuture<byte[]> received) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (SocketChannel connection = server.accept();
        InputStream in = Channels.newInputStream(connection)) {
      in.transferTo(all);
      received.complete(all.toByteArray());
    } catch (IOException e) {
      received.completeExceptionally(e);
    }
  }
}
