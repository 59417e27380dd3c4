package s6j.execline.commands;

import static s6j.posix.CallList.number;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Numbers;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Syscall;

/** The commands about the file mode creation mask. */
final class Umasks {
  private static final String WHO = "ugo";
  private static final String WHAT = "rwx";

  private static final int BAD_MODE = 1;

  private Umasks() {}

  static List<Command> commands() {
    return List.of(new Umask("umask"), new Umask("execline-umask"), new PosixUmask());
  }

  private static int set(Invocation call, long mask) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.UMASK, number(mask & 0777));
    return (int) Descriptors.demand(call.posix(), calls, "umask").value(0);
  }

  /** {@code umask octal prog}, also under the name {@code execline-umask}. */
  private static final class Umask extends ExeclineCommand {
    Umask(String name) {
      super(name, "value program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 1);
      long mask = Numbers.octal(argument(call, 0));
      if (mask < 0) {
        throw usage();
      }
      set(call, mask);
      return call.exec(1, call.environment());
    }
  }

  /** {@code posix-umask [-S] [mask] [prog]}: the umask of POSIX, also with symbolic masks. */
  private static final class PosixUmask extends ExeclineCommand {
    PosixUmask() {
      super("posix-umask", "[ -S ] [ mask ] [ program... ]");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "S");
      List<Bytes> words = call.arguments().subList(options.end(), call.arguments().size());
      if (words.isEmpty()) {
        int now = set(call, 0);
        set(call, now);
        return call.printAndExit(Bytes.of(options.has('S') ? symbolic(now) : octal(now)), 0);
      }
      long mask = Numbers.octal(words.getFirst());
      if (mask < 0) {
        int now = set(call, 0);
        mask = changed(now, words.getFirst());
      }
      if (mask < 0) {
        throw CommandException.fatal(BAD_MODE, "invalid mode string");
      }
      set(call, mask);
      return orDone(call, words.subList(1, words.size()), call.environment());
    }

    private static String octal(int mask) {
      return "0" + (mask >> 6 & 7) + (mask >> 3 & 7) + (mask & 7) + "\n";
    }

    private static String symbolic(int mask) {
      StringBuilder text = new StringBuilder();
      for (int who = 0; who < 3; who++) {
        text.append(who == 0 ? "" : ",").append(WHO.charAt(who)).append('=');
        for (int what = 0; what < 3; what++) {
          if ((mask >> 6 - 3 * who & 4 >> what) == 0) {
            text.append(WHAT.charAt(what));
          }
        }
      }
      return text.append('\n').toString();
    }

    /** The mask after clauses such as {@code u+x,go-w,o=}; -1 when they are none. */
    private static long changed(int mask, Bytes clauses) {
      int allowed = ~mask & 0777;
      for (Bytes clause : clauses.split(',')) {
        allowed = apply(allowed, clause.latin1());
        if (allowed < 0) {
          return -1;
        }
      }
      return ~allowed & 0777;
    }

    private static int apply(int before, String clause) {
      int at = 0;
      int who = 0;
      while (at < clause.length() && (WHO + "a").indexOf(clause.charAt(at)) >= 0) {
        int index = WHO.indexOf(clause.charAt(at++));
        who |= index < 0 ? 0777 : 0700 >> 3 * index;
      }
      who = who == 0 ? 0777 : who;
      int allowed = before;
      if (at == clause.length()) {
        return -1;
      }
      while (at < clause.length()) {
        char operator = clause.charAt(at++);
        int bits = 0;
        while (at < clause.length() && "+-=".indexOf(clause.charAt(at)) < 0) {
          int one = permission(allowed, clause.charAt(at++));
          if (one < 0) {
            return -1;
          }
          bits |= one;
        }
        switch (operator) {
          case '+' -> allowed |= bits & who;
          case '-' -> allowed &= ~(bits & who);
          case '=' -> allowed = allowed & ~who | bits & who;
          default -> {
            return -1;
          }
        }
      }
      return allowed;
    }

    /** The bits of a letter for all three; of u, g and o what they have now; -1 for another. */
    private static int permission(int allowed, char letter) {
      int who = WHO.indexOf(letter);
      if (who >= 0) {
        return (allowed >> 6 - 3 * who & 7) * 0111;
      }
      return switch (letter) {
        case 'r' -> 0444;
        case 'w' -> 0222;
        case 'x' -> 0111;
        case 'X', 's', 't' -> 0;
        default -> -1;
      };
    }
  }
}
