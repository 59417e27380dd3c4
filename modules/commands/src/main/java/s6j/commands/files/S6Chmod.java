package s6j.commands.files;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** {@code s6-chmod}: changes the mode, in octal, of one file; follows links. */
final class S6Chmod implements Command {
  private static final String USAGE = "s6-chmod mode file";

  @Override
  public String name() {
    return "s6-chmod";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = Options.parse(call.arguments(), "", USAGE).end();
    if (call.arguments().size() < first + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes file = call.arguments().get(first + 1);
    CallList calls = new CallList();
    calls.add(
        Syscall.FCHMODAT,
        number(CallList.AT_FDCWD),
        string(file),
        number(octal(call.arguments().get(first))));
    try {
      call.posix().call(calls);
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("change mode of " + file, e);
    }
  }

  private static int octal(Bytes word) throws CommandException {
    int mode = word.isEmpty() ? 010000 : 0;
    for (int i = 0; i < word.length() && mode <= 07777; i++) {
      int digit = word.at(i) - '0';
      mode = digit < 0 || digit > 7 ? 010000 : mode * 8 + digit;
    }
    if (mode > 07777) {
      throw CommandException.usage(USAGE);
    }
    return mode;
  }
}
