package s6j.plugin;

import java.util.List;
import java.util.Map;
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
   * @param exited is told, once, whose code has called {@code System.exit}; null when that cannot
   *     be told
   */
  public static void install(List<Plugin> plugins, Consumer<Plugin> exited) {
    Runtime.getRuntime().addShutdownHook(new ExitGuard(plugins, exited));
  }

  @Override
  public void run() {
    Plugin culprit = null;
    Stoppable call = null;
    for (Map.Entry<Thread, StackTraceElement[]> one : Thread.getAllStackTraces().entrySet()) {
      if (exits(one.getValue())) {
        culprit = owner(one.getValue());
        call = one.getKey() instanceof Stoppable stoppable ? stoppable : null;
      }
    }
    exited.accept(culprit);
    if (call != null) {
      call.exited();
    }
    for (; ; ) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        // Nobody has a reason to, and it would end the JVM.
        continue;
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

  private Plugin owner(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      for (Plugin plugin : plugins) {
        if (frame.getModuleName() != null && plugin.has(frame.getModuleName())) {
          return plugin;
        }
      }
    }
    return null;
  }
}
