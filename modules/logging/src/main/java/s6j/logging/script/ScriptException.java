package s6j.logging.script;

/** A logging script that cannot be: the message names the directive. */
public final class ScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  ScriptException(String message) {
    super(message);
  }
}
