package s6j.commands.access;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

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

/** {@code s6-accessrules-fs-from-cdb}: makes the directory again that a cdb was made from. */
final class S6AccessrulesFsFromCdb implements Command {
  private static final String USAGE = "s6-accessrules-fs-from-cdb dir cdbfile";

  @Override
  public String name() {
    return "s6-accessrules-fs-from-cdb";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "", USAGE);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes directory = call.arguments().get(options.end());
    Bytes file = call.arguments().get(options.end() + 1);
    Cdb cdb = AccessRules.readCdb(call.posix(), file);
    try {
      make(call, directory);
      for (Cdb.Entry entry : cdb.entries()) {
        Rule rule = Rule.decode(entry.data());
        if (rule == null || !isKey(entry.key())) {
          throw AccessRules.invalid(file);
        }
        write(call, directory, entry.key(), rule);
      }
      return Next.exit(0);
    } catch (Cdb.MalformedException e) {
      throw AccessRules.invalid(file);
    }
  }

  /** {@code uid/} or {@code gid/} and a name: nothing that leads elsewhere. */
  private static boolean isKey(Bytes key) {
    return (key.startsWith("uid/") || key.startsWith("gid/"))
        && key.length() > 4
        && key.at(4) != '.'
        && key.lastIndexOf('/') == 3
        && !key.contains(0);
  }

  private static void make(Invocation call, Bytes directory) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(0777));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("mkdir " + directory, e);
    }
  }

  private static void write(Invocation call, Bytes directory, Bytes key, Rule rule)
      throws CommandException {
    Bytes place = directory.slash(key);
    CallList calls = new CallList();
    appendDirectory(calls, directory.slash(key.slice(0, 3)), true);
    appendDirectory(calls, place, false);
    Files.appendWrite(calls, place.slash(rule.allowed() ? "allow" : "deny"), Bytes.EMPTY, 0666);
    if (!rule.variables().isEmpty()) {
      appendDirectory(calls, place.slash("env"), false);
    }
    for (Bytes variable : rule.variables()) {
      int equals = variable.indexOf('=');
      Bytes name = equals < 0 ? variable : variable.slice(0, equals);
      Bytes value = equals < 0 ? Bytes.EMPTY : variable.from(equals + 1).plus("\n");
      Files.appendWrite(calls, place.slash("env").slash(name.baseName()), value, 0666);
    }
    if (!rule.exec().isEmpty()) {
      Files.appendWrite(calls, place.slash("exec"), rule.exec(), 0666);
    }
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("write " + place, e);
    }
  }

  private static void appendDirectory(CallList calls, Bytes directory, boolean mayBeThere) {
    if (mayBeThere) {
      calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(0777));
    } else {
      calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(0777));
    }
  }
}
