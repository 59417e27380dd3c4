package s6j.commands.portable.tree;

import java.util.concurrent.ThreadLocalRandom;

/** Ends of names for what is made under one name and then given another. */
final class UniqueSuffix {
  private static final String CHARACTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int LENGTH = 8;

  private UniqueSuffix() {}

  static String next() {
    StringBuilder suffix = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      suffix.append(CHARACTERS.charAt(ThreadLocalRandom.current().nextInt(CHARACTERS.length())));
    }
    return suffix.toString();
  }
}
