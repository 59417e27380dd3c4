package s6j.init;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.env.Setting;
import s6j.plugin.ExitGuard;
import s6j.plugin.Plugin;
import s6j.plugin.PluginDirectory;
import s6j.plugin.Problem;
import s6j.plugin.Reason;
import s6j.plugin.TimedCall;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.spi.Background;
import s6j.spi.CommandProvider;
import s6j.spi.HealthCheck;
import s6j.spi.Point;
import s6j.spi.ServiceListener;
import s6j.spi.StageHook;
import s6j.spi.StageVeto;

/**
 * The plugins of a container, when there are any: makes their objects, calls their hooks at the
 * points of the container's life, and sees to it that none of them does harm. Without a plugin this
 * class is not loaded.
 *
 * <p>A boot waits for what is done here, and the JVM's cache knows nothing of it: what is called
 * once is a class and no lambda, which would cost most of a millisecond.
 */
final class PluginHost implements Consumer<Plugin> {
  /** After so many deaths of the runtime it is time to try it without plugins. */
  private static final int DEATHS_MAX = 3;

  /** A hook with what it has said of itself. */
  private record Hook(HostedPlugin plugin, StageHook hook, Set<Point> points, int priority)
      implements Comparable<Hook> {
    @Override
    public int compareTo(Hook other) {
      return Integer.compare(priority, other.priority);
    }
  }

  /** Something that is to begin. */
  private record Beginning(HostedPlugin plugin, Background background)
      implements Callable<Boolean> {
    @Override
    public Boolean call() throws Exception {
      background.begin(plugin.view());
      return true;
    }
  }

  /** Makes something of a plugin's object, by asking it. */
  private interface Asking<S, T> {
    T ask(S object) throws Exception;
  }

  /** A constructor of a plugin, and what its object is asked then. */
  private record Asked<S, T>(Asking<S, T> asking, ServiceLoader.Provider<S> provider)
      implements Callable<T> {
    @Override
    public T call() throws Exception {
      return asking.ask(provider.get());
    }
  }

  /** A hook's point is reached. */
  private record Reaching(Hook hook, Point point, StageCall context) implements Callable<Boolean> {
    @Override
    public Boolean call() throws Exception {
      hook.hook().reached(point, context);
      return true;
    }
  }

  /** The services by their names: what no plugin provides is not even loaded. */
  private static final String HOOK = "s6j.spi.StageHook";

  private static final String BACKGROUND = "s6j.spi.Background";
  private static final String LISTENER = "s6j.spi.ServiceListener";
  private static final String CHECK = "s6j.spi.HealthCheck";
  private static final String COMMAND = "s6j.spi.CommandProvider";

  private final Container container;
  private final PluginJournal journal;
  private final PluginEnvironment environment;
  private final ServiceWatch services;
  private final PluginChecks checks = new PluginChecks(this);
  private final List<HostedPlugin> plugins = new ArrayList<>();
  private final List<Hook> hooks = new ArrayList<>();
  private final List<Beginning> backgrounds = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();
  private final Map<Point, Instant> passed = new EnumMap<>(Point.class);
  private volatile TimedCall<?> running;
  private volatile boolean stage1 = true;
  private final Instant loaded = Instant.now();

  /** Whether CMD has been started, by this runtime or an earlier one. */
  private volatile boolean up;

  private PluginHost(Container container) {
    this.container = container;
    this.journal = new PluginJournal(container);
    this.environment = new PluginEnvironment(container);
    this.services = new ServiceWatch(this);
  }

  /** Loads the plugins and makes their objects; what is wrong with them is said. */
  static PluginHost load(Container container) {
    PluginHost host = new PluginHost(container);
    host.load();
    return host;
  }

  private void load() {
    up = container.journal().begun(Journal.Step.UP);
    int deaths = container.posix().info().generation();
    if (deaths >= DEATHS_MAX) {
      said("the runtime was started again " + deaths + " times: plugins are left out from now on");
      return;
    }
    journal.resume();
    List<Plugin> found = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    List<Plugin> all = PluginDirectory.load(Path.of(PluginDirectory.IN_CONTAINERS), problems);
    for (Problem problem : problems) {
      leftOut(problem);
    }
    for (Plugin plugin : all) {
      String harm = journal.harmDoneBy(plugin.file());
      if (harm == null) {
        found.add(plugin);
      } else {
        leftOut(new Problem(plugin.file(), harm));
      }
    }
    ExitGuard.install(found, this);
    SharedJvm.prepare(found, this);
    StopWatch watch = new StopWatch(this);
    watch.start();
    for (Plugin plugin : found) {
      if (stopping()) {
        break;
      }
      HostedPlugin hosted = new HostedPlugin(plugin, this);
      plugins.add(hosted);
      journal.running(plugin.file(), null);
      fill(hosted);
    }
    journal.running(null, null);
    Collections.sort(hooks);
  }

  /** Makes the objects of a plugin; it is used whole or not at all. */
  private void fill(HostedPlugin plugin) {
    Plugin its = plugin.plugin();
    List<Hook> itsHooks = its.provides(HOOK) ? hooks(plugin) : List.of();
    List<Beginning> itsBackgrounds = its.provides(BACKGROUND) ? backgrounds(plugin) : List.of();
    List<ServiceListener> itsListeners = its.provides(LISTENER) ? listeners(plugin) : List.of();
    List<PluginChecks.Check> itsChecks = its.provides(CHECK) ? checks(plugin) : List.of();
    List<PluginCommand> itsCommands = its.provides(COMMAND) ? commands(plugin) : List.of();
    if (plugin.isOff()) {
      return;
    }
    hooks.addAll(itsHooks);
    backgrounds.addAll(itsBackgrounds);
    checks.addAll(itsChecks);
    for (ServiceListener listener : itsListeners) {
      services.add(plugin, listener);
    }
    for (PluginCommand command : itsCommands) {
      add(plugin, command);
    }
  }

  private void add(HostedPlugin plugin, PluginCommand command) {
    if (!container.commands().exist()) {
      complain(plugin, "its command " + command.name() + " is left out: it needs the shim");
      return;
    }
    boolean taken = Programs.has(command.name());
    for (Command other : commands) {
      taken |= other.name().equals(command.name());
    }
    if (taken || !command.canBeNamed()) {
      complain(
          plugin,
          "its command \""
              + Reason.oneLine(command.name())
              + "\" is left out: "
              + (taken ? "there is another of this name" : "it cannot be a name"));
      return;
    }
    commands.add(command);
  }

  private List<Hook> hooks(HostedPlugin plugin) {
    return ask(
        plugin,
        StageHook.class,
        new Asking<>() {
          @Override
          public Hook ask(StageHook hook) {
            return new Hook(plugin, hook, Set.copyOf(hook.points()), hook.priority());
          }
        });
  }

  private List<Beginning> backgrounds(HostedPlugin plugin) {
    return ask(
        plugin,
        Background.class,
        new Asking<>() {
          @Override
          public Beginning ask(Background background) {
            return new Beginning(plugin, background);
          }
        });
  }

  private List<ServiceListener> listeners(HostedPlugin plugin) {
    return ask(
        plugin,
        ServiceListener.class,
        new Asking<>() {
          @Override
          public ServiceListener ask(ServiceListener listener) {
            return listener;
          }
        });
  }

  private List<PluginChecks.Check> checks(HostedPlugin plugin) {
    return ask(
        plugin,
        HealthCheck.class,
        new Asking<>() {
          @Override
          public PluginChecks.Check ask(HealthCheck check) {
            return new PluginChecks.Check(plugin, check);
          }
        });
  }

  private List<PluginCommand> commands(HostedPlugin plugin) {
    return ask(
        plugin,
        CommandProvider.class,
        new Asking<>() {
          @Override
          public PluginCommand ask(CommandProvider provider) {
            return new PluginCommand(provider.name(), provider, plugin);
          }
        });
  }

  private <S, T> List<T> ask(HostedPlugin plugin, Class<S> service, Asking<S, T> asking) {
    List<T> all = new ArrayList<>();
    if (plugin.isOff()) {
      return all;
    }
    List<Problem> problems = new ArrayList<>();
    List<ServiceLoader.Provider<S>> providers = plugin.plugin().providers(service, problems);
    for (Problem problem : problems) {
      plugin.switchOff();
      leftOut(problem);
    }
    for (ServiceLoader.Provider<S> provider : providers) {
      if (stopping()) {
        plugin.switchOff();
      }
      if (plugin.isOff()) {
        break;
      }
      TimedCall<T> call =
          new TimedCall<>(
              "plugin " + plugin.file(), plugin.plugin().loader(), new Asked<>(asking, provider));
      try {
        all.add(begun(call));
      } catch (TimedCall.TimedOut e) {
        plugin.switchOff();
        leftOut(new Problem(plugin.file(), "its constructor takes longer than " + shownLimit()));
      } catch (TimedCall.Exited e) {
        // It has been said already.
        plugin.switchOff();
      } catch (Throwable e) {
        plugin.switchOff();
        leftOut(new Problem(plugin.file(), call.reason(e)));
      }
    }
    return all;
  }

  /**
   * Stage 1 begins: hooks may change the environment before anybody has it.
   *
   * @return the environment with what plugins add to it
   */
  Environment begin(Environment own) {
    environment.begin(commands.isEmpty() ? own : withCommands(own), container.resumed());
    pass(Point.BEFORE_STAGE1);
    // A runtime that goes on where another was is not at that point any more.
    Point point = container.resumed() ? null : Point.BEFORE_STAGE1;
    for (Beginning beginning : backgrounds) {
      journal.running(beginning.plugin().file(), point);
      begin(beginning);
    }
    if (!backgrounds.isEmpty()) {
      journal.running(null, point);
    }
    stage1 = false;
    environment.written();
    return environment.current();
  }

  private void begin(Beginning beginning) {
    HostedPlugin plugin = beginning.plugin();
    if (plugin.isOff() || stopping()) {
      return;
    }
    TimedCall<Boolean> call =
        new TimedCall<>("plugin " + plugin.file(), plugin.plugin().loader(), beginning);
    try {
      begun(call);
    } catch (TimedCall.TimedOut e) {
      plugin.switchOff();
      if (!stopping()) {
        complain(plugin, "its beginning takes longer than " + shownLimit() + ": it is left out");
      }
    } catch (TimedCall.Exited e) {
      plugin.switchOff();
    } catch (Throwable e) {
      if (!stopping()) {
        complain(plugin, call.reason(e));
      }
    }
  }

  /** Runs a call of stage 1. */
  private <T> T begun(TimedCall<T> call) throws Throwable {
    running = call;
    try {
      call.start(timeLimit());
      if (stopping()) {
        hurry();
      }
      return call.await();
    } finally {
      running = null;
    }
  }

  /** Whether the container is to stop. In stage 1 the signal that says so is still in line. */
  boolean stopping() {
    return container.stopRequest().requested() || stage1 && container.stopInLine();
  }

  /** Whether stage 1 is not over: nobody takes events yet. Any thread. */
  boolean inStage1() {
    return stage1;
  }

  /** Makes the links by which commands of plugins are found. */
  private Environment withCommands(Environment own) {
    Bytes directory = container.state().slash("bin");
    PluginCommand.makeLinks(container, directory, commands);
    Programs.add(commands);
    Bytes path = own.get("PATH");
    return own.with(
        "PATH", path == null || path.isEmpty() ? directory : path.plus(":").plus(directory));
  }

  /** The supervision tree is there, and nothing in it yet. */
  void watchTree() {
    container.tree().watch(services);
    services.begin();
  }

  void before(Journal.Step step) {
    switch (step) {
      case FIX_ATTRS -> pass(Point.BEFORE_FIX_ATTRS);
      case CONT_INIT -> pass(Point.BEFORE_CONT_INIT);
      case SERVICES -> pass(Point.BEFORE_SERVICES);
      case UP -> pass(Point.BEFORE_CMD);
      case CONT_FINISH -> {
        pass(Point.BEFORE_STAGE3);
        pass(Point.BEFORE_CONT_FINISH);
      }
      case FINISH -> pass(Point.BEFORE_STOP);
      case START -> throw new IllegalArgumentException("its environment is not known");
    }
  }

  void after(Journal.Step step) {
    switch (step) {
      case START -> {
        pass(Point.AFTER_STAGE1);
        pass(Point.BEFORE_STAGE2);
      }
      case FIX_ATTRS -> pass(Point.AFTER_FIX_ATTRS);
      case CONT_INIT -> pass(Point.AFTER_CONT_INIT);
      case SERVICES -> {
        pass(Point.AFTER_SERVICES);
        pass(Point.AFTER_STAGE2);
      }
      case UP -> {
        up = true;
        pass(Point.AFTER_CMD);
      }
      case CONT_FINISH -> pass(Point.AFTER_CONT_FINISH);
      case FINISH -> {
        pass(Point.AFTER_STOP);
        pass(Point.AFTER_STAGE3);
      }
    }
  }

  private boolean tooLate(Point point) {
    return !point.isDown() && stopping();
  }

  private void pass(Point point) {
    if (tooLate(point) || !journal.isAhead(point)) {
      return;
    }
    if (!container.resumed()) {
      synchronized (passed) {
        passed.put(point, Instant.now());
      }
    }
    boolean any = false;
    for (Hook hook : hooks) {
      if (hook.points().contains(point) && !hook.plugin().isOff() && !tooLate(point)) {
        journal.running(hook.plugin().file(), point);
        call(hook, point);
        any = true;
      }
    }
    if (any) {
      journal.running(null, point);
    }
  }

  private void call(Hook hook, Point point) {
    HostedPlugin plugin = hook.plugin();
    Limit limit = limit(point);
    StageCall context = new StageCall(this, plugin, limit.shown());
    TimedCall<Boolean> call =
        new TimedCall<>(
            "plugin " + plugin.file(),
            plugin.plugin().loader(),
            new Reaching(hook, point, context));
    context.of(call);
    running = call;
    try {
      call.start(limit.time());
      if (tooLate(point)) {
        hurry();
      }
      call.await();
      environment.change(context.end());
    } catch (StageVeto e) {
      vetoed(plugin, point, e);
    } catch (TimedCall.TimedOut e) {
      plugin.switchOff();
      if (!tooLate(point)) {
        complain(plugin, point + " takes longer than " + context.limit() + ": it is left out");
      }
    } catch (TimedCall.Exited e) {
      plugin.switchOff();
    } catch (Throwable e) {
      if (!(tooLate(point) && e instanceof InterruptedException)) {
        complain(plugin, point + ": " + call.reason(e));
      }
    } finally {
      context.end();
      running = null;
    }
  }

  private void vetoed(HostedPlugin plugin, Point point, StageVeto veto) {
    String why = veto.getMessage() == null ? "stops the container" : veto.getMessage();
    String message = "plugin " + plugin.file() + ": " + Reason.oneLine(why);
    if (point.isDown() || stopping()) {
      container.console().warn(message);
      return;
    }
    container.console().complain("fatal", message);
    fail(veto.code());
  }

  private void fail(int code) {
    container.vetoed(code);
  }

  /** The container is to stop: a hook that runs is told so. Any thread. */
  void hurry() {
    TimedCall<?> call = running;
    if (call != null) {
      // To a call, no time would be without limit.
      long grace = Math.max(1, container.settings().number(Setting.S6_KILL_GRACETIME));
      call.hurry(Duration.ofMillis(grace));
    }
  }

  /** Its code has called {@code System.exit}. Any thread. */
  @Override
  public void accept(Plugin culprit) {
    HostedPlugin plugin = hosted(culprit);
    if (plugin == null) {
      container.console().warn("a plugin called System.exit: its thread does not go on");
    } else {
      plugin.switchOff();
      complain(plugin, "called System.exit: it is left out, and its thread does not go on");
    }
  }

  /** Null when it is none that is called. */
  private HostedPlugin hosted(Plugin wanted) {
    for (HostedPlugin plugin : plugins) {
      if (plugin.plugin() == wanted) {
        return plugin;
      }
    }
    return null;
  }

  /** A thread that a plugin has started ends by an exception. Any thread. */
  void threadEnds(Plugin culprit, String name, String reason) {
    HostedPlugin plugin = hosted(culprit);
    if (plugin != null) {
      complain(plugin, "its thread \"" + Reason.oneLine(name) + "\" has ended: " + reason);
    }
  }

  private void leftOut(Problem problem) {
    if (stopping()) {
      // It was interrupted, perhaps, and is of no use any more in any case.
      return;
    }
    said("plugin " + problem.plugin() + " is left out: " + problem.reason());
  }

  /** Something is wrong with a plugin. */
  void complain(HostedPlugin plugin, String what) {
    said("plugin " + plugin.file() + ": " + what);
  }

  private void said(String line) {
    boolean strict = container.settings().is(Setting.S6_PLUGINS_STRICT);
    if (strict && !up && !stopping()) {
      container.console().complain("fatal", line + " (S6_PLUGINS_STRICT)");
      fail(CommandException.SYSTEM);
    } else {
      container.console().warn(line);
    }
  }

  /** How long something may take, and how that is said. */
  private record Limit(Duration time, String shown) {}

  /** Nobody waits for a stop much longer than a finish script may take. */
  private Limit limit(Point point) {
    long down = container.settings().number(Setting.S6_KILL_FINISH_MAXTIME);
    Duration time = timeLimit();
    if (point.isDown() && down > 0 && (time.isZero() || time.toMillis() > down)) {
      return new Limit(Duration.ofMillis(down), down + " ms (S6_KILL_FINISH_MAXTIME)");
    }
    return new Limit(time, shownLimit());
  }

  Duration timeLimit() {
    return Duration.ofMillis(container.settings().number(Setting.S6_PLUGINS_TIMEOUT));
  }

  String shownLimit() {
    return timeLimit().toMillis() + " ms (S6_PLUGINS_TIMEOUT)";
  }

  Container container() {
    return container;
  }

  PluginEnvironment environment() {
    return environment;
  }

  ServiceWatch services() {
    return services;
  }

  /** Looked up when it is asked for: the JDK starts threads for it. */
  Instant started() {
    return ProcessHandle.of(container.posix().info().pid())
        .flatMap(init -> init.info().startInstant())
        .orElse(loaded);
  }

  Map<Point, Instant> passed() {
    synchronized (passed) {
      return Map.copyOf(passed);
    }
  }

  PluginChecks checks() {
    return checks;
  }
}
