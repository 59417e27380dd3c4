package s6j.commands.portable.process;

import s6j.chain.Command;
import s6j.chain.Invocation;
import s6j.chain.Next;

/** {@code s6-true} and {@code s6-false}: nothing but an exit code, whatever the arguments. */
record FixedExit(String name, int code) implements Command {
  /** Its words are data, this one like any other. */
  @Override
  public boolean answersHelp() {
    return false;
  }

  @Override
  public Next run(Invocation call) {
    return Next.exit(code);
  }
}
