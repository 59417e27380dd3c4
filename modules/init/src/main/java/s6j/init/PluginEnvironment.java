package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import s6j.env.ContainerEnvironment;
import s6j.env.EnvdirWriter;
import s6j.env.Setting;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.spi.OsString;

/**
 * The container's environment as plugins change it. What they have changed is kept in {@code
 * s6j/plugin-environment}, for the next runtime.
 */
final class PluginEnvironment {
  private static final int SIZE_MAX = 16 << 20;

  private final Container container;
  private final Map<Bytes, Bytes> changes = new LinkedHashMap<>();
  private Environment current = Environment.EMPTY;
  private boolean written;

  PluginEnvironment(Container container) {
    this.container = container;
  }

  /** What the container was started with. */
  synchronized void begin(Environment environment, boolean resumed) {
    current = environment;
    if (resumed) {
      recall();
    }
  }

  /** From now on there are files, unless the container keeps its environment. */
  synchronized void written() {
    written = true;
  }

  /** What the container was started with, and what plugins have changed. */
  synchronized Environment current() {
    return current;
  }

  /** The environment as init scripts have changed it, too. */
  Environment now() throws PosixException {
    synchronized (this) {
      if (!written || keeps()) {
        return current;
      }
    }
    return ContainerEnvironment.read(container.posix());
  }

  private boolean keeps() {
    return container.settings().is(Setting.S6_KEEP_ENV);
  }

  /** A hook has changed it: null is the value of a variable that is removed. */
  synchronized void change(Map<Bytes, Bytes> what) {
    if (what.isEmpty()) {
      return;
    }
    for (Map.Entry<Bytes, Bytes> one : what.entrySet()) {
      apply(one.getKey(), one.getValue());
    }
    changes.putAll(what);
    try {
      remember();
      if (written) {
        if (!keeps()) {
          writeFiles(what);
        }
        container.changed(current);
      }
    } catch (PosixException e) {
      container.console().warn("unable to write what a plugin has set: " + e.getMessage());
    }
  }

  private void apply(Bytes name, Bytes value) {
    current = value == null ? current.without(name) : current.with(name, value);
  }

  private void writeFiles(Map<Bytes, Bytes> what) throws PosixException {
    Bytes directory = container.state().slash(ContainerEnvironment.NAME);
    CallList calls = new CallList();
    Environment set = Environment.EMPTY;
    for (Map.Entry<Bytes, Bytes> one : what.entrySet()) {
      if (one.getValue() != null) {
        set = set.with(one.getKey(), one.getValue());
      } else {
        calls.attempt(
            Syscall.UNLINKAT,
            number(CallList.AT_FDCWD),
            string(directory.slash(one.getKey())),
            number(0));
      }
    }
    container.attempt(calls);
    for (EnvdirWriter.Failure failure :
        new EnvdirWriter(directory, set).write(container.posix(), 0755)) {
      throw new PosixException(failure.reason(), 0);
    }
  }

  private Bytes file() {
    return container.state().slash("s6j").slash("plugin-environment");
  }

  /** Entries as execve has them, each with a NUL; a name alone is a variable that was removed. */
  private void remember() throws PosixException {
    Bytes all = Bytes.EMPTY;
    Bytes end = Bytes.of(new byte[1]);
    for (Map.Entry<Bytes, Bytes> one : changes.entrySet()) {
      all = all.plus(one.getKey());
      if (one.getValue() != null) {
        all = all.plus("=").plus(one.getValue());
      }
      all = all.plus(end);
    }
    new Files(container.posix()).replace(file(), all, 0600);
  }

  private void recall() {
    try {
      for (Bytes entry : new Files(container.posix()).readAtOnce(file(), SIZE_MAX).split(0)) {
        int equals = entry.indexOf('=');
        if (!entry.isEmpty()) {
          Bytes name = equals < 0 ? entry : entry.slice(0, equals);
          Bytes value = equals < 0 ? null : entry.from(equals + 1);
          changes.put(name, value);
          apply(name, value);
        }
      }
    } catch (PosixException e) {
      // No plugin has changed anything.
      return;
    }
  }

  /** For plugins. */
  static Map<OsString, OsString> shown(Environment environment) {
    Map<OsString, OsString> all = new LinkedHashMap<>();
    for (Iterator<Bytes> names = environment.names(); names.hasNext(); ) {
      Bytes name = names.next();
      all.put(OsString.of(name.toArray()), OsString.of(environment.get(name).toArray()));
    }
    return Collections.unmodifiableMap(all);
  }
}
