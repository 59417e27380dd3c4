package s6j.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.DisconnectedException;
import s6j.posix.PosixException;
import s6j.spi.CommandCall;
import s6j.spi.ContainerView;
import s6j.spi.OsString;

/** One run of a plugin's command: what the plugin does by it, the calling process does. */
final class PluginCommandCall implements CommandCall {
  private static final int CHUNK = 64 << 10;

  private final Invocation invocation;
  private final ContainerView container;

  PluginCommandCall(Invocation invocation, ContainerView container) {
    this.invocation = invocation;
    this.container = container;
  }

  private static IOException failed(Exception why) {
    boolean gone = why instanceof DisconnectedException;
    return new IOException(gone ? "the calling process is gone" : why.getMessage(), why);
  }

  private static Bytes bytes(OsString string) {
    return Bytes.of(string.bytes());
  }

  @Override
  public List<OsString> arguments() {
    List<OsString> all = new ArrayList<>();
    for (Bytes word : invocation.arguments()) {
      all.add(OsString.of(word.toArray()));
    }
    return List.copyOf(all);
  }

  @Override
  public Map<OsString, OsString> environment() {
    return PluginEnvironment.shown(invocation.environment());
  }

  @Override
  public ContainerView container() {
    return container;
  }

  @Override
  public byte[] read(OsString path, int limit) throws IOException {
    try {
      Bytes content = invocation.files().read(bytes(path), limit);
      return content.slice(0, Math.min(limit, content.length())).toArray();
    } catch (PosixException | DisconnectedException e) {
      throw failed(e);
    }
  }

  @Override
  public void write(OsString path, byte[] content, int mode) throws IOException {
    try {
      invocation.files().write(bytes(path), Bytes.of(content), mode);
    } catch (PosixException | DisconnectedException e) {
      throw failed(e);
    }
  }

  @Override
  public byte[] in(int limit) throws IOException {
    try {
      return invocation.files().readOnce(0, Math.min(limit, CHUNK));
    } catch (PosixException | DisconnectedException e) {
      throw failed(e);
    }
  }

  @Override
  public void out(byte[] text) throws IOException {
    write(1, text);
  }

  @Override
  public void err(byte[] text) throws IOException {
    write(2, text);
  }

  private void write(int fd, byte[] text) throws IOException {
    try {
      invocation.files().write(fd, Bytes.of(text));
    } catch (PosixException | DisconnectedException e) {
      throw failed(e);
    }
  }
}
