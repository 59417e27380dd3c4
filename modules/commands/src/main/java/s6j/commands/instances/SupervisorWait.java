package s6j.commands.instances;

import java.util.ArrayList;
import java.util.List;
import s6j.commands.notification.Listener;
import s6j.posix.Bytes;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/** Waits for supervisors to begin or to end, each by one event. */
final class SupervisorWait implements AutoCloseable {
  private final Listener listener;
  private final byte event;
  private final List<Boolean> told = new ArrayList<>();

  /**
   * A wait.
   *
   * @param event s for the beginning of a supervisor, x for its end
   */
  SupervisorWait(Posix posix, char event) {
    this.listener = new Listener(posix);
    this.event = (byte) event;
  }

  /** Begins to listen to the supervisor of a service directory. */
  void listen(Bytes service) throws PosixException {
    listener.listen(service.slash("event"));
    told.add(false);
  }

  /** Does not wait for the supervisor that was listened to last. */
  void forgetLast() {
    told.set(told.size() - 1, true);
  }

  /** Waits for all; false when the time has passed. */
  boolean await(long deadline) {
    while (told.contains(false)) {
      if (Listener.isOver(deadline)) {
        return false;
      }
      List<byte[]> events = listener.await(deadline);
      for (int i = 0; i < events.size(); i++) {
        for (byte one : events.get(i) == null ? new byte[0] : events.get(i)) {
          if (one == event) {
            told.set(i, true);
          }
        }
      }
    }
    return true;
  }

  @Override
  public void close() {
    listener.close();
  }
}
