package s6j.commands.ipc;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-ipcserver}: s6-ipcserver-socketbinder, s6-applyuidgid and s6-ipcserverd, with the
 * options of each in one command line.
 */
final class S6Ipcserver implements Command {
  private static final String USAGE =
      "s6-ipcserver [ -q | -Q | -v ] [ -d | -D ] [ -P | -p ] [ -1 ] [ -c maxconn ]"
          + " [ -C localmaxconn ] [ -b backlog ] [ -a socketperms ] [ -G gid,gid,... ] [ -g gid ]"
          + " [ -u uid ] [ -U ] path prog...";

  @Override
  public String name() {
    return "s6-ipcserver";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "qQvdDPp1c:C:b:a:G:g:u:U", USAGE);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    List<Bytes> words = ServerChain.binder(options, call.arguments().get(options.end()), USAGE);
    words.add(Bytes.of("s6-ipcserverd"));
    String verbosity = null;
    boolean notify = false;
    boolean peers = true;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'q' -> verbosity = "-v0";
        case 'Q' -> verbosity = null;
        case 'v' -> verbosity = "-v2";
        case '1' -> notify = true;
        case 'P', 'p' -> peers = option.letter() == 'p';
        case 'c', 'C' -> ServerChain.number(option.argument(), USAGE);
        default -> {
          // One of another program.
        }
      }
    }
    if (verbosity != null) {
      words.add(Bytes.of(verbosity));
    }
    if (notify) {
      words.add(Bytes.of("-1"));
    }
    if (!peers) {
      words.add(Bytes.of("-P"));
    }
    ServerChain.pass(options, "c", words);
    ServerChain.pass(options, "C", words);
    words.add(Bytes.of("--"));
    words.addAll(call.arguments().subList(options.end() + 1, call.arguments().size()));
    return call.exec(new ArrayList<>(words), call.environment());
  }
}
