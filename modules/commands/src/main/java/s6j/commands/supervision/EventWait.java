package s6j.commands.supervision;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.notification.Listener;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.supervise.Status;

/**
 * Waits for services by listening at their {@code event/} fifodirs: first a FIFO of our own is put
 * there, then the status is read, so that nothing is missed in between. From there on only events
 * are followed, in order: a state counts even if the service has left it when we look.
 */
final class EventWait implements AutoCloseable {
  /** What is said when services have failed instead of coming up. */
  static final String FAILURE = "some services reported permanent failure or their supervisor died";

  private final Invocation call;
  private final Listener listener;
  private final List<Place> places = new ArrayList<>();

  /** One service that is waited for. */
  private static final class Place {
    private boolean up;
    private boolean ready;
    private boolean wentDown;
    private boolean failed;

    Place(Status status) {
      up = status.up();
      ready = status.ready();
      wentDown = !up;
    }

    /** Follows an event; one that is not known changes nothing. */
    void take(int event, boolean wantsUp) {
      switch (event) {
        case 'u', 'U' -> {
          up = true;
          ready = event == 'U';
        }
        case 'd', 'D' -> goDown(event == 'D');
        case 'O', 'x' -> {
          failed |= wantsUp;
          goDown(true);
        }
        default -> {}
      }
    }

    private void goDown(boolean finished) {
      up = false;
      ready = finished;
      wentDown = true;
    }

    boolean holds(char condition) {
      return switch (condition) {
        case 'u' -> up;
        case 'U' -> up && ready;
        case 'd' -> !up;
        case 'D' -> !up && ready;
        case 'r' -> wentDown && up;
        default -> wentDown && up && ready;
      };
    }
  }

  private EventWait(Invocation call) {
    this.call = call;
    this.listener = new Listener(call.posix());
  }

  /** Begins to listen to the services. */
  static EventWait on(Invocation call, List<Bytes> services) throws CommandException {
    EventWait wait = new EventWait(call);
    try {
      for (Bytes service : services) {
        wait.subscribe(service);
      }
      return wait;
    } catch (CommandException e) {
      wait.close();
      throw e;
    }
  }

  private void subscribe(Bytes service) throws CommandException {
    try {
      listener.listen(service.slash("event"));
    } catch (PosixException e) {
      throw CommandException.unable("subscribe to events for " + service, e);
    }
    try {
      Status status = ServiceControl.status(call, service);
      if (status == null) {
        throw CommandException.fatal(
            CommandException.SYSTEM,
            "unable to read status for " + service + ": its status file is not one");
      }
      places.add(new Place(status));
    } catch (PosixException e) {
      throw CommandException.unable("read status for " + service, e);
    }
  }

  /** Runs the words from {@code from} on as a child, which is not waited for. */
  void spawn(int from) throws CommandException {
    listener.spawn(call, from);
  }

  /**
   * Waits.
   *
   * @param condition u, U, d, D, r or R, as the options of s6-svwait
   * @param all whether all services must get there, or one
   * @param timeoutMs 0 for as long as it takes
   * @return how many services have failed for good instead of coming up
   */
  int await(char condition, boolean all, long timeoutMs) throws CommandException {
    boolean wantsUp = condition != 'd' && condition != 'D';
    long deadline = Listener.deadline(timeoutMs);
    boolean arrived = arrived(condition, all);
    while (!arrived) {
      if (Listener.isOver(deadline)) {
        throw CommandException.fatal(CommandException.TIMEOUT, "timed out");
      }
      List<byte[]> told = listener.await(deadline);
      for (int i = 0; i < told.size() && !arrived; i++) {
        byte[] events = told.get(i) == null ? new byte[0] : told.get(i);
        for (int k = 0; k < events.length && !arrived; k++) {
          places.get(i).take(events[k], wantsUp);
          arrived = arrived(condition, all);
        }
      }
    }
    int failures = 0;
    for (Place place : places) {
      failures += place.failed ? 1 : 0;
    }
    return failures;
  }

  private boolean arrived(char condition, boolean all) {
    int there = 0;
    for (Place place : places) {
      there += place.failed || place.holds(condition) ? 1 : 0;
    }
    return all ? there == places.size() : there > 0;
  }

  /** Takes the FIFOs away. */
  @Override
  public void close() {
    listener.close();
  }
}
