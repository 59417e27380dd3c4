package s6j.posix.shim;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * The open connections of a server, of which every user but root has a share. Who a client is
 * matters only when there are many: asking reads the accounts of the image, which takes as long as
 * a command does.
 */
final class Guests {
  /**
   * How many connections one user may have at a time; root, who could do anything else as well, has
   * no limit.
   */
  static final int CONNECTIONS_PER_USER = 256;

  /**
   * How much all the open connections of one user may have said of themselves, in bytes. What comes
   * of them in our memory is some times that.
   */
  static final int GREETINGS_PER_USER = 16 << 20;

  /** Up to this much of both, nobody is asked who they are. */
  private static final int CONNECTIONS_FREE = 128;

  private static final int GREETINGS_FREE = 4 << 20;

  private final Set<Guest> unnamed = new HashSet<>();
  private final Map<String, Share> shares = new HashMap<>();
  private long bytes;

  /** What one user has of us. */
  private static final class Share {
    private final boolean unlimited;
    private int connections;
    private long bytes;

    Share(boolean unlimited) {
      this.unlimited = unlimited;
    }

    boolean holds() {
      return unlimited || connections <= CONNECTIONS_PER_USER && bytes <= GREETINGS_PER_USER;
    }
  }

  /** A connection. */
  final class Guest implements AutoCloseable {
    private final SocketChannel channel;
    private Share share;
    private String user;
    private int size;
    private boolean left;

    private Guest(SocketChannel channel) {
      this.channel = channel;
    }

    /** Whether its user may have a greeting of this size with us, beside all others. */
    boolean mayGreet(int bytes) throws IOException {
      return grant(this, bytes);
    }

    /** Closes the connection, and gives back what it had. */
    @Override
    public void close() throws IOException {
      leave(this);
      channel.close();
    }

    private String askUser() {
      try {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      } catch (IOException e) {
        return "";
      }
    }
  }

  /** Takes in a connection; null, and the connection is closed, when its user has too many. */
  Guest admit(SocketChannel channel) throws IOException {
    Guest guest = new Guest(channel);
    if (enter(guest)) {
      return guest;
    }
    guest.close();
    return null;
  }

  private synchronized boolean enter(Guest guest) {
    unnamed.add(guest);
    return isWithinShare(guest);
  }

  private synchronized boolean grant(Guest guest, int size) {
    guest.size = size;
    bytes += size;
    if (guest.share != null) {
      guest.share.bytes += size;
    }
    return isWithinShare(guest);
  }

  private boolean isWithinShare(Guest guest) {
    if (unnamed.size() > CONNECTIONS_FREE || bytes > GREETINGS_FREE || !shares.isEmpty()) {
      for (Guest other : unnamed) {
        name(other);
      }
      unnamed.clear();
    }
    return guest.share == null || guest.share.holds();
  }

  private void name(Guest guest) {
    guest.user = guest.askUser();
    boolean root = guest.user.equals("root") || guest.user.equals("0");
    guest.share = shares.computeIfAbsent(guest.user, user -> new Share(root));
    guest.share.connections++;
    guest.share.bytes += guest.size;
  }

  private synchronized void leave(Guest guest) {
    if (guest.left) {
      return;
    }
    guest.left = true;
    bytes -= guest.size;
    if (guest.share == null) {
      unnamed.remove(guest);
      return;
    }
    guest.share.bytes -= guest.size;
    if (--guest.share.connections == 0) {
      shares.remove(guest.user);
    }
  }
}
