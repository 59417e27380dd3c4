package s6j.plugin;

/**
 * What is wrong with a plugin.
 *
 * @param plugin the name of its file
 * @param reason in one line
 */
public record Problem(String plugin, String reason) {
  /** For a message. */
  @Override
  public String toString() {
    return "plugin " + plugin + ": " + reason;
  }
}
