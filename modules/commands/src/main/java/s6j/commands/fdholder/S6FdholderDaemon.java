package s6j.commands.fdholder;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.ipc.ServerChain;
import s6j.posix.Bytes;

/**
 * {@code s6-fdholder-daemon}: s6-ipcserver-socketbinder, s6-applyuidgid and s6-fdholderd, with the
 * options of each in one command line.
 */
final class S6FdholderDaemon implements Command {
  private static final String USAGE =
      "s6-fdholder-daemon [ -v verbosity ] [ -d | -D ] [ -1 ] [ -c maxconn ] [ -n maxfds ]"
          + " [ -b backlog ] [ -G gid,gid,... ] [ -g gid ] [ -u uid ] [ -U ] [ -t timeout ]"
          + " [ -T lameducktimeout ] [ -i rulesdir | -x rulesfile ] path";

  @Override
  public String name() {
    return "s6-fdholder-daemon";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "v:dD1c:n:b:G:g:u:Ut:T:i:x:", USAGE);
    HolderCommand.need(call, options, 1, USAGE);
    if (!options.has('i') && !options.has('x')) {
      throw CommandException.fatal(CommandException.USAGE, "no access rights specified!");
    }
    List<Bytes> words = ServerChain.binder(options, call.arguments().get(options.end()), USAGE);
    words.add(Bytes.of("s6-fdholderd"));
    for (String number : new String[] {"v", "c", "n", "t", "T"}) {
      options.number(number.charAt(0), 0, USAGE);
      ServerChain.pass(options, number, words);
    }
    if (options.has('1')) {
      words.add(Bytes.of("-1"));
    }
    for (Options.Option option : options.list()) {
      if (option.letter() == 'i' || option.letter() == 'x') {
        words.add(Bytes.of("-" + option.letter()));
        words.add(option.argument());
      }
    }
    return call.exec(words, call.environment());
  }
}
