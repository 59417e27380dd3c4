package s6j.plugin.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sends POST requests by HTTP/1.1 to one URL, over one connection for as long as the receiver keeps
 * it. Of one thread.
 */
final class HttpPost implements AutoCloseable {
  private final Address to;
  private final int timeoutMillis;
  private final SSLSocketFactory trusted;
  private Connection connection;
  private InputStream in;

  /**
   * To this URL, http or https.
   *
   * @param trusted for https; otherwise not used
   */
  HttpPost(Address to, int timeoutMillis, SSLSocketFactory trusted) {
    this.to = to;
    this.timeoutMillis = timeoutMillis;
    this.trusted = trusted;
  }

  /**
   * One request and its answer. A receiver may close a connection that nothing came over for a
   * while: when a used one fails, the request is made again over a new one.
   *
   * @param fields beside Host and Content-Length
   */
  HttpResponse send(byte[] body, Map<String, String> fields) throws IOException {
    boolean used = connection != null;
    try {
      return sendOnce(body, fields);
    } catch (SocketTimeoutException e) {
      close();
      throw new IOException(to + " did not answer for " + timeoutMillis / 1000 + " s", e);
    } catch (IOException e) {
      close();
      if (!used || Thread.currentThread().isInterrupted()) {
        throw e;
      }
    }
    try {
      return sendOnce(body, fields);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private HttpResponse sendOnce(byte[] body, Map<String, String> fields) throws IOException {
    if (connection == null) {
      connection =
          to.scheme().equals("https")
              ? Connection.tls(to, timeoutMillis, trusted)
              : Connection.tcp(to, timeoutMillis);
      in = new BufferedInputStream(connection.in(), 4096);
    }
    try {
      connection.write(request(body, fields), timeoutMillis);
      HttpResponse response = HttpResponse.read(in);
      if (!response.keepsOpen()) {
        close();
      }
      return response;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("unable to post to " + to + ": " + e.getMessage(), e);
    }
  }

  private byte[] request(byte[] body, Map<String, String> fields) {
    StringBuilder head = new StringBuilder(256);
    head.append("POST ").append(to.path()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(to.hostAndPort()).append("\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length);
    request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    request.writeBytes(body);
    return request.toByteArray();
  }
}
