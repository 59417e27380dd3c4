package s6j.commands.access;

import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * A set of rules for clients by their ids: {@code uid/self}, {@code uid/N}, {@code gid/self},
 * {@code gid/N}, {@code uid/default}, the first of them that there is.
 */
public final class AccessRules {
  /** Where a rule is looked for by its key. */
  private interface Source {
    Rule find(Bytes key) throws CommandException;
  }

  private final Posix posix;
  private final Source source;

  /** Our own ids, once they are known: not those of the hello, since chains change identity. */
  private Results own;

  private AccessRules(Posix posix, Source source) {
    this.posix = posix;
    this.source = source;
  }

  /** The rules in a directory, which is read for each client. */
  public static AccessRules inDirectory(Posix posix, Bytes directory) {
    RuleDirectory rules = new RuleDirectory(posix);
    return new AccessRules(
        posix,
        key -> {
          try {
            return rules.read(directory.slash(key));
          } catch (PosixException e) {
            throw CommandException.unable("check ruleset in " + directory, e);
          }
        });
  }

  /**
   * The rules in a cdb, which is read once.
   *
   * @throws CommandException when it is none
   */
  public static AccessRules inCdb(Posix posix, Bytes file) throws CommandException {
    Cdb cdb = readCdb(posix, file);
    return new AccessRules(
        posix,
        key -> {
          try {
            Bytes data = cdb.find(key);
            Rule rule = data == null ? null : Rule.decode(data);
            if (data != null && rule == null) {
              throw invalid(file);
            }
            return rule;
          } catch (Cdb.MalformedException e) {
            throw invalid(file);
          }
        });
  }

  static Cdb readCdb(Posix posix, Bytes file) throws CommandException {
    try {
      Cdb cdb = Cdb.of(new Files(posix).readWhole(file));
      if (cdb == null) {
        throw invalid(file);
      }
      return cdb;
    } catch (PosixException e) {
      throw CommandException.unable("cdb_init " + file, e);
    }
  }

  static CommandException invalid(Bytes file) {
    return CommandException.fatal(
        CommandException.SYSTEM, "unable to check cdb ruleset in " + file + ": invalid cdb");
  }

  /** The rule for a client, or null when there is none. */
  public Rule find(int uid, int gid) throws CommandException {
    Results self = own();
    Rule rule = null;
    if (uid == (int) self.value(0)) {
      rule = source.find(Bytes.of("uid/self"));
    }
    if (rule == null) {
      rule = source.find(Bytes.of("uid/" + Integer.toUnsignedString(uid)));
    }
    if (rule == null && gid == (int) self.value(1)) {
      rule = source.find(Bytes.of("gid/self"));
    }
    if (rule == null) {
      rule = source.find(Bytes.of("gid/" + Integer.toUnsignedString(gid)));
    }
    return rule == null ? source.find(Bytes.of("uid/default")) : rule;
  }

  private Results own() {
    if (own == null) {
      CallList calls = new CallList();
      calls.attempt(Syscall.GETEUID);
      calls.attempt(Syscall.GETEGID);
      own = posix.attempt(calls);
    }
    return own;
  }

  /** Why a client is denied, for messages. */
  public static String reason(Rule rule) {
    return (rule == null ? Errno.ENOENT : Errno.EACCES).text();
  }
}
