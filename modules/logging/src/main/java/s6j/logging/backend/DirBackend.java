package s6j.logging.backend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.chain.CommandException;
import s6j.logging.output.OwnOutputs;
import s6j.logging.script.Action;
import s6j.logging.script.ScriptException;
import s6j.logging.script.ScriptParser;
import s6j.posix.Bytes;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/**
 * {@code plugin:dir}: a log directory as s6-log has them. The options are the directives of a
 * script, and mean the same.
 */
final class DirBackend implements OwnBackend {
  static final String NAME = "dir";

  private static final String PATH = "path";

  /** The directives that an action on a directory depends on, in an order in which all can be. */
  private static final List<String> DIRECTIVES = List.of("n", "s", "S", "l", "r", "R");

  private final OwnOutputs own;

  DirBackend(OwnOutputs own) {
    this.own = own;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> options() {
    List<String> all = new ArrayList<>(DIRECTIVES);
    all.add(PATH);
    all.add(TimeFormat.OPTION);
    return Set.copyOf(all);
  }

  @Override
  public OwnDestination open(LogConfiguration configuration) throws LogConfigurationException {
    TimeFormat time = TimeFormat.of(configuration, TimeFormat.NONE);
    Action.ToDirectory action = action(configuration);
    try {
      return new OwnDestination(
          own.directory(action),
          (to, line) -> {
            if (time != TimeFormat.NONE) {
              to.writeBytes(time.text(line.at()).getBytes(StandardCharsets.US_ASCII));
              to.write(' ');
            }
            to.writeBytes(line.bytes());
          });
    } catch (CommandException e) {
      throw new LogConfigurationException(e.getMessage());
    }
  }

  /** What the script with these directives means. */
  private static Action.ToDirectory action(LogConfiguration configuration)
      throws LogConfigurationException {
    String path = configuration.option(PATH, "");
    if (!path.startsWith("/") && !path.startsWith(".")) {
      throw new LogConfigurationException(
          "option 'path': expected the path of a log directory, beginning with / or ., found '"
              + path
              + "'");
    }
    List<Bytes> script = new ArrayList<>();
    for (String directive : DIRECTIVES) {
      String value = configuration.option(directive, null);
      if (value != null) {
        script.add(Bytes.of(directive + value));
      }
    }
    script.add(Bytes.of(path));
    try {
      return (Action.ToDirectory) ScriptParser.parse(script, false, Map::of).actions().getFirst();
    } catch (ScriptException e) {
      throw new LogConfigurationException(e.getMessage());
    }
  }
}
