package s6j.init;

import s6j.posix.Bytes;
import s6j.posix.Environment;

/** Until s6j.env has them. */
record Settings(Environment environment) {
  long number(String name, long otherwise) {
    Bytes value = environment.get(name);
    try {
      return value == null ? otherwise : Long.parseLong(value.toString());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  boolean on(String name) {
    return number(name, 0) != 0;
  }
}
