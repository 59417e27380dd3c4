package s6j.plugin.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Answers GET and HEAD, one request a connection, at a port or a Unix-domain socket. Slow and many
 * clients harm each other only: at most {@value #CLIENTS_MAX} are served at a time, each for
 * {@value #PATIENCE_S} seconds at most.
 */
public final class HttpServer implements AutoCloseable {
  private static final int CLIENTS_MAX = 16;
  private static final int PATIENCE_S = 35;
  private static final int HEAD_MAX = 8192;
  private static final String UNIX = "unix:";

  /**
   * What a client gets.
   *
   * @param status 200, 404, …
   * @param type of the content
   */
  public record Answer(int status, String type, String content) {
    /** Plain text. */
    public static Answer text(int status, String content) {
      return new Answer(status, "text/plain; charset=utf-8", content);
    }
  }

  /** Answers requests, on threads of the server, several at the same time. */
  public interface Handler {
    /**
     * The answer for a path, without its query; null when there is none.
     *
     * @throws Exception becomes status 500, without details
     */
    Answer answer(String path) throws Exception;
  }

  private final ServerSocketChannel listening;
  private final Handler handler;
  private final Semaphore room = new Semaphore(CLIENTS_MAX);
  private final Executor later =
      CompletableFuture.delayedExecutor(PATIENCE_S, TimeUnit.SECONDS, Runnable::run);

  private HttpServer(ServerSocketChannel listening, Handler handler) {
    this.listening = listening;
    this.handler = handler;
  }

  /**
   * Listens, and serves on daemon threads.
   *
   * @param address {@code HOST:PORT}, {@code :PORT} for all addresses of the machine, or {@code
   *     unix:/PATH}, for its user and group: a socket that an earlier server has left there is
   *     replaced
   * @throws IllegalArgumentException when it is none of these; the message says what was expected
   * @throws IOException when it is not possible to listen there; the message names the address
   */
  public static HttpServer listen(String address, Handler handler) throws IOException {
    SocketAddress parsed = parse(address);
    try {
      ServerSocketChannel channel = open(parsed);
      HttpServer server = new HttpServer(channel, handler);
      Thread accepting = new Thread(server::accept, "http " + address);
      accepting.setDaemon(true);
      accepting.start();
      return server;
    } catch (UnresolvedAddressException e) {
      throw new IOException("unable to listen at " + address + ": unknown host", e);
    } catch (IOException | RuntimeException e) {
      throw new IOException("unable to listen at " + address + ": " + e.getMessage(), e);
    }
  }

  private static ServerSocketChannel open(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    if (address instanceof UnixDomainSocketAddress local
        && Files.exists(local.getPath())
        && !Files.isRegularFile(local.getPath())
        && !Files.isDirectory(local.getPath())) {
      Files.delete(local.getPath());
    }
    ServerSocketChannel channel =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      if (!unix) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      channel.bind(address);
      if (address instanceof UnixDomainSocketAddress local) {
        Files.setPosixFilePermissions(
            local.getPath(), PosixFilePermissions.fromString("rw-rw----"));
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Reads an address: see {@link #listen}. */
  static SocketAddress parse(String address) {
    if (address.startsWith(UNIX) && address.startsWith("/", UNIX.length())) {
      return UnixDomainSocketAddress.of(Path.of(address.substring(UNIX.length())));
    }
    int colon = address.lastIndexOf(':');
    int port = colon < 0 ? -1 : number(address.substring(colon + 1));
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException(
          "expected HOST:PORT, :PORT or unix:/PATH, got \"" + address + "\"");
    }
    String host = address.substring(0, colon);
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  private static int number(String digits) {
    if (digits.isEmpty() || digits.length() > 5) {
      return -1;
    }
    int number = 0;
    for (char c : digits.toCharArray()) {
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }

  /** The port that it listens at, when it has been asked for any. */
  public int port() throws IOException {
    return listening.getLocalAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        room.acquire();
        SocketChannel client = listening.accept();
        later.execute(() -> close(client));
        Thread.ofVirtual().name("http client").start(() -> serve(client));
      } catch (IOException e) {
        room.release();
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** There may be no descriptor left: trying again at once would only keep a processor busy. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel client) {
    try {
      String head = head(client);
      if (!head.isEmpty()) {
        write(client, answer(head), head.startsWith("HEAD "));
      }
    } catch (IOException e) {
      // The client has gone, or was too slow.
    } finally {
      close(client);
      room.release();
    }
  }

  private static String head(SocketChannel client) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(HEAD_MAX);
    StringBuilder head = new StringBuilder();
    while (buffer.hasRemaining() && client.read(buffer) >= 0) {
      head.setLength(0);
      head.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
      if (head.indexOf("\r\n\r\n") >= 0 || head.indexOf("\n\n") >= 0) {
        return head.toString();
      }
    }
    return buffer.hasRemaining() ? "" : "TOO LONG";
  }

  private Answer answer(String head) {
    String[] words = head.lines().findFirst().orElse("").split(" ");
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      return Answer.text(400, "not understood\n");
    }
    if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
      return Answer.text(405, "only GET and HEAD\n");
    }
    int query = words[1].indexOf('?');
    try {
      Answer answer = handler.answer(query < 0 ? words[1] : words[1].substring(0, query));
      return answer == null ? Answer.text(404, "there is nothing here\n") : answer;
    } catch (Exception e) {
      return Answer.text(500, "something went wrong\n");
    }
  }

  private static void write(SocketChannel client, Answer answer, boolean headOnly)
      throws IOException {
    byte[] content = answer.content().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + answer.status()
            + " "
            + reason(answer.status())
            + "\r\nContent-Type: "
            + answer.type()
            + "\r\nContent-Length: "
            + content.length
            + "\r\nConnection: close\r\n\r\n";
    ByteBuffer first = ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1));
    while (first.hasRemaining()) {
      client.write(first);
    }
    ByteBuffer rest = ByteBuffer.wrap(headOnly ? new byte[0] : content);
    while (rest.hasRemaining()) {
      client.write(rest);
    }
    client.shutdownOutput();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 503 -> "Service Unavailable";
      default -> "Error";
    };
  }

  private static void close(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Listens no longer. */
  @Override
  public void close() throws IOException {
    listening.close();
  }
}
