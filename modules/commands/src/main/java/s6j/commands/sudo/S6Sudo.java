package s6j.commands.sudo;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.ipc.ServerChain;
import s6j.posix.Bytes;

/** {@code s6-sudo}: s6-ipcclient and s6-sudoc in one command line. */
final class S6Sudo implements Command {
  private static final String USAGE =
      "s6-sudo [ -q | -Q | -v ] [ -p bindpath ] [ -l localname ] [ -e ] [ -t timeout ]"
          + " [ -T timeoutrun ] path [ args... ]";

  @Override
  public String name() {
    return "s6-sudo";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "qQvp:l:et:T:", USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    List<Bytes> words = new ArrayList<>();
    words.add(Bytes.of("s6-ipcclient"));
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'q', 'Q', 'v' -> words.add(Bytes.of("-" + option.letter()));
        case 't', 'T' -> ServerChain.number(option.argument(), USAGE);
        default -> {
          // One that is passed on below.
        }
      }
    }
    ServerChain.pass(options, "p", words);
    ServerChain.pass(options, "l", words);
    words.add(Bytes.of("--"));
    words.add(call.arguments().get(options.end()));
    words.add(Bytes.of("s6-sudoc"));
    if (options.has('e')) {
      words.add(Bytes.of("-e"));
    }
    ServerChain.pass(options, "t", words);
    ServerChain.pass(options, "T", words);
    words.add(Bytes.of("--"));
    words.addAll(call.arguments().subList(options.end() + 1, call.arguments().size()));
    return call.exec(words, call.environment());
  }
}
