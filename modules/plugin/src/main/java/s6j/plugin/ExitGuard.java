package s6j.plugin;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps {@code System.exit} of a plugin from ending the JVM. It waits for shutdown hooks; the guard
 * is one that never ends, so the thread that has called it stays there, and all others go on.
 *
 * <p>From then on nobody can end this JVM but by {@link Runtime#halt}. {@code Runtime.halt} in a
 * plugin is not held up.
 */
public final class ExitGuard extends Thread {
  /** A thread that wants to know that it will never go on. */
  interface Stoppable {
    void exited();
  }

  /**
   * Who calls it after the first waits for a lock of the JVM, before any hook: that is looked for.
   */
  private static final long LOOK_AGAIN_MS = 500;

  /** Whose code has called it: the plugin, or null when that cannot be told. */
  private final Consumer<Plugin> exited;

  private final List<Plugin> plugins;

  private ExitGuard(List<Plugin> plugins, Consumer<Plugin> exited) {
    super("exit-guard");
    this.plugins = plugins;
    this.exited = exited;
  }

  /**
   * Guards this JVM from now on.
   *
   * @param exited is told, for each thread, whose code has called {@code System.exit}; null when
   *     that cannot be told
   */
  public static void install(List<Plugin> plugins, Consumer<Plugin> exited) {
    Runtime.getRuntime().addShutdownHook(new ExitGuard(plugins, exited));
  }

  @Override
  public void run() {
    Set<Thread> known = new HashSet<>();
    look(known);
    if (known.isEmpty()) {
      // A virtual thread: none of them is in the list.
      exited.accept(null);
    }
    for (; ; ) {
      try {
        Thread.sleep(LOOK_AGAIN_MS);
        look(known);
      } catch (InterruptedException e) {
        // Nobody has a reason to, and it would end the JVM.
        continue;
      }
    }
  }

  /** Tells of all threads that are not known yet. */
  private void look(Set<Thread> known) {
    for (Map.Entry<Thread, StackTraceElement[]> one : Thread.getAllStackTraces().entrySet()) {
      if (exits(one.getValue()) && known.add(one.getKey())) {
        exited.accept(Plugin.of(plugins, one.getValue()));
        if (one.getKey() instanceof Stoppable call) {
          call.exited();
        }
      }
    }
  }

  private static boolean exits(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().equals("java.lang.Runtime")
          && frame.getMethodName().equals("exit")) {
        return true;
      }
    }
    return false;
  }
}
