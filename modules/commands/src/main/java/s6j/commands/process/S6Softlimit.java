package s6j.commands.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code s6-softlimit}: runs a program with other soft resource limits, or with -H hard ones as
 * well. A limit above the hard one is set to it.
 */
final class S6Softlimit implements Command {
  private static final String USAGE =
      "s6-softlimit [ -H | -h ] [ -a allbytes ] [ -c corebytes ] [ -d databytes ] [ -f filebytes ]"
          + " [ -l lockbytes ] [ -m membytes ] [ -o openfiles ] [ -P priority ] [ -p processes ]"
          + " [ -r residentbytes ] [ -s stackbytes ] [ -t cpusecs ] prog...";

  private static final int CPU = 0;
  private static final int FSIZE = 1;
  private static final int DATA = 2;
  private static final int STACK = 3;
  private static final int CORE = 4;
  private static final int RSS = 5;
  private static final int NPROC = 6;
  private static final int NOFILE = 7;
  private static final int MEMLOCK = 8;
  private static final int AS = 9;
  private static final int RTPRIO = 14;

  @Override
  public String name() {
    return "s6-softlimit";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "hHa:c:d:f:l:m:o:P:p:r:s:t:", USAGE);
    boolean hard = false;
    for (Options.Option option : options.list()) {
      if (option.argument() == null) {
        hard = option.letter() == 'H';
        continue;
      }
      long wanted = value(option.argument());
      for (int resource : resources(option.letter())) {
        limit(call, resource, wanted, option.argument().is("="), hard);
      }
    }
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    return call.exec(options.end(), call.environment());
  }

  private static List<Integer> resources(char letter) {
    return switch (letter) {
      case 'a' -> List.of(AS);
      case 'c' -> List.of(CORE);
      case 'd' -> List.of(DATA);
      case 'f' -> List.of(FSIZE);
      case 'l' -> List.of(MEMLOCK);
      case 'm' -> List.of(DATA, STACK, MEMLOCK, AS);
      case 'o' -> List.of(NOFILE);
      case 'P' -> List.of(RTPRIO);
      case 'p' -> List.of(NPROC);
      case 'r' -> List.of(RSS);
      case 's' -> List.of(STACK);
      default -> List.of(CPU);
    };
  }

  /** An unsigned number of 64 bits, all of them being infinity; 0 for {@code =}. */
  private static long value(Bytes word) throws CommandException {
    if (word.is("=")) {
      return 0;
    }
    try {
      if (!word.isEmpty() && word.at(0) != '+') {
        return Long.parseUnsignedLong(word.latin1());
      }
    } catch (NumberFormatException e) {
      throw CommandException.usage(USAGE);
    }
    throw CommandException.usage(USAGE);
  }

  private static void limit(
      Invocation call, int resource, long wanted, boolean asHard, boolean hardToo)
      throws CommandException {
    try {
      CallList asking = new CallList();
      asking.add(Syscall.PRLIMIT64, number(0), number(resource), number(0), out(16));
      ByteBuffer limits =
          ByteBuffer.wrap(call.posix().call(asking).buffer(0)).order(ByteOrder.nativeOrder());
      long most = limits.getLong(8);
      long soft = asHard || Long.compareUnsigned(wanted, most) > 0 ? most : wanted;
      limits.putLong(0, soft).putLong(8, hardToo ? soft : most);
      CallList setting = new CallList();
      setting.add(Syscall.PRLIMIT64, number(0), number(resource), bytes(limits.array()), number(0));
      call.posix().call(setting);
    } catch (PosixException e) {
      throw CommandException.unable("setrlimit", e);
    }
  }
}
