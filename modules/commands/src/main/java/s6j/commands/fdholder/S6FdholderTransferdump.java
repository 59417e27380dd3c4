package s6j.commands.fdholder;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-fdholder-transferdump}: has one descriptor holder keep all that another one keeps. */
final class S6FdholderTransferdump implements Command {
  private static final String USAGE =
      "s6-fdholder-transferdump [ -t timeoutfrom:timeoutto ] socketfrom socketto";
  private static final int DESTINATION_DENIED = 2;

  @Override
  public String name() {
    return "s6-fdholder-transferdump";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    long from = 0;
    long to = 0;
    if (options.has('t')) {
      Bytes both = options.argument('t');
      int colon = both.indexOf(':');
      from = millis(colon < 0 ? both : both.slice(0, colon));
      to = colon < 0 ? 0 : millis(both.from(colon + 1));
    }
    HolderCommand.need(call, options, 2, USAGE);
    Bytes source = call.arguments().get(options.end());
    Bytes destination = call.arguments().get(options.end() + 1);
    List<HeldFd> all = dump(call, source, Deadline.in(from));
    HolderClient client =
        HolderClient.connect(call, destination, "destination fd-holder daemon", Deadline.in(to));
    try {
      client.setDump(all);
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.fatal(DESTINATION_DENIED, "unable to set dump: " + e.getMessage());
    }
  }

  private static List<HeldFd> dump(Invocation call, Bytes source, Deadline deadline)
      throws CommandException {
    HolderClient client = HolderClient.connect(call, source, "source fd-holder daemon", deadline);
    try {
      return client.dump();
    } catch (PosixException e) {
      throw HolderCommand.denied("get dump", e);
    } finally {
      client.close();
    }
  }

  private static long millis(Bytes word) throws CommandException {
    long value = word.isEmpty() ? 0 : Options.unsigned(word);
    if (value < 0) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }
}
