package s6j.commands.deaths;

import java.time.Instant;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.deaths.DeathTally.Death;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.supervise.Tai;

/**
 * {@code s6-permafailon seconds deathcount statuslist prog...}: for finish scripts; when the
 * service has died like this so often in the last seconds it exits 125, which tells the supervisor
 * not to start it again.
 */
final class S6Permafailon implements Command {
  private static final String USAGE = "s6-permafailon seconds deathcount statuslist prog...";
  private static final int PERMANENT_FAILURE = 125;
  private static final Bytes FILE = Bytes.of("supervise/death_tally");

  @Override
  public String name() {
    return "s6-permafailon";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "", USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 3) {
      throw CommandException.usage(USAGE);
    }
    long seconds = Options.unsigned(call.arguments().get(at));
    long count = Options.unsigned(call.arguments().get(at + 1));
    if (seconds < 0 || count < 1) {
      throw CommandException.usage(USAGE);
    }
    DeathSet counted = DeathSet.parse(call.arguments().get(at + 2));
    Death last = decisive(call, seconds, count, counted);
    if (last != null) {
      String how = last.signal() != 0 ? "signal " + last.signal() : "exit code " + last.exitCode();
      call.say(
          "info",
          "PERMANENT FAILURE triggered after "
              + count
              + " events involving "
              + how
              + " in the last "
              + seconds
              + " seconds");
      return Next.exit(PERMANENT_FAILURE);
    }
    return call.arguments().size() == at + 3 ? Next.exit(0) : call.exec(at + 3, call.environment());
  }

  /** The death that was one too many, or null. That the file cannot be read is warned of only. */
  private static Death decisive(Invocation call, long seconds, long count, DeathSet counted) {
    Bytes content;
    try {
      content = DeathTally.read(call.posix(), FILE);
    } catch (PosixException e) {
      call.warn("unable to read " + FILE + ": " + e.getMessage());
      return null;
    }
    if (!DeathTally.isSound(content)) {
      call.warn("invalid " + FILE);
      return null;
    }
    Tai since = Tai.of(Instant.now().minusSeconds(seconds));
    long found = 0;
    for (Death death : DeathTally.parse(content)) {
      if (isAfter(death.when(), since) && counted.contains(death) && ++found == count) {
        return death;
      }
    }
    return null;
  }

  private static boolean isAfter(Tai one, Tai other) {
    return one.seconds() > other.seconds()
        || one.seconds() == other.seconds() && one.nanos() > other.nanos();
  }
}
