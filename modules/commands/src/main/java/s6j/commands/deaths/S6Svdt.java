package s6j.commands.deaths;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.deaths.DeathTally.Death;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.posix.Signal;

/** {@code s6-svdt [-S|-s] [-n max] servicedir}: prints the deaths of a service, a line each. */
final class S6Svdt implements Command {
  private static final String USAGE = "s6-svdt [ -S | -s ] [ -n maxentries ] servicedir";

  @Override
  public String name() {
    return "s6-svdt";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Ssn:", USAGE);
    boolean numbers = false;
    for (Options.Option option : options.list()) {
      numbers = option.letter() == 'n' ? numbers : option.letter() == 's';
    }
    long max = options.number('n', Long.MAX_VALUE, USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Bytes service = call.arguments().get(options.end());
    List<Death> deaths;
    try {
      deaths = DeathTally.parse(DeathTally.read(call.posix(), DeathTally.file(service)));
    } catch (PosixException e) {
      throw CommandException.unable("read death tally for service " + service, e);
    }
    int first = (int) Math.max(0, deaths.size() - max);
    StringBuilder text = new StringBuilder();
    for (Death death : deaths.subList(first, deaths.size())) {
      text.append(death.when().label()).append(' ').append(how(death, numbers)).append('\n');
    }
    return call.printAndExit(Bytes.of(text.toString()), 0);
  }

  private static String how(Death death, boolean numbers) {
    if (death.signal() == 0) {
      return "exitcode " + death.exitCode();
    }
    Signal signal = numbers ? null : Signal.byNumber(death.signal());
    return "signal " + (signal == null ? String.valueOf(death.signal()) : "SIG" + signal);
  }
}
