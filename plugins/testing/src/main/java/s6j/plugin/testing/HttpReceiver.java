package s6j.plugin.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** An HTTP server that keeps what was posted and answers as it is told to. */
public final class HttpReceiver implements AutoCloseable {
  /**
   * What was posted.
   *
   * @param at {@link System#nanoTime} when it was read
   * @param client the port that it came from
   */
  public record Request(
      String method,
      String path,
      Function<String, String> field,
      byte[] body,
      long at,
      int client) {
    /** The body, which is JSON. */
    public JsonNode json() {
      return StrictJson.read(body);
    }
  }

  /**
   * What to answer.
   *
   * @param fields names and values in turn
   */
  public record Answer(int status, String body, String... fields) {}

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Function<Request, Answer> answers = request -> new Answer(204, "");

  /**
   * Listens on this port of the loopback interface.
   *
   * @param port 0 for a free one
   */
  public HttpReceiver(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** On a free port. */
  public HttpReceiver() throws IOException {
    this(0);
  }

  /** {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Answers in this way from now on. */
  public void answer(Function<Request, Answer> function) {
    answers = function;
  }

  /** What has come, in its order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders()::getFirst,
              "gzip".equals(encoding) ? unpacked(body) : body,
              System.nanoTime(),
              exchange.getRemoteAddress().getPort());
      requests.add(request);
      Answer answer = answers.apply(request);
      for (int i = 0; i < answer.fields().length; i += 2) {
        exchange.getResponseHeaders().add(answer.fields()[i], answer.fields()[i + 1]);
      }
      byte[] text = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static byte[] unpacked(byte[] body) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    }
  }
}
