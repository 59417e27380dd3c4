package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/guide.md lets its reader write, run as it is written there. */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$");
  private static final String LOG_RULE = "/var/log/app true nobody,32768:32768 0600 2700";

  private static Recipe.Item.Directory directory() {
    return new Recipe.Item.Directory(0755);
  }

  @Test
  void the_image_of_the_guide_does_what_its_steps_say() throws IOException {
    String guide = Files.readString(Checkout.root().resolve("docs/guide.md"));
    List<String> blocks = BLOCK.matcher(guide).results().map(block -> block.group(1)).toList();
    assertEquals(8, blocks.size(), "the blocks that this test knows");
    assertTrue(guide.contains('`' + LOG_RULE + '`'));
    String accounts = Files.readString(Image.DEBIAN.bare().resolve("etc/passwd"));
    Recipe recipe =
        Recipe.on(Image.DEBIAN)
            .file("/etc/passwd", accounts + "app:x:1000:1000::/:/bin/sh\n")
            .item("/var/lib/app", directory())
            .item("/var/log/app", directory())
            .script(
                "/usr/local/bin/app",
                "#!/bin/sh\necho \"at $2 as $(id -u) with $(cat /var/lib/app/app.conf)\"\nexit 7\n")
            .file("/etc/cont-init.d/10-app", blocks.get(3))
            .file("/etc/fix-attrs.d/10-app", blocks.get(4) + LOG_RULE + "\n")
            .file("/etc/services.d/app/run", blocks.get(5))
            .file("/etc/services.d/app/finish", blocks.get(6))
            .file("/etc/services.d/app/log/run", blocks.get(7))
            .env("APP_NAME", "demo")
            .env("APP_PORT", "8080");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      Outcome outcome = container.awaitExit();
      assertEquals(7, outcome.code(), outcome.output());
      String log = Files.readString(container.changed("/var/log/app/current"));
      assertTrue(log.endsWith("  at 8080 as 1000 with name = demo\n"), log);
      Path owned = container.changed("/var/lib/app");
      assertEquals(1000, Files.getAttribute(owned, "unix:uid"));
      assertEquals(0750, (int) Files.getAttribute(owned, "unix:mode") & 0777);
    }
    assertEquals(1, failing(recipe.env("APP_NAME", "").env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")));
  }

  private static int failing(Recipe recipe) {
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertTrue(outcome.stderr().contains("APP_NAME is not set"), outcome.output());
    return outcome.code();
  }
}
