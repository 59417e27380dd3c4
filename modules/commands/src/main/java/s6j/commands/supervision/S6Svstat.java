package s6j.commands.supervision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.supervise.Status;
import s6j.supervise.Tai;

/** {@code s6-svstat}: says how a service is, in a sentence or by fields. */
final class S6Svstat implements Command {
  private static final String USAGE =
      "s6-svstat [ -uwNrpgest | -o up,wantedup,normallyup,ready,paused,pid,pgid,exitcode,signal,signum,"
          + "updownsince,readysince,updownfor,readyfor ] [ -n ] servicedir";
  private static final int FIELDS_MAX = 16;
  private static final String SHORT = "uwNrpgest";
  private static final String[] LONG = {
    "up", "wantedup", "normallyup", "ready", "pid", "pgid", "exitcode", "signal", "updownfor"
  };

  private static final List<String> ALL =
      List.of(
          "up",
          "wantedup",
          "normallyup",
          "ready",
          "paused",
          "pid",
          "pgid",
          "exitcode",
          "signal",
          "signum",
          "updownsince",
          "readysince",
          "updownfor",
          "readyfor");

  /** A service as it is now. */
  private record Seen(Status status, boolean downFile, Tai now, boolean numeric) {}

  @Override
  public String name() {
    return "s6-svstat";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "o:n" + SHORT, USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    List<String> fields = fields(options);
    Seen seen = look(call, call.arguments().get(options.end()), options.has('n'));
    StringBuilder text = new StringBuilder();
    for (String field : fields) {
      text.append(text.isEmpty() ? "" : " ").append(field(seen, field));
    }
    return call.printAndExit(Bytes.of((fields.isEmpty() ? sentence(seen) : text) + "\n"), 0);
  }

  private static List<String> fields(Options options) throws CommandException {
    List<String> fields = new ArrayList<>();
    for (Options.Option option : options.list()) {
      int known = SHORT.indexOf(option.letter());
      if (option.letter() == 'o') {
        if (option.argument().isEmpty()) {
          continue;
        }
        for (Bytes field : option.argument().split(',')) {
          if (field.isEmpty()) {
            throw CommandException.fatal(CommandException.USAGE, "invalid null option field");
          }
          if (!ALL.contains(field.latin1())) {
            throw CommandException.fatal(CommandException.USAGE, "invalid option field: " + field);
          }
          fields.add(field.latin1());
        }
      } else if (known >= 0) {
        fields.add(LONG[known]);
      }
    }
    if (fields.size() > FIELDS_MAX) {
      throw CommandException.fatal(CommandException.USAGE, "too many option fields");
    }
    return fields;
  }

  private static Seen look(Invocation call, Bytes service, boolean numeric)
      throws CommandException {
    try {
      ServiceControl.Look look = ServiceControl.look(call, service);
      if (look == null) {
        throw CommandException.fatal(
            1, "unable to read status for " + service + ": s6-supervise not running");
      }
      if (look.status() == null) {
        throw CommandException.fatal(
            CommandException.SYSTEM,
            "unable to read status for " + service + ": its status file is not one");
      }
      return new Seen(look.status(), look.downFile(), Tai.of(Instant.now()), numeric);
    } catch (PosixException e) {
      throw CommandException.unable("read status for " + service, e);
    }
  }

  private static String sentence(Seen seen) {
    Status status = seen.status();
    StringBuilder text = new StringBuilder();
    if (status.up()) {
      text.append("up (pid ").append(status.pid()).append(") ");
    } else if (status.lastDeath().signalled()) {
      text.append("down (signal ").append(field(seen, seen.numeric() ? "signum" : "signal"));
      text.append(") ");
    } else {
      text.append("down (exitcode ").append(status.lastDeath().exitCode()).append(") ");
    }
    text.append(since(seen, status.changed())).append(" seconds");
    text.append(status.up() && seen.downFile() ? ", normally down" : "");
    text.append(!status.up() && !seen.downFile() ? ", normally up" : "");
    text.append(status.up() && status.paused() ? ", paused" : "");
    text.append(!status.up() && status.wantUp() ? ", want up" : "");
    text.append(status.up() && !status.wantUp() ? ", want down" : "");
    if (status.ready()) {
      text.append(", ready ").append(since(seen, status.readied())).append(" seconds");
    }
    return text.toString();
  }

  private static String field(Seen seen, String name) {
    Status status = seen.status();
    boolean ended = !status.up();
    boolean signalled = ended && status.lastDeath().signalled();
    return switch (name) {
      case "up" -> truth(status.up());
      case "wantedup" -> truth(status.wantUp());
      case "normallyup" -> truth(!seen.downFile());
      case "ready" -> truth(status.up() && status.ready());
      case "paused" -> truth(status.up() && status.paused());
      // Run has a session of its own, and leads its group.
      case "pid", "pgid" -> Integer.toString(status.up() ? status.pid() : -1);
      case "exitcode" -> Integer.toString(ended && !signalled ? status.lastDeath().exitCode() : -1);
      case "signum" -> Integer.toString(signalled ? status.lastDeath().signal() : -1);
      case "signal" -> signalled ? signalName(status.lastDeath().signal()) : "NA";
      case "updownsince" -> status.changed().label();
      case "readysince" -> status.readied().label();
      case "updownfor" -> Long.toString(since(seen, status.changed()));
      case "readyfor" -> Long.toString(since(seen, status.readied()));
      default -> "NA";
    };
  }

  private static String truth(boolean value) {
    return value ? "true" : "false";
  }

  private static String signalName(int number) {
    Signal signal = Signal.byNumber(number);
    return signal == null ? Integer.toString(number) : "SIG" + signal.name();
  }

  private static long since(Seen seen, Tai moment) {
    long seconds = seen.now().seconds() - moment.seconds();
    return Math.max(0, seen.now().nanos() < moment.nanos() ? seconds - 1 : seconds);
  }
}
