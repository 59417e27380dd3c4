package s6j.plugin.health;

import com.google.auto.service.AutoService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import s6j.spi.CommandCall;
import s6j.spi.CommandProvider;
import s6j.spi.CommandResult;
import s6j.spi.HealthCheck;
import s6j.spi.OsString;

/**
 * {@code s6j-health [live|ready]}: exits 0 when all is well, otherwise 1 with a line on stdout for
 * each problem; {@code ready} when nothing is said. For {@code HEALTHCHECK}.
 */
@AutoService(CommandProvider.class)
public final class HealthCommand implements CommandProvider {
  private static final int USAGE = 100;

  /** Found by the service loader. */
  public HealthCommand() {}

  @Override
  public String name() {
    return "s6j-health";
  }

  @Override
  public CommandResult run(CommandCall call) throws Exception {
    HealthCheck.Kind kind = kind(call.arguments());
    if (kind == null) {
      call.err("s6j-health: usage: s6j-health [ live | ready ]\n".getBytes(StandardCharsets.UTF_8));
      return CommandResult.exit(USAGE);
    }
    Verdict verdict = Verdict.of(kind, call.container().checkHealth());
    call.out(verdict.text().getBytes(StandardCharsets.UTF_8));
    return CommandResult.exit(verdict.well() ? 0 : 1);
  }

  /** What these words ask for; null when that is nothing. */
  private static HealthCheck.Kind kind(List<OsString> arguments) {
    if (arguments.isEmpty()) {
      return HealthCheck.Kind.READY;
    }
    return switch (arguments.size() == 1 ? arguments.getFirst().toString() : "") {
      case "live" -> HealthCheck.Kind.LIVE;
      case "ready" -> HealthCheck.Kind.READY;
      default -> null;
    };
  }
}
