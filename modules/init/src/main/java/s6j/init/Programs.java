package s6j.init;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Chain;
import s6j.chain.Command;
import s6j.chain.Commands;
import s6j.posix.Bytes;

/** All commands, put together when the first of them is called: booting does not pay for them. */
final class Programs {
  private static final Bytes SHIM = Bytes.of("/usr/lib/s6j/bin/shim");

  private static Chain chain;

  private Programs() {}

  static synchronized Chain chain() {
    if (chain == null) {
      List<Command> commands = new ArrayList<>();
      chain = new Chain(Commands.of(commands), SHIM);
    }
    return chain;
  }
}
