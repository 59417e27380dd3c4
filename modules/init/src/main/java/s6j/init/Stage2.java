package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import s6j.attrs.FixAttrs;
import s6j.chain.CommandException;
import s6j.env.Setting;
import s6j.init.Journal.Step;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Script;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;
import s6j.supervise.EventLoop;

/**
 * Stage 2: user files are published, their attributes fixed, init scripts run, services started.
 */
final class Stage2 {
  private static final Bytes ETC = Bytes.of("/etc");

  /** Where s6-overlay v3 has services of s6-rc, which nobody should miss without a word. */
  private static final Bytes SERVICES_OF_V3 = Bytes.of("/etc/s6-overlay/s6-rc.d");

  private static final String[] PUBLISHED = {
    "fix-attrs.d", "cont-init.d", "cont-finish.d", "services.d"
  };

  /** What the original makes sure of before anything runs, below the published directories. */
  private static final String[] PERMISSIONS = {
    "fix-attrs.d/* false 0:0 0644 0755",
    "cont-init.d/* false 0:0 0755 0755",
    "cont-finish.d/* false 0:0 0755 0755",
    "services.d/*/run false 0:0 0755 0755",
    "services.d/*/finish false 0:0 0755 0755",
    "services.d/*/log/run false 0:0 0755 0755",
    "services.d/*/log/finish false 0:0 0755 0755",
    "services.d/*/data/check false 0:0 0755 0755",
  };

  private final Container container;
  private final Console console;
  private final Files files;
  private final Journal journal;
  private final long behaviour;
  private Bytes source;
  private boolean[] there;

  Stage2(Container container) {
    this.container = container;
    this.console = container.console();
    this.files = new Files(container.posix());
    this.journal = container.journal();
    this.behaviour = container.settings().number(Setting.S6_BEHAVIOUR_IF_STAGE2_FAILS);
  }

  /**
   * Runs the stage; returns the exit code with which the container must end, or 0 when it goes on.
   */
  int run() throws PosixException {
    publish();
    if (!journal.begun(Step.FIX_ATTRS)) {
      fixPermissions();
      journal.begin(Step.FIX_ATTRS, Bytes.EMPTY);
    }
    openTree();
    container.after(Step.START);
    container.before(Step.FIX_ATTRS);
    if (there[0] && !stopped() && !journal.over(Step.FIX_ATTRS)) {
      fixAttributes();
    }
    container.after(Step.FIX_ATTRS);
    container.before(Step.CONT_INIT);
    if (there[1] && !stopped() && !journal.over(Step.CONT_INIT)) {
      runInitScripts();
    }
    if (stopped()) {
      return 0;
    }
    container.after(Step.CONT_INIT);
    container.before(Step.SERVICES);
    int failure = 0;
    if (there[3] && !stopped() && !journal.over(Step.SERVICES)) {
      failure = startServices();
    }
    if (failure == 0) {
      container.after(Step.SERVICES);
    }
    return failure;
  }

  /** A header is said once in a life. */
  private void header(Step step, String line) {
    if (!journal.begun(step)) {
      console.print(line);
    }
  }

  private boolean stopped() {
    return container.stopRequest().requested();
  }

  /** Where scripts and services come from: /etc, or a profile; null is none. */
  static Bytes source(Bytes profile) {
    return profile == null || profile.isEmpty() ? ETC : ETC.slash("cont-profile.d").slash(profile);
  }

  private void publish() throws PosixException {
    if (!container.resumed()) {
      console.print("[s6-init] making user provided files available at /var/run/s6/etc...");
    }
    source = source(container.settings().text(Setting.S6_RUNTIME_PROFILE));
    List<Bytes> paths = new ArrayList<>();
    for (String name : PUBLISHED) {
      paths.add(source.slash(name));
    }
    paths.add(source);
    paths.add(SERVICES_OF_V3);
    List<Stat> stats = files.stats(paths);
    there = new boolean[PUBLISHED.length];
    CallList calls = new CallList();
    Bytes etc = container.state().slash("etc");
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(etc), number(0755));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(etc), number(0755));
    for (int i = 0; i < PUBLISHED.length; i++) {
      there[i] = stats.get(i) != null && stats.get(i).isDirectory();
      if (there[i]) {
        calls.attempt(
            Syscall.SYMLINKAT,
            string(paths.get(i)),
            number(CallList.AT_FDCWD),
            string(etc.slash(PUBLISHED[i])));
      }
    }
    container.posix().call(calls);
    if (!container.resumed()) {
      console.print("exited 0.\n");
      warnOfWhatIsMissed(stats.get(PUBLISHED.length), stats.get(PUBLISHED.length + 1));
    }
  }

  private void warnOfWhatIsMissed(Stat ofSource, Stat ofV3) {
    boolean there = ofSource != null && ofSource.isDirectory();
    if (!there && !source.equals(ETC)) {
      console.warn(source + " is not a directory: no scripts, no services (S6_RUNTIME_PROFILE)");
    }
    if (ofV3 != null && ofV3.isDirectory()) {
      console.warn(SERVICES_OF_V3 + " is of s6-overlay v3: what is in it is not started");
    }
  }

  /**
   * So that nobody has to make scripts executable; what is in order costs one look at all of it.
   */
  private void fixPermissions() {
    console.print("[s6-init] ensuring user provided files have correct perms...");
    FixAttrs run = new FixAttrs(container.posix(), console::complain, false);
    run.apply("built-in permissions", permissions());
    run.finish();
    console.print("exited 0.\n");
  }

  private Bytes permissions() {
    Bytes etc = container.state().slash("etc");
    Bytes rules = Bytes.EMPTY;
    for (int i = 0; i < PERMISSIONS.length; i++) {
      rules = rules.plus(etc.slash(PERMISSIONS[i])).plus("\n");
    }
    return rules;
  }

  private void openTree() {
    container
        .loop()
        .call(
            () -> {
              try {
                container.tree().open();
                if (container.logging().catchAll() && !journal.begun(Step.SERVICES)) {
                  container.logging().makeLogger(container);
                  container.tree().scan();
                }
                if (journal.begun(Step.SERVICES)) {
                  container.tree().adopt(stopped());
                }
              } catch (PosixException e) {
                console.complain("fatal", "unable to open the scan directory: " + e.getMessage());
                container.requestStop(false);
              }
            });
  }

  private void fixAttributes() throws PosixException {
    console.print("[fix-attrs.d] applying ownership & permissions fixes...\n");
    Bytes directory = container.state().slash("etc").slash("fix-attrs.d");
    for (Bytes name : scripts(directory)) {
      if (stopped()) {
        return;
      }
      if (journal.over(Step.FIX_ATTRS, name)) {
        continue;
      }
      journal.begin(Step.FIX_ATTRS, name);
      console.print(Bytes.of("[fix-attrs.d] ").plus(name).plus(": applying... \n"));
      int code = applyRules(directory.slash(name), name);
      console.print(Bytes.of("[fix-attrs.d] ").plus(name).plus(": exited " + code + ".\n"));
    }
    console.print("[fix-attrs.d] done.\n");
  }

  /** In a process of its own: a volume that does not answer must not hold up init. */
  private int applyRules(Bytes rules, Bytes name) {
    boolean hidden = container.settings().is(Setting.S6_FIX_ATTRS_HIDDEN);
    if (!container.posix().canFork()) {
      return applyRulesHere(rules, hidden);
    }
    long tag = Journal.tag(Step.FIX_ATTRS, name);
    Child earlier = Child.inherit(container.loop(), tag, status -> rulesApplied(name, status));
    if (earlier != null) {
      WaitStatus status = awaitForeground(earlier);
      if (stopped() || !isOfDeadRuntime(status)) {
        return status.overlayCode();
      }
    }
    container.commands().open();
    Environment environment =
        Environment.EMPTY.with(
            Setting.S6_FIX_ATTRS_HIDDEN.variable(), Bytes.of(hidden ? "1" : "0"));
    SpawnPlan plan =
        SpawnPlan.of(Programs.SHIM, Bytes.listOf("fix-attrs"), environment)
            .withDescriptors(
                List.of(new SpawnPlan.Open(0, rules, OpenFlags.RDONLY | OpenFlags.NONBLOCK, 0)));
    try {
      Child child = Child.start(container.loop(), plan, tag, status -> rulesApplied(name, status));
      return awaitForeground(child).overlayCode();
    } catch (PosixException e) {
      console.warn("unable to apply " + rules + ": " + e.getMessage());
      return CommandException.SYSTEM;
    }
  }

  private void rulesApplied(Bytes name, WaitStatus status) {
    if (!isOfDeadRuntime(status)) {
      journal.end(Step.FIX_ATTRS, name);
    }
  }

  /** A command whose runtime has died can do nothing more. */
  private static boolean isOfDeadRuntime(WaitStatus status) {
    return status.shellCode() == CommandException.SYSTEM;
  }

  private int applyRulesHere(Bytes rules, boolean hidden) {
    FixAttrs run = new FixAttrs(container.posix(), console::complain, hidden);
    try {
      run.applyFile(rules);
    } catch (PosixException e) {
      console.warn("unable to read " + rules + ": " + e.getMessage());
    }
    run.finish();
    return 0;
  }

  private void runInitScripts() throws PosixException {
    header(Step.CONT_INIT, "[cont-init.d] executing container initialization scripts...\n");
    boolean warned = false;
    for (Bytes name : scripts(source.slash("cont-init.d"))) {
      if (!stopped() && !journal.over(Step.CONT_INIT, name)) {
        WaitStatus status = runInitScript(name);
        warned |= behaviour == 1 && status.raw() != 0 && !stopped();
      }
    }
    if (stopped()) {
      return;
    }
    console.print("[cont-init.d] done.\n");
    if (warned) {
      warnOfFailure();
    }
  }

  private void warnOfFailure() {
    console.print("\n!!!!!\n init-stage2 failed.\n!!!!!\n");
  }

  /** The visible entries of a directory, in byte order. */
  private List<Bytes> scripts(Bytes directory) throws PosixException {
    List<Bytes> names = files.list(directory);
    names.removeIf(name -> name.startsWith("."));
    return names;
  }

  private WaitStatus runInitScript(Bytes name) {
    long tag = Journal.tag(Step.CONT_INIT, name);
    Child child = Child.inherit(container.loop(), tag, status -> initScriptEnded(name, status));
    if (child == null) {
      child = startInitScript(name, tag);
    }
    if (child == null) {
      WaitStatus status = WaitStatus.exited(CommandException.NOT_FOUND);
      initScriptEnded(name, status);
      return status;
    }
    return awaitForeground(child);
  }

  private WaitStatus awaitForeground(Child child) {
    container.setForeground(child);
    WaitStatus status = awaitInitScript(child);
    container.setForeground(null);
    return status;
  }

  /** Starts it; null when that is not possible, which has been said then. */
  private Child startInitScript(Bytes name, long tag) {
    console.print(Bytes.of("[cont-init.d] ").plus(name).plus(": executing... \n"));
    journal.begin(Step.CONT_INIT, name);
    container.commands().open();
    Bytes path = container.state().slash("etc").slash("cont-init.d").slash(name);
    SpawnPlan plan =
        Child.scriptPlan(path, container.serviceEnvironment())
            .withDescriptors(
                List.of(new SpawnPlan.Open(0, Bytes.of("/dev/null"), OpenFlags.RDONLY, 0)));
    try {
      return Child.startScript(
          container.loop(), plan, tag, status -> initScriptEnded(name, status));
    } catch (PosixException e) {
      console.warn("unable to spawn " + path + Script.reason(container.posix(), path, e));
      return null;
    }
  }

  private void initScriptEnded(Bytes name, WaitStatus status) {
    console.print(
        Bytes.of("[cont-init.d] ").plus(name).plus(": exited " + status.overlayCode() + ".\n"));
    if (status.raw() != 0 && behaviour >= 2 && !stopped()) {
      // Before the journal says that it has ended: the next runtime does not ask how.
      ExitCode.record(container, status.shellCode());
      container.requestStop(false);
    }
    journal.end(Step.CONT_INIT, name);
  }

  /**
   * A script may take as long as it likes, until the container is to stop: then it has its grace
   * time.
   */
  private WaitStatus awaitInitScript(Child child) {
    WaitStatus status = null;
    while (status == null && !stopped()) {
      status = child.await(EventLoop.now() + 60_000);
    }
    long deadline = EventLoop.now() + container.settings().number(Setting.S6_KILL_GRACETIME);
    while (status == null && EventLoop.now() < deadline && !container.stopRequest().urgent()) {
      status = child.await(Math.min(deadline, EventLoop.now() + 50));
    }
    if (status == null) {
      child.kill(Signal.KILL);
      status = child.await(Long.MAX_VALUE);
    }
    return status;
  }

  private int startServices() throws PosixException {
    header(Step.SERVICES, "[services.d] starting services\n");
    if (!journal.begun(Step.SERVICES)) {
      journal.begin(Step.SERVICES, Bytes.EMPTY);
    }
    ServiceLinks links = new ServiceLinks(container.posix(), container.state().slash("services"));
    List<Bytes> names = links.make(source.slash("services.d"));
    container.loop().call(() -> container.tree().scan());
    boolean wait =
        container.settings().is(Setting.S6_CMD_WAIT_FOR_SERVICES)
            && !Cmd.words(container).isEmpty();
    if (!wait || awaitServices(names)) {
      console.print("[services.d] done.\n");
      return 0;
    }
    if (behaviour == 1) {
      warnOfFailure();
    }
    return behaviour >= 2 ? 1 : 0;
  }

  private boolean awaitServices(List<Bytes> names) throws PosixException {
    long limit = container.settings().number(Setting.S6_CMD_WAIT_FOR_SERVICES_MAXTIME);
    List<Bytes> down = new ArrayList<>();
    List<Bytes> notified = new ArrayList<>();
    Bytes services = container.state().slash("services");
    for (Bytes name : names) {
      down.add(services.slash(name).slash("down"));
      notified.add(services.slash(name).slash("notification-fd"));
    }
    Awaited awaited = new Awaited(names, files.stats(down), files.stats(notified));
    boolean up = container.tree().await(awaited, StopRequest.deadline(limit));
    if (!up) {
      console.warn(
          "timed out after "
              + limit
              + " ms (S6_CMD_WAIT_FOR_SERVICES_MAXTIME): not up: "
              + joined(awaited.missing));
    }
    return up;
  }

  /** The services that CMD waits for. Asked on the loop's thread; no lambda, as for all boots. */
  private final class Awaited implements BooleanSupplier {
    private final List<Bytes> names;
    private final List<Stat> downs;
    private final List<Stat> notifieds;
    private final List<Bytes> missing = new ArrayList<>();

    Awaited(List<Bytes> names, List<Stat> downs, List<Stat> notifieds) {
      this.names = names;
      this.downs = downs;
      this.notifieds = notifieds;
    }

    @Override
    public boolean getAsBoolean() {
      missing.clear();
      for (int i = 0; i < names.size(); i++) {
        boolean wanted = downs.get(i) == null;
        boolean readiness = notifieds.get(i) != null && notifieds.get(i).isRegular();
        if (wanted && !container.tree().started(names.get(i), readiness)) {
          missing.add(names.get(i));
        }
      }
      return missing.isEmpty() || stopped();
    }
  }

  static String joined(List<Bytes> names) {
    StringBuilder all = new StringBuilder();
    for (Bytes name : names) {
      all.append(all.isEmpty() ? "" : " ").append(name);
    }
    return all.toString();
  }
}
