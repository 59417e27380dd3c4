package s6j.logging;

import java.util.List;
import s6j.expressions.regex.Ere;
import s6j.logging.output.LineSink;
import s6j.logging.script.Action;
import s6j.logging.script.Layout;
import s6j.logging.script.Script;
import s6j.logging.time.Stamps;

/** Follows the script for each line. */
final class Distributor implements LineSplitter.Taker {
  private final Script.Step[] steps;

  /** Of a script that only acts, one for each sink; null when there is something to select. */
  private final Layout[] layouts;

  private final LineSink[] sinks;
  private final Stamps stamps;
  private final boolean stamped;

  /**
   * @param sinks one for each action of the script
   * @param stamped whether any of them needs the time
   */
  Distributor(Script script, List<LineSink> sinks, Stamps stamps, boolean stamped) {
    this.steps = script.steps().toArray(new Script.Step[0]);
    this.layouts = actsOnly(steps) ? layouts(script) : null;
    this.sinks = sinks.toArray(new LineSink[0]);
    this.stamps = stamps;
    this.stamped = stamped;
  }

  private static boolean actsOnly(Script.Step[] steps) {
    for (Script.Step step : steps) {
      if (!(step instanceof Script.Act)) {
        return false;
      }
    }
    return true;
  }

  private static Layout[] layouts(Script script) {
    return script.actions().stream().map(Action::layout).toArray(Layout[]::new);
  }

  /** The next lines have come just now. */
  void arrived() {
    if (stamped) {
      stamps.arrived();
    }
  }

  @Override
  public boolean line(byte[] from, int start, int end) {
    if (stamped) {
      stamps.tick();
    }
    return layouts == null ? selected(from, start, end) : toAll(from, start, end);
  }

  private boolean toAll(byte[] from, int start, int end) {
    boolean more = true;
    for (int i = 0; i < layouts.length; i++) {
      more &= sinks[i].add(layouts[i], stamps, from, start, end);
    }
    return more;
  }

  private boolean selected(byte[] from, int start, int end) {
    boolean selected = true;
    boolean acted = false;
    boolean more = true;
    for (Script.Step step : steps) {
      switch (step) {
        case Script.Act act -> {
          if (selected) {
            more &= sinks[act.number()].add(act.action().layout(), stamps, from, start, end);
            acted = true;
          }
        }
        case Script.Select select ->
            selected = selected || matches(select.pattern(), from, start, end);
        case Script.Deselect deselect ->
            selected = selected && !matches(deselect.pattern(), from, start, end);
        case Script.SelectUnacted unacted -> selected = !acted;
      }
    }
    return more;
  }

  private static boolean matches(Ere pattern, byte[] from, int start, int end) {
    return pattern == null || pattern.find(from, start, end);
  }
}
