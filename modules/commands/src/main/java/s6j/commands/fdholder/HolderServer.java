package s6j.commands.fdholder;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.access.AccessRules;
import s6j.commands.access.Rule;
import s6j.commands.ipc.MessageSocket;
import s6j.commands.ipc.UnixSocket;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.commands.waiting.SignalDescriptor;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Signal;

/** The loop of s6-fdholderd: the listening socket, the clients, the signals, the limits. */
final class HolderServer {
  /** How long nothing is accepted when accepting has failed for want of something. */
  private static final long PAUSE_MILLIS = 500;

  private final Invocation call;
  private final Posix posix;
  private final S6Fdholderd.Settings settings;
  private final Holder holder;
  private final SignalDescriptor signals;
  private final List<Session> sessions = new ArrayList<>();
  private AccessRules rules;
  private Deadline pause = Deadline.NEVER;

  /** Set when no new clients are taken, and those that there are have so long to end. */
  private Deadline lameDuck;

  HolderServer(Invocation call, S6Fdholderd.Settings settings)
      throws CommandException, PosixException {
    this.call = call;
    this.posix = call.posix();
    this.settings = settings;
    this.holder = new Holder(posix, settings.most());
    this.rules = settings.rules(posix);
    this.signals = SignalDescriptor.open(posix, Signal.TERM, Signal.QUIT, Signal.HUP, Signal.PIPE);
  }

  /** Serves until a signal says to stop and the clients are gone. */
  void serve() throws PosixException {
    while (lameDuck == null || !sessions.isEmpty() && !lameDuck.passed()) {
      Poll poll = new Poll();
      int told = poll.add(signals.fd(), Poll.IN);
      int listener = poll.add(accepting() ? 0 : -1, Poll.IN);
      int first = 2;
      for (Session session : sessions) {
        poll.add(session.fd(), session.isSending() ? Poll.OUT : Poll.IN);
      }
      boolean something = poll.await(posix, next());
      holder.expire();
      if (pause.passed()) {
        pause = Deadline.NEVER;
      }
      serveClients(poll, first, something);
      if (something && poll.readable(told)) {
        obey(signals.read());
      } else if (something && poll.readable(listener)) {
        accept();
      }
    }
  }

  private boolean accepting() {
    return lameDuck == null && pause == Deadline.NEVER && sessions.size() < settings.clients();
  }

  private Deadline next() {
    Deadline next = Deadline.earlier(pause, holder.next());
    for (Session session : sessions) {
      next = Deadline.earlier(next, session.deadline());
    }
    return lameDuck == null ? next : Deadline.earlier(next, lameDuck);
  }

  private void serveClients(Poll poll, int first, boolean something) {
    List<Session> ended = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      Session session = sessions.get(i);
      boolean goesOn = !session.deadline().passed();
      if (something && poll.events(first + i) != 0) {
        try {
          goesOn = session.go(poll.readable(first + i));
        } catch (PosixException e) {
          // Its connection is what a client loses that is broken or gone.
          goesOn = false;
        }
      }
      if (!goesOn) {
        ended.add(session);
      }
    }
    for (Session session : ended) {
      session.close();
      sessions.remove(session);
    }
  }

  private void obey(List<Signal> received) {
    for (Signal signal : received) {
      switch (signal) {
        case TERM -> lameDuck = Deadline.in(settings.lameDuckMillis());
        case QUIT -> {
          for (Session session : sessions) {
            session.close();
          }
          sessions.clear();
          lameDuck = Deadline.NEVER;
        }
        case HUP -> readRules();
        default -> {
          // PIPE: what cannot be written to is told by the write.
        }
      }
    }
  }

  private void readRules() {
    try {
      rules = settings.rules(posix);
    } catch (CommandException e) {
      warn(e.getMessage() + "; the rules stay as they are");
    }
  }

  private void accept() {
    UnixSocket.Accepted connection;
    try {
      connection = UnixSocket.accept(posix, 0, 0);
    } catch (PosixException e) {
      if (!e.is(Errno.EAGAIN) && !e.is(Errno.EINTR)) {
        warn("unable to accept: " + e.getMessage());
        pause = Deadline.in(PAUSE_MILLIS);
      }
      return;
    }
    Rights rights = rights(connection.fd());
    if (rights == null) {
      UnixSocket.close(posix, connection.fd());
      return;
    }
    MessageSocket socket = new MessageSocket(posix, connection.fd(), connection.fd());
    sessions.add(new Session(holder, rights, socket, connection.fd(), settings.timeoutMillis()));
  }

  /** What the client may do, or null when it is not let in. */
  private Rights rights(int fd) {
    try {
      UnixSocket.Peer peer = UnixSocket.peer(posix, fd);
      Rule rule = rules.find(peer.uid(), peer.gid());
      return rule == null || !rule.allowed() ? null : Rights.of(rule);
    } catch (PosixException e) {
      warn("unable to get credentials of a client: " + e.getMessage());
    } catch (CommandException e) {
      warn(e.getMessage());
    } catch (PatternSyntaxException e) {
      warn("invalid regular expression in the rules: " + e.getPattern());
    }
    return null;
  }

  private void warn(String what) {
    if (settings.verbosity() >= 1) {
      call.warn(what);
    }
  }
}
