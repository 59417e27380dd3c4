package s6j.posix.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/**
 * Where the forks of a command connect to that has a JVM for itself, as in {@code docker build},
 * where there is no init: it listens when the first of them is expected.
 */
public final class LoneForks implements Forks {
  /** A socket is no part of an image that is being built, where that can be helped. */
  private static final List<String> PLACES = List.of("/dev/shm", "/run", "/tmp", "/var/tmp");

  private final List<String> places;
  private Path directory;
  private ShimServer server;

  /** None is expected. */
  public LoneForks() {
    this(PLACES);
  }

  LoneForks(List<String> places) {
    this.places = places;
  }

  @Override
  public synchronized long expect() throws PosixException {
    if (server == null) {
      listen();
    }
    return server.expect();
  }

  private void listen() throws PosixException {
    for (String place : places) {
      try {
        directory = Files.createTempDirectory(Path.of(place), "s6j");
      } catch (IOException e) {
        continue;
      }
      try {
        server = ShimServer.listen(directory.resolve("socket"), ShimProcess::close);
        // A fork may be another user's by then.
        allow(server.path(), "rw-rw-rw-");
        allow(directory, "rwx--x--x");
        return;
      } catch (IOException e) {
        remove();
      }
    }
    throw new PosixException(Errno.EACCES, -1);
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Override
  public synchronized Bytes socket() {
    return server.socket();
  }

  @Override
  public ShimProcess meet(long token) throws PosixException {
    return server().meet(token);
  }

  @Override
  public void forget(long token) {
    server().forget(token);
  }

  private synchronized ShimServer server() {
    return server;
  }

  /** Waits until no fork is served any more, and leaves nothing behind. */
  public void finish() {
    ShimServer listening = server();
    if (listening != null) {
      listening.awaitNobody();
      remove();
    }
  }

  private synchronized void remove() {
    try {
      if (server != null) {
        server.close();
        server = null;
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // It stays: an empty directory, or a socket where nobody listens.
    }
  }
}
