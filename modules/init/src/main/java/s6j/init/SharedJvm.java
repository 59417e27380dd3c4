package s6j.init;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import s6j.plugin.Plugin;
import s6j.plugin.Reason;

/**
 * What the threads of plugins have in common with ours: the JVM's stdin is the connection to the
 * shim, its stdout and stderr are the container's, and an exception that nobody catches is said by
 * the JVM in many lines.
 */
final class SharedJvm implements Thread.UncaughtExceptionHandler {
  /** Somebody who closes System.out must not take it away from the others. */
  private static final class KeptOpen extends FilterOutputStream {
    KeptOpen(FileDescriptor to) {
      super(new FileOutputStream(to));
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private final List<Plugin> plugins;
  private final PluginHost host;

  private SharedJvm(List<Plugin> plugins, PluginHost host) {
    this.plugins = plugins;
    this.host = host;
  }

  /** Before any code of a plugin runs. */
  static void prepare(List<Plugin> plugins, PluginHost host) {
    keepStreams();
    Thread.setDefaultUncaughtExceptionHandler(new SharedJvm(plugins, host));
  }

  /** Who reads System.in must not get what the shim says; who closes it, not close that. */
  static void keepStreams() {
    System.setIn(new ByteArrayInputStream(new byte[0]));
    System.setOut(printer(new KeptOpen(FileDescriptor.out), System.out));
    System.setErr(printer(new KeptOpen(FileDescriptor.err), System.err));
  }

  private static PrintStream printer(OutputStream to, PrintStream before) {
    return new PrintStream(to, true, before.charset());
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    Plugin plugin = whose(thread, failure);
    if (plugin != null) {
      host.threadEnds(plugin, thread.getName(), Reason.of(failure));
    } else {
      // It is one of ours.
      failure.printStackTrace();
    }
  }

  /** A thread has the class loader of the one that has started it. */
  private Plugin whose(Thread thread, Throwable failure) {
    ClassLoader loader = thread.getContextClassLoader();
    if (loader != null && loader != ClassLoader.getSystemClassLoader()) {
      for (Plugin plugin : plugins) {
        if (plugin.loader() == loader) {
          return plugin;
        }
      }
    }
    return Plugin.of(plugins, failure.getStackTrace());
  }
}
