package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.env.ContainerEnvironment;
import s6j.env.EnvdirWriter;
import s6j.env.Setting;
import s6j.plugin.BakedPlugins;
import s6j.plugin.PluginDirectory;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.supervise.ScanDirectory;

/**
 * Stage 1: the container's environment goes to files, output goes where S6_LOGGING says, the
 * supervision tree begins.
 */
final class Stage1 {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String[] DIRECTORIES = {
    "services", "s6j", "env-stage1", "env-stage2", "env-stage3"
  };
  private static final String[] NEEDED_IN_PATH = {"/usr/bin", "/usr/sbin", "/bin", "/sbin"};

  /** Constants of another module, which is not loaded for them. */
  private static final String PLUGINS = PluginDirectory.IN_CONTAINERS;

  private static final String BAKED_PLUGINS = BakedPlugins.PROPERTY;

  /** Room for a few entries: only whether there is any counts. */
  private static final int LISTING = 1024;

  private final Container container;

  Stage1(Container container) {
    this.container = container;
  }

  void run() throws PosixException {
    boolean keep = container.settings().is(Setting.S6_KEEP_ENV);
    Environment environment = environment();
    CallList calls = new CallList();
    if (!container.resumed()) {
      for (String directory : DIRECTORIES) {
        makeDirectory(calls, container.state().slash(directory));
      }
    }
    int listing = appendPlugins(calls);
    int links = BinLinks.ask(calls);
    Results results = container.posix().call(calls);
    if (wantsLinks() && BinLinks.missing(results, links)) {
      BinLinks.make(container.posix());
    }
    if (perhapsPlugins(results, listing) || System.getProperty(BAKED_PLUGINS) != null) {
      PluginHost plugins = PluginHost.load(container);
      container.plugins(plugins);
      environment = plugins.begin(environment);
    }
    if (!container.resumed() && !keep) {
      dump(environment);
    }
    Environment services =
        keep ? environment : Environment.EMPTY.with("PATH", path(environment.get("PATH")));
    ScanDirectory tree =
        new ScanDirectory(
            container.loop(), container.state().slash("services"), services, container);
    tree.keepList(container.state().slash("s6j").slash("services"));
    Logging logging = new Logging(loggingLevel());
    container.prepared(environment, services, tree, logging);
    if (logging.catchAll()) {
      logging.redirect(container);
    }
  }

  private boolean wantsLinks() {
    return container.commands().exist() && container.settings().is(Setting.S6_BIN_LINKS);
  }

  /**
   * Appends the calls that look whether there are plugins; returns where their number of bytes is.
   */
  private int appendPlugins(CallList calls) {
    int flags =
        OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(container.posix().info().arch());
    int open =
        calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(PLUGINS), number(flags));
    int listing =
        calls.attempt(Syscall.GETDENTS64, resultOf(open), outUpToResult(LISTING), number(LISTING));
    calls.attempt(Syscall.CLOSE, resultOf(open));
    return listing;
  }

  /** Whether there may be plugins: also when that cannot be told, which is said then. */
  private static boolean perhapsPlugins(Results results, int listing) {
    int open = listing - 1;
    return results.failed(open)
        ? !results.errno(open).equals(Errno.ENOENT)
        : !results.failed(listing) && anyPlugin(results.buffer(listing));
  }

  /** Whether a listing has what may be a plugin: hidden files are none. */
  private static boolean anyPlugin(byte[] listing) {
    List<Bytes> names = new ArrayList<>();
    Files.addNames(listing, names);
    for (Bytes name : names) {
      if (!name.startsWith(".")) {
        return true;
      }
    }
    // There may be more, if these fill the room.
    return listing.length > LISTING / 2;
  }

  private int loggingLevel() {
    int level = (int) container.settings().number(Setting.S6_LOGGING);
    if (level != 0 && !container.commands().exist()) {
      container
          .console()
          .warn("S6_LOGGING=" + level + " needs s6-log, which is not there without the shim: 0");
      return 0;
    }
    return level;
  }

  private Environment environment() {
    Environment own = container.posix().info().environment();
    if (!own.has("PATH")) {
      own = own.with("PATH", DEFAULT_PATH);
    }
    return own.with("CWD", container.posix().info().cwd());
  }

  private static void makeDirectory(CallList calls, Bytes path) {
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0755));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(0755));
  }

  private void dump(Environment environment) throws PosixException {
    Bytes directory = container.state().slash(ContainerEnvironment.NAME);
    for (EnvdirWriter.Failure failure :
        EnvdirWriter.writeAfresh(container.posix(), directory, environment, 0755)) {
      container
          .console()
          .warn(
              "unable to write "
                  + directory.slash(failure.name())
                  + ": "
                  + failure.reason().text());
    }
  }

  /**
   * The PATH of services: the container's, with the directories that the original gives its
   * services.
   */
  private static Bytes path(Bytes own) {
    Bytes path = own;
    for (String needed : NEEDED_IN_PATH) {
      boolean there = false;
      for (Bytes directory : own.split(':')) {
        there |= directory.is(needed);
      }
      if (!there) {
        path = path.plus(":" + needed);
      }
    }
    return path;
  }
}
