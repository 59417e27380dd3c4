package s6j.attrs;

import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * The third word of a rule: {@code account} or {@code user:group}, each a name or a number, and
 * after a comma the ids for what is not known: {@code nobody,32768:32768}.
 *
 * <p>Beyond the original: a number alone is a user id, with that user's primary group, or the group
 * of the same number when no account has this id; {@code root} is 0:0 in an image without accounts.
 */
final class AccountWord {
  /** Gives the accounts when they are needed: most rule files need none or few. */
  interface Source {
    Accounts accounts() throws PosixException;
  }

  /** Whom a word means. */
  record Ids(int uid, int gid) {}

  /** A word that means nobody. The message says why. */
  static final class UnknownAccount extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownAccount(String message) {
      super(message);
    }
  }

  private AccountWord() {}

  /**
   * Whom the word means.
   *
   * @throws UnknownAccount when a name is not known and there is no fallback for it
   */
  static Ids resolve(Bytes word, Source source) throws UnknownAccount, PosixException {
    int comma = word.indexOf(',');
    Ids fallback = comma < 0 ? null : fallback(word.from(comma + 1));
    Bytes account = comma < 0 ? word : word.slice(0, comma);
    int colon = account.indexOf(':');
    if (colon < 0) {
      return single(account, fallback, source);
    }
    return new Ids(
        user(account.slice(0, colon), fallback, source),
        group(account.from(colon + 1), fallback, source));
  }

  private static Ids single(Bytes account, Ids fallback, Source source)
      throws UnknownAccount, PosixException {
    Accounts.User user = source.accounts().user(account);
    if (user != null) {
      return new Ids(user.uid(), user.gid());
    }
    if (fallback != null) {
      return fallback;
    }
    if (account.is("root")) {
      return new Ids(0, 0);
    }
    long uid = Accounts.id(account);
    if (uid == Accounts.NONE) {
      throw new UnknownAccount("unknown user: " + account);
    }
    Accounts.User owner = source.accounts().userWithId((int) uid);
    return new Ids((int) uid, owner == null ? (int) uid : owner.gid());
  }

  private static int user(Bytes name, Ids fallback, Source source)
      throws UnknownAccount, PosixException {
    long id = Accounts.id(name);
    if (id != Accounts.NONE) {
      return (int) id;
    }
    Accounts.User user = name.isEmpty() ? null : source.accounts().user(name);
    if (user != null) {
      return user.uid();
    }
    if (fallback != null) {
      return fallback.uid();
    }
    if (name.isEmpty() || name.is("root")) {
      return 0;
    }
    throw new UnknownAccount("unknown user: " + name);
  }

  private static int group(Bytes name, Ids fallback, Source source)
      throws UnknownAccount, PosixException {
    long id = Accounts.id(name);
    if (id == Accounts.NONE && !name.isEmpty()) {
      id = source.accounts().group(name);
    }
    if (id != Accounts.NONE) {
      return (int) id;
    }
    if (fallback != null) {
      return fallback.gid();
    }
    if (name.isEmpty() || name.is("root")) {
      return 0;
    }
    throw new UnknownAccount("unknown group: " + name);
  }

  /** Ids after the comma; a piece that is empty or missing is 0. */
  private static Ids fallback(Bytes word) throws UnknownAccount {
    int colon = word.indexOf(':');
    long uid = piece(colon < 0 ? word : word.slice(0, colon));
    long gid = piece(colon < 0 ? Bytes.EMPTY : word.from(colon + 1));
    if (uid == Accounts.NONE || gid == Accounts.NONE) {
      throw new UnknownAccount("expected uid:gid in numbers after the comma, got \"" + word + "\"");
    }
    return new Ids((int) uid, (int) gid);
  }

  private static long piece(Bytes word) {
    return word.isEmpty() ? 0 : Accounts.id(word);
  }
}
