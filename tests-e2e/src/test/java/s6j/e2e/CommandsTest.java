package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the documents say of commands is what a container has. */
class CommandsTest {
  @Test
  void the_reference_names_the_commands_that_there_are() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(Checkout.root().resolve("docs/reference/commands.md"))) {
      if (line.startsWith("    ")) {
        documented.addAll(List.of(line.strip().split(" ")));
      }
    }
    Outcome outcome = Runner.NAMESPACE.run(Recipe.on(Image.BUSYBOX).sh("ls /command >&2"));
    Set<String> there = new TreeSet<>(outcome.stderr().lines().toList());
    assertEquals(there, documented);
  }

  @Test
  void every_command_says_what_it_does() {
    Recipe asking =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                for path in /command/* /usr/bin/*; do
                  [ "$(readlink -f "$path")" = /usr/lib/s6j/bin/shim ] || continue
                  name=${path##*/}
                  case $name in eltest | s6-expr | s6-false | s6-test | s6-true) continue ;; esac
                  echo asked >&2
                  "$path" --help </dev/null >/tmp/said 2>&1 || echo "$path --help exited $?" >&2
                  cmp -s /tmp/said "/usr/lib/s6j/share/help/$name" || echo "$path: not its page" >&2
                  case $(head -n 1 /tmp/said) in "$name - "*) ;; *) echo "$path: whose?" >&2 ;; esac
                done
                """);
    Outcome outcome = Runner.NAMESPACE.run(asking);
    List<String> problems = outcome.stderr().lines().filter(line -> !line.equals("asked")).toList();
    assertEquals(List.of(), problems);
    long asked = outcome.stderr().lines().count();
    assertTrue(asked > 250, asked + " were asked, of some 170 in /command and 150 in /usr/bin");
  }

  @Test
  void help_is_data_within_a_chain_and_to_commands_that_take_anything() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                exec >&2
                s6-expr --help
                s6-test --help; echo $?
                s6-false --help; echo $?
                s6-true --help; echo $?
                eltest --help; echo $?
                execlineb -c 'foreground { s6-quote -- --help } s6-quote -- --help'
                execlineb -c 'export A 1 s6-cut --help' 2>/dev/null; echo $?
                """);
    assertEquals(
        "--help\n0\n1\n0\n0\n\"--help\"\n\"--help\"\n100\n", Runner.NAMESPACE.run(recipe).stderr());
  }

  /** What groff complains of, {@code man} shows wrongly. */
  @Test
  void manual_pages_are_there_for_all_and_render_without_complaint() throws Exception {
    Path share = Checkout.root().resolve("jlink/target/root/usr/lib/s6j/share");
    List<String> pages = names(share.resolve("man/man1"), ".1");
    assertEquals(names(share.resolve("help"), ""), pages);
    List<String> command = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww"));
    for (String page : pages) {
      command.add(share.resolve("man/man1").resolve(page + ".1").toString());
    }
    Process groff = new ProcessBuilder(command).redirectErrorStream(true).start();
    String shown = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> complaints =
        shown.lines().filter(line -> line.startsWith("groff:") || line.contains("troff:")).toList();
    assertEquals(List.of(), complaints);
    assertEquals(0, groff.waitFor());
    // Bold is shown by overstriking or by escapes, depending on the version.
    String plain = shown.replaceAll("\u001b\\[[0-9;]*m", "").replaceAll(".\b", "");
    long begun = plain.lines().filter(line -> line.equals("NAME")).count();
    assertEquals(pages.size(), begun);
  }

  private static List<String> names(Path directory, String suffix) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .sorted()
          .toList();
    }
  }

  /** As in scripts for v2, where {@code /bin/if} was on PATH. */
  @Test
  void blocks_may_begin_with_commands_that_are_in_slash_command_only() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script(
                "/script",
                """
                #!/usr/bin/execlineb -P
                foreground { if { true } echo foreground }
                foreground { pipeline { if { true } echo pipeline } cat }
                foreground { backtick -n x { if { true } echo backtick } import x echo $x }
                foreground { forx y { forx } import y if { true } echo $y }
                foreground { if { if { true } echo if } true }
                foreground { ifelse { test 1 -eq 2 } { false } cd / echo ifelse }
                foreground { background { exit 3 } wait { } echo background }
                tryexec { if { true } echo tryexec } false
                """)
            .cmd("/script");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    String wanted = "foreground\npipeline\nbacktick\nforx\nif\nifelse\nbackground\ntryexec\n";
    assertTrue(outcome.stdout().contains(wanted), outcome.output());
    assertEquals("", outcome.stderr());
    assertEquals(0, outcome.code());
  }

  /** The runtime's threads have a stack of their own size, which tests elsewhere do not have. */
  @Test
  void what_is_nested_too_deeply_is_refused_and_ends_no_stack() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                copies() { awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'; }
                said() { "$@" >/tmp/said 2>&1; echo "$1 $? $(cut -d: -f2 /tmp/said) $(grep -c 'too deeply' /tmp/said)" >&2; }
                for n in 50 60 9000; do
                  said eltest $(copies $n '( ') x $(copies $n ') ')
                  said s6-expr $(copies $n '( ') 1 $(copies $n ') ')
                  said eltest x =~ "$(copies $n '(')x$(copies $n '|y*)*')$(copies $((n / 2)) '**')"
                  said s6-log -- "-$(copies $n '(')x$(copies $n '|y*)*')" 1 </dev/null
                done
                mkdir -p "/tmp/a/$(copies 750 d/)" "/tmp/b/$(copies 900 d/)" /tmp/1 /tmp/2
                for tree in /tmp/a /tmp/b; do
                  echo "$tree true root 0644 0700" >/tmp/rules
                  said fix-attrs </tmp/rules
                  find $tree -mindepth 1 -type d ! -perm 700 | wc -l >&2
                done
                said s6-hiercopy /tmp/b /tmp/1/b
                said s6-hiercopy /tmp/1/b /tmp/2/b
                find /tmp/2 -type d | wc -l >&2
                said s6-update-symlinks /tmp/links /tmp/1 /tmp/2
                said s6-rmrf /tmp/a /tmp/b /tmp/1 /tmp/2 /tmp/links
                ls /tmp >&2
                """);
    assertEquals(
        """
        eltest 0  0
        s6-expr 0 1 0
        eltest 0  0
        s6-log 0  0
        eltest 100  fatal 1
        s6-expr 2  fatal 1
        eltest 100  fatal 1
        s6-log 100  fatal 1
        eltest 100  fatal 1
        s6-expr 2  fatal 1
        eltest 100  fatal 1
        s6-log 100  fatal 1
        fix-attrs 0  0
        0
        fix-attrs 0  warning 1
        99
        s6-hiercopy 0  0
        s6-hiercopy 0  0
        902
        s6-update-symlinks 111  fatal 1
        s6-rmrf 0  0
        rules
        said
        """,
        Runner.NAMESPACE.run(recipe).stderr());
  }

  @Test
  void many_long_lines_at_once_take_no_runtime_its_memory() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                head -c 1000000 /dev/zero | tr '\\0' a >/tmp/line
                tr a '\\1' </tmp/line | s6-quote-filter | wc -c >&2
                for i in $(seq 24); do
                  (cat /tmp/line; sleep 1) | { s6-grep -c a >/dev/null 2>/tmp/$i || cat /tmp/$i; } >/tmp/said.$i &
                done
                wait
                cat /tmp/said.* | sort -u >&2
                s6-grep -c a </tmp/line >&2
                """);
    assertEquals(
        """
        5000003
        s6-grep: fatal: unable to read line: other commands have long ones, too
        1
        """,
        Runner.NAMESPACE.run(recipe).stderr());
  }

  @Test
  void input_without_end_is_an_error_of_the_command_and_no_end_of_the_runtime() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                envfile /dev/zero true
                execlineb /dev/zero
                with-contenv withstdinas X true </dev/zero
                execlineb -c 'backtick X { cat /dev/zero } true'
                forstdin X true </dev/zero
                fix-attrs </dev/zero
                tr '\\0' a </dev/zero | forstdin X true
                head -c 1000000 /dev/zero | tr '\\0' a | sed 's/a/a /g' >/tmp/script; execlineb /tmp/script
                """);
    assertEquals(
        """
        envfile: fatal: unable to open /dev/zero: File too large
        execlineb: fatal: unable to open /dev/zero for reading: File too large
        withstdinas: fatal: unable to read stdin: Argument list too long
        backtick: fatal: unable to read child process output: Argument list too long
        forstdin: fatal: unable to read input: Argument list too long
        fix-attrs: fatal: unable to read rules: File too large
        forstdin: fatal: unable to read input: Argument list too long
        execlineb: fatal: script too large in file /tmp/script: line 1, column 254203: found more, expected words of at most 4194304 bytes in all
        """,
        Runner.NAMESPACE.run(recipe).stderr());
  }

  @Test
  void a_thousand_blocks_within_blocks_are_too_many_and_no_end_of_the_runtime() {
    String blocks = "foreground { ".repeat(1000) + "true" + " }".repeat(1000) + " true";
    Recipe recipe =
        Recipe.on(Image.BUSYBOX).file("/script", blocks).sh("execlineb -P /script; s6-echo $? >&2");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertTrue(
        outcome.stderr().contains("bytes of words are too much for the runtime"), outcome.stderr());
    assertFalse(outcome.stderr().contains("has died"), outcome.stderr());
  }

  @Test
  void large_commands_that_come_at_once_wait_for_each_other() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                word=$(head -c 100000 /dev/zero | tr '\\0' a)
                set -- $word $word $word $word $word $word $word $word $word $word
                for i in $(seq 16); do
                  execlineb -c 'foreground { s6-sleep -m 100 } s6-echo well' "$@" >/tmp/$i 2>&1 &
                done
                wait
                cat /tmp/? /tmp/?? | sort | uniq -c | sed 's/^ *//' >&2
                """);
    assertEquals("16 well\n", Runner.NAMESPACE.run(recipe).stderr());
  }

  @Test
  void many_large_sorts_at_once_share_what_memory_there_is() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                seq 300000 | tr 0123456789 3819274650 >/tmp/in
                for i in $(seq 24); do s6-sort </tmp/in >/tmp/$i 2>&1 & done
                wait
                sort /tmp/in >/tmp/expected
                for i in $(seq 24); do cmp /tmp/expected /tmp/$i; done >&2
                """);
    assertEquals("", Runner.NAMESPACE.run(recipe).stderr());
  }
}
