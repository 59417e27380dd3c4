package s6j.plugin.jsonconsole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.spi.OsString;
import s6j.spi.ServiceStatus;
import s6j.spi.ServiceStatus.State;

/** The lines. */
class EventTest {
  private static final Instant AT = Instant.ofEpochSecond(1_700_000_000);

  private static ServiceStatus service(State state, int pid, ServiceStatus.Exit exit) {
    return new ServiceStatus(
        OsString.of("s\""), state, false, true, false, pid, AT, 1, Optional.ofNullable(exit));
  }

  @Test
  void a_line_is_one_object_whatever_is_in_it() {
    assertEquals(
        "{\"time\":\"2023-11-14T22:13:20Z\",\"event\":\"e\",\"t\":\"a\\\"\\\\\\n\\u0001\\u001f\u00e9\",\"n\":-3,\"b\":true}\n",
        new Event(AT, "e")
            .with("t", "a\"\\\n\u0001\u001f\u00e9")
            .with("n", -3)
            .with("b", true)
            .toString());
  }

  @Test
  void a_change_says_from_what_to_what_and_how_it_ended() {
    assertEquals(
        "{\"time\":\"2023-11-14T22:13:20Z\",\"event\":\"service\",\"service\":\"s\\\"\",\"from\":\"up\",\"to\":\"down\","
            + "\"ready\":false,\"wanted_up\":true,\"pid\":0,\"starts\":1,\"signal\":9}\n",
        ServiceEvents.event(
                service(State.UP, 10, null),
                service(State.DOWN, 0, new ServiceStatus.Exit(256, 9)),
                AT)
            .toString());
    assertEquals(
        "{\"time\":\"2023-11-14T22:13:20Z\",\"event\":\"service\",\"service\":\"s\\\"\",\"from\":\"down\",\"to\":\"up\","
            + "\"ready\":false,\"wanted_up\":true,\"pid\":11,\"starts\":1}\n",
        ServiceEvents.event(
                service(State.DOWN, 0, null),
                service(State.UP, 11, new ServiceStatus.Exit(1, 0)),
                AT)
            .toString());
  }

  @Test
  void a_place_that_is_none_is_named() {
    assertEquals(
        "S6_JSON_CONSOLE: expected stdout, stderr or the path of a file, got \"file\"",
        assertThrows(IOException.class, () -> Output.open("file")).getMessage());
  }

  @Test
  void what_does_not_work_is_said_once_until_it_works(@TempDir Path lab) throws IOException {
    Path file = lab.resolve("later/events");
    Map<OsString, OsString> environment =
        Map.of(OsString.of("S6_JSON_CONSOLE"), OsString.of(file.toString()));
    assertThrows(IOException.class, () -> Output.write(new Event(AT, "first"), environment));
    Output.write(new Event(AT, "second"), environment);
    Files.createDirectory(file.getParent());
    Output.write(new Event(AT, "third"), environment);
    assertEquals(new Event(AT, "third").toString(), Files.readString(file));
  }
}
