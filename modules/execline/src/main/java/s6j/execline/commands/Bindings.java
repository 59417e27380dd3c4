package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.execline.language.Substitution;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** What one or several directives have defined, before anything is substituted. */
final class Bindings {
  private final Substitution substitution = new Substitution();
  private Environment environment;

  Bindings(Environment environment) {
    this.environment = environment;
  }

  /** Adds a key, which must not be there already. */
  void add(Bytes key, List<Bytes> value) throws CommandException {
    if (!substitution.add(key, value)) {
      throw CommandException.fatal(CommandException.SYSTEM, "bad substitution key");
    }
  }

  /** Takes a variable out of the environment that the program gets. */
  void unset(Bytes variable) {
    environment = environment.without(variable);
  }

  Next goOn(Invocation call, List<Bytes> words) throws CommandException {
    return ExeclineCommand.orDone(call, substitution.apply(words), environment);
  }
}
