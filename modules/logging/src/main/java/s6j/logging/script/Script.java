package s6j.logging.script;

import java.util.List;
import s6j.expressions.regex.Ere;

/**
 * A logging script, parsed: what is done for each line, step after step.
 *
 * @param steps selections and actions, in order
 * @param unused whether there were selections after the last action, which do nothing
 */
public record Script(List<Step> steps, boolean unused) {

  /** One step. A line is selected when the first one begins. */
  public sealed interface Step {}

  /** {@code +re}: selects the line if it matches; null matches all. */
  public record Select(Ere pattern) implements Step {}

  /** {@code -re}: deselects the line if it matches; null matches all. */
  public record Deselect(Ere pattern) implements Step {}

  /** {@code f}: selects the line if nothing has been done with it, deselects it otherwise. */
  public record SelectUnacted() implements Step {}

  /**
   * Does something with the line if it is selected.
   *
   * @param number which action of the script it is, from 0
   */
  public record Act(int number, Action action) implements Step {}

  /** The actions, in order. */
  public List<Action> actions() {
    return steps.stream().filter(Act.class::isInstance).map(step -> ((Act) step).action()).toList();
  }
}
