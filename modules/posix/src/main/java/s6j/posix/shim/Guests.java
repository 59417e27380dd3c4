package s6j.posix.shim;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import s6j.posix.Room;

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
   * How much all the open connections of one user may have said of themselves, in bytes, large
   * greetings apart. What comes of them in our memory is some times that.
   */
  static final int GREETINGS_PER_USER = 3 << 20;

  /** What is larger than this, in bytes, is a large greeting. */
  static final int LARGE = 16 << 10;

  /**
   * How much all large greetings may be together, in bytes: who comes with another one waits until
   * some have left.
   */
  static final int LARGE_TOGETHER = 3 << 20;

  /** The same for those of users other than root. */
  static final int LARGE_OF_OTHERS = 2 << 20;

  /** Less than a connection has for its greeting. */
  private static final long PATIENCE_MS = 8000;

  /** Up to this much of both, nobody is asked who they are. */
  private static final int CONNECTIONS_FREE = 128;

  private static final int GREETINGS_FREE = 2 << 20;

  /** Says who is on the other side of a connection; that may take long. */
  interface Asker {
    /** The name of the user. */
    String user(SocketChannel channel) throws IOException;
  }

  private final Asker asker;

  /** In the order in which they came. */
  private final Set<Guest> unnamed = new LinkedHashSet<>();

  private final Map<String, Share> shares = new HashMap<>();
  private final Room large = new Room(LARGE_TOGETHER);
  private final Room largeOfOthers = new Room(LARGE_OF_OTHERS);
  private final long patienceMs;
  private long bytes;

  Guests() {
    this(channel -> channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
  }

  Guests(Asker asker) {
    this(asker, PATIENCE_MS);
  }

  /**
   * @param patienceMs how long a large greeting waits for room
   */
  Guests(Asker asker, long patienceMs) {
    this.asker = asker;
    this.patienceMs = patienceMs;
  }

  /** What one user has of us. */
  private static final class Share {
    private final boolean unlimited;
    private int connections;
    private long bytes;

    Share(boolean unlimited) {
      this.unlimited = unlimited;
    }

    /** Takes so much more of it; false, and nothing is taken, when there is not as much left. */
    boolean take(int moreConnections, int moreBytes) {
      boolean allowed =
          unlimited
              || connections + moreConnections <= CONNECTIONS_PER_USER
                  && bytes + moreBytes <= GREETINGS_PER_USER;
      if (allowed) {
        connections += moreConnections;
        bytes += moreBytes;
      }
      return allowed;
    }
  }

  /** A connection. */
  final class Guest implements AutoCloseable {
    private final SocketChannel channel;
    private Share share;
    private String user;
    private int size;
    private int ofLarge;
    private int ofLargeOfOthers;
    private boolean counted;
    private boolean refused;
    private boolean left;

    private Guest(SocketChannel channel) {
      this.channel = channel;
    }

    /**
     * Whether its user may have a greeting of this size with us, beside all others; a large one
     * waits for others to leave.
     */
    boolean mayGreet(int bytes) throws IOException {
      return bytes <= LARGE ? grant(this, bytes) : grant(this, 0) && awaitRoom(bytes);
    }

    private boolean awaitRoom(int bytes) {
      try {
        if (!isRoot(askUser())) {
          ofLargeOfOthers = largeOfOthers.await(bytes, patienceMs) ? bytes : 0;
          if (ofLargeOfOthers == 0) {
            return false;
          }
        }
        ofLarge = large.await(bytes, patienceMs) ? bytes : 0;
        return ofLarge > 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** Closes the connection, and gives back what it had. */
    @Override
    public void close() throws IOException {
      leave(this);
      channel.close();
    }

    /** Asks once; whoever else wants to know waits for that. */
    private synchronized String askUser() {
      if (user == null) {
        try {
          user = asker.user(channel);
        } catch (IOException e) {
          user = "";
        }
      }
      return user;
    }
  }

  /** Takes in a connection; null, and the connection is closed, when its user has too many. */
  Guest admit(SocketChannel channel) throws IOException {
    Guest guest = new Guest(channel);
    enter(guest);
    if (isWithinShare(guest)) {
      return guest;
    }
    guest.close();
    return null;
  }

  private synchronized void enter(Guest guest) {
    unnamed.add(guest);
  }

  private boolean grant(Guest guest, int size) {
    take(guest, size);
    return isWithinShare(guest);
  }

  private synchronized void take(Guest guest, int size) {
    if (guest.counted && !guest.share.take(0, size)) {
      guest.refused = true;
      return;
    }
    guest.size = size;
    bytes += size;
  }

  /**
   * Nobody else waits while we ask. Who is counted first has it: of two that want the last place at
   * the same time one gets it.
   */
  private boolean isWithinShare(Guest guest) {
    List<Guest> asked = toBeAsked();
    for (Guest other : asked) {
      other.askUser();
    }
    synchronized (this) {
      for (Guest other : asked) {
        if (unnamed.remove(other)) {
          count(other);
        }
      }
      return !guest.refused;
    }
  }

  private synchronized List<Guest> toBeAsked() {
    boolean many = unnamed.size() > CONNECTIONS_FREE || bytes > GREETINGS_FREE || !shares.isEmpty();
    return many ? List.copyOf(unnamed) : List.of();
  }

  private void count(Guest guest) {
    String user = guest.askUser();
    guest.share = shares.computeIfAbsent(user, name -> new Share(isRoot(name)));
    guest.counted = guest.share.take(1, guest.size);
    guest.refused = !guest.counted;
  }

  private static boolean isRoot(String user) {
    return user.equals("root") || user.equals("0");
  }

  synchronized void awaitNone() {
    try {
      while (!unnamed.isEmpty() || !shares.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void leave(Guest guest) {
    if (guest.left) {
      return;
    }
    guest.left = true;
    notifyAll();
    large.give(guest.ofLarge);
    largeOfOthers.give(guest.ofLargeOfOthers);
    bytes -= guest.size;
    if (guest.share == null) {
      unnamed.remove(guest);
      return;
    }
    if (guest.counted) {
      guest.share.connections--;
      guest.share.bytes -= guest.size;
    }
    if (guest.share.connections == 0) {
      // One that was refused may leave when its user has another share already.
      shares.remove(guest.askUser(), guest.share);
    }
  }
}
