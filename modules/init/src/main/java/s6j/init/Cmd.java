package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.util.ArrayList;
import java.util.List;
import s6j.env.ContainerEnvironment;
import s6j.env.Setting;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Ioctl;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.posix.WaitStatus;

/**
 * The container's CMD: S6_CMD_ARG0 and the arguments of /init, run with the container's
 * environment, in the foreground.
 */
final class Cmd {
  private static final long TAG = Tag.of("cmd");

  private final Container container;

  Cmd(Container container) {
    this.container = container;
  }

  /** The words of the command line; none when there is no CMD. */
  static List<Bytes> words(Container container) {
    List<Bytes> words = new ArrayList<>();
    Bytes first = container.posix().info().environment().get(Setting.S6_CMD_ARG0.variable());
    if (first != null) {
      for (Bytes piece : first.split('\n')) {
        if (!piece.isEmpty()) {
          words.add(piece);
        }
      }
    }
    List<Bytes> arguments = container.posix().info().arguments();
    words.addAll(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
    return words;
  }

  /**
   * Starts it, or takes it over from an earlier runtime; when it has ended its code is the
   * container's, and the way down begins. Without a CMD nothing happens.
   */
  void begin() throws PosixException {
    container.before(Journal.Step.UP);
    List<Bytes> words = words(container);
    Journal journal = container.journal();
    if (!words.isEmpty()) {
      Child running =
          Child.inherit(container.loop(), TAG, status -> ended(words.getFirst(), status));
      if (running != null) {
        container.setCmd(running);
      } else if (!container.stopRequest().requested() && !journal.begun(Journal.Step.UP)) {
        start(words);
      }
    }
    if (!journal.begun(Journal.Step.UP)) {
      journal.begin(Journal.Step.UP, Bytes.EMPTY);
    }
    container.after(Journal.Step.UP);
  }

  private void start(List<Bytes> words) throws PosixException {
    Environment environment = environment();
    try {
      ProgramSearch.Found found =
          ProgramSearch.find(container.posix(), words.getFirst(), environment.get("PATH"));
      SpawnPlan plan =
          SpawnPlan.of(found.path(), words, environment)
              .withDescriptors(
                  List.of(
                      new SpawnPlan.Copy(1, container.logging().cmdOut()),
                      new SpawnPlan.Copy(2, container.logging().cmdErr())))
              .withSession(session());
      container.setCmd(
          Child.start(container.loop(), plan, TAG, status -> ended(words.getFirst(), status)));
    } catch (PosixException e) {
      container
          .console()
          .complain("fatal", "unable to exec " + words.getFirst() + ": " + e.getMessage());
      ended(words.getFirst(), WaitStatus.exited(e.is(Errno.ENOENT) ? 127 : 126));
    }
  }

  private void ended(Bytes name, WaitStatus status) {
    container
        .console()
        .print(Bytes.of("[cmd] ").plus(name).plus(" exited " + status.overlayCode() + "\n"));
    container.cmdEnded(status.shellCode());
  }

  /** What {@code with-contenv} would give: init scripts may have added variables by files. */
  private Environment environment() throws PosixException {
    Environment own = container.containerEnvironment();
    Environment environment =
        container.settings().is(Setting.S6_KEEP_ENV)
            ? own
            : ContainerEnvironment.read(container.posix());
    Bytes logging = own.get("S6_LOGGING");
    return environment.with("S6_LOGGING", logging == null ? Bytes.of("0") : logging);
  }

  /**
   * How CMD gets the terminal, if there is one. Init gives it up when it leads the session, so that
   * CMD can have it with a session of its own; where the session is somebody else's, CMD becomes
   * its foreground process group.
   */
  private SpawnPlan.Session session() throws PosixException {
    CallList asking = new CallList();
    long getForeground = Ioctl.getForeground(container.posix().info().arch());
    int group = asking.attempt(Syscall.IOCTL, number(0), number(getForeground), out(4));
    int session = asking.attempt(Syscall.GETSID, number(0));
    Results results = container.posix().call(asking);
    if (results.failed(group)) {
      return SpawnPlan.Session.NEW_WITH_TERMINAL;
    }
    if (results.value(session) != container.posix().info().pid()) {
      return SpawnPlan.Session.FOREGROUND_GROUP;
    }
    CallList giving = new CallList();
    giving.attempt(Syscall.IOCTL, number(0), number(Ioctl.TIOCNOTTY), number(0));
    container.posix().call(giving);
    return SpawnPlan.Session.NEW_WITH_TERMINAL;
  }
}
