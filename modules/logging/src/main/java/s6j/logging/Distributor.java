package s6j.logging;

import java.util.List;
import s6j.expressions.regex.Ere;
import s6j.logging.output.LineSink;
import s6j.logging.script.Script;
import s6j.logging.time.Stamps;

/** Follows the script for each line. */
final class Distributor implements LineSplitter.Taker {
  private final Script.Step[] steps;
  private final LineSink[] sinks;
  private final Stamps stamps;
  private final boolean stamped;

  /**
   * @param sinks one for each action of the script
   * @param stamped whether any of them needs the time
   */
  Distributor(Script script, List<LineSink> sinks, Stamps stamps, boolean stamped) {
    this.steps = script.steps().toArray(new Script.Step[0]);
    this.sinks = sinks.toArray(new LineSink[0]);
    this.stamps = stamps;
    this.stamped = stamped;
  }

  @Override
  public boolean line(byte[] from, int start, int end) {
    if (stamped) {
      stamps.tick();
    }
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
