package s6j.commands.access;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** {@code s6-accessrules-cdb-from-fs}: makes one file of a directory of access rules. */
final class S6AccessrulesCdbFromFs implements Command {
  private static final String USAGE = "s6-accessrules-cdb-from-fs [ -m mode ] cdbfile dir";
  private static final int MODE = 0600;

  @Override
  public String name() {
    return "s6-accessrules-cdb-from-fs";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "m:", USAGE);
    int mode = options.has('m') ? mode(options.argument('m')) : MODE;
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes file = call.arguments().get(options.end());
    Bytes directory = call.arguments().get(options.end() + 1);
    replace(call, file, Cdb.write(entries(call, directory)), mode);
    return Next.exit(0);
  }

  private static int mode(Bytes octal) throws CommandException {
    int value = 0;
    for (int i = 0; i < octal.length(); i++) {
      int digit = octal.at(i) - '0';
      if (digit < 0 || digit > 7 || value > 0777) {
        throw CommandException.usage(USAGE);
      }
      value = value * 8 + digit;
    }
    return value;
  }

  private static List<Cdb.Entry> entries(Invocation call, Bytes directory) throws CommandException {
    RuleDirectory rules = new RuleDirectory(call.posix());
    List<Cdb.Entry> entries = new ArrayList<>();
    try {
      for (Bytes kind : rules.names(directory)) {
        for (Bytes id : rules.names(directory.slash(kind))) {
          Bytes key = kind.slash(id);
          Rule rule = rules.read(directory.slash(key));
          if (rule != null) {
            entries.add(entry(directory, key, rule));
          }
        }
      }
    } catch (PosixException e) {
      throw CommandException.unable("read access rules in " + directory, e);
    }
    return entries;
  }

  private static Cdb.Entry entry(Bytes directory, Bytes key, Rule rule) throws CommandException {
    try {
      return new Cdb.Entry(key, rule.encoded());
    } catch (IllegalArgumentException e) {
      throw CommandException.fatal(
          CommandException.USAGE,
          directory.slash(key) + ": env and exec must not be larger than 65535 bytes each");
    }
  }

  /** Under another name first: readers have the old file or the new one. */
  private static void replace(Invocation call, Bytes file, Bytes content, int mode)
      throws CommandException {
    Bytes fresh = file.plus(":" + call.name() + ":" + ThreadLocalRandom.current().nextInt(1 << 30));
    CallList calls = new CallList();
    Files.appendWrite(calls, fresh, content, mode);
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(fresh), number(mode));
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(fresh),
        number(CallList.AT_FDCWD),
        string(file),
        number(0));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      CallList removing = new CallList();
      removing.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(fresh), number(0));
      call.posix().attempt(removing);
      throw CommandException.unable("write " + file, e);
    }
  }
}
