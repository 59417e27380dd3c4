package s6j.commands.portable.words;

import static s6j.posix.CallList.out;

import java.security.SecureRandom;
import java.time.Instant;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.supervise.Tai;

/** {@code s6-uniquename}: a name that no other process on any machine makes. */
final class S6Uniquename extends PortableCommand {
  private static final String CHARACTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  private static final int RANDOM_MAX = 4096;

  /** The second of six names of 65 bytes each is that of the machine. */
  private static final int UTSNAME_SIZE = 6 * 65;

  private static final int NODE_AT = 65;

  S6Uniquename() {
    super("s6-uniquename", "[ -n randomlen ] prefix");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n:");
    Bytes length = options.argument('n');
    long random = length == null ? 0 : unsigned(length);
    if (random > RANDOM_MAX) {
      throw usage();
    }
    Bytes name =
        argument(call, options.end())
            .plus(":" + Tai.of(Instant.now()).label() + ":" + call.posix().info().pid() + ":")
            .plus(hostname(call));
    return call.printAndExit(
        random == 0 ? name.plus("\n") : name.plus(":" + random((int) random) + "\n"), 0);
  }

  private static Bytes hostname(Invocation call) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.UNAME, out(UTSNAME_SIZE));
    try {
      Bytes names = Bytes.of(call.posix().call(calls).buffer(0));
      return names.slice(NODE_AT, names.indexOf(0, NODE_AT));
    } catch (PosixException e) {
      throw CommandException.unable("get hostname", e);
    }
  }

  private static String random(int length) {
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return text.toString();
  }
}
