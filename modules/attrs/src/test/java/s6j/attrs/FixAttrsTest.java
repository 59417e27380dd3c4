package s6j.attrs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.testing.ForwardingPosix;
import s6j.testing.ShimProcessRun;

/** Rules applied to real trees by a process of root, or of somebody else. */
class FixAttrsTest {
  private static final String NOBODY = "65534";

  @TempDir Path temp;
  private Path tree;
  private Path outside;
  private final List<String> said = new ArrayList<>();
  private FixAttrs.Outcome outcome;

  @BeforeEach
  void make_a_tree_and_something_outside() throws Exception {
    exec("chmod", "755", temp.toString());
    tree = Files.createDirectory(temp.resolve("tree"));
    outside = Files.createDirectory(temp.resolve("outside"));
    file("tree/a");
    file("tree/sub/b c");
    file("tree/sub/deep/d");
    file("tree/.hidden");
    file("outside/victim");
    exec("chmod", "-R", "u=rwX,go=", tree.toString(), outside.toString());
  }

  private Path file(String name) throws Exception {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  private static void exec(String... words) throws Exception {
    assertEquals(
        0, new ProcessBuilder(words).inheritIO().start().waitFor(), String.join(" ", words));
  }

  /** Owner, group and mode: {@code 1:2 644}. */
  private String attributes(String name) throws Exception {
    var map =
        Files.readAttributes(temp.resolve(name), "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    return map.get("uid")
        + ":"
        + map.get("gid")
        + " "
        + Integer.toOctalString((int) map.get("mode") & 07777);
  }

  /** Applies rules, in which T is the test's directory; returns the number of exchanges. */
  private int fix(String rules, String... starter) throws Exception {
    return fix(rules, false, starter);
  }

  private int fix(String rules, boolean hidden, String... starter) throws Exception {
    said.clear();
    return ShimProcessRun.run(
        posix -> {
          FixAttrs run = new FixAttrs(posix, said::add, hidden);
          run.apply("rules", Bytes.of(rules.replace("T/", temp + "/")));
          outcome = run.finish();
        },
        starter);
  }

  @Test
  void recursion_changes_files_and_directories_but_what_is_hidden() throws Exception {
    fix("T/tree true 3:4 0640 2750\n");
    assertEquals("3:4 2750", attributes("tree"));
    assertEquals("3:4 640", attributes("tree/a"));
    assertEquals("3:4 2750", attributes("tree/sub/deep"));
    assertEquals("3:4 640", attributes("tree/sub/b c"));
    assertEquals("3:4 640", attributes("tree/sub/deep/d"));
    assertEquals("0:0 600", attributes("tree/.hidden"));
    assertEquals(new FixAttrs.Outcome(6, 0), outcome);
    assertEquals(List.of(), said);
  }

  @Test
  void hidden_files_are_included_on_demand() throws Exception {
    fix("T/tree true 3:4 0640 0750\n", true);
    assertEquals("3:4 640", attributes("tree/.hidden"));
  }

  @Test
  void without_recursion_only_what_is_named_changes() throws Exception {
    fix("T/tree false 3:4 0640 1777\n");
    assertEquals("3:4 1777", attributes("tree"));
    assertEquals("0:0 600", attributes("tree/a"));
  }

  @Test
  void what_is_as_it_should_be_is_not_touched() throws Exception {
    fix("T/tree true 3:4 0640 0750\n");
    Object before = Files.getAttribute(temp.resolve("tree/a"), "unix:ctime");
    fix("T/tree true 3:4 0640 0750\nT/tree/* false 3:4 0640 0750");
    assertEquals(0, outcome.changed());
    assertEquals(before, Files.getAttribute(temp.resolve("tree/a"), "unix:ctime"));
  }

  @Test
  void a_dash_leaves_modes_alone_and_the_owner_alone_changes() throws Exception {
    fix("T/tree/a false 3:4 - -\n");
    assertEquals("3:4 600", attributes("tree/a"));
  }

  @Test
  void set_id_bits_survive_the_change_of_owner() throws Exception {
    fix("T/tree/a false 3:4 4755 -\n");
    assertEquals("3:4 4755", attributes("tree/a"));
    fix("T/tree/a false 5:6 4755 -\n");
    assertEquals("5:6 4755", attributes("tree/a"));
  }

  @Test
  void patterns_name_objects_in_several_levels() throws Exception {
    fix(
        "T/tr[e]e/*/b\\ c false 3:4 0644 0755\nT/*/a false 5:6 0644 0755\nT/tree/*/ false 7:8 0644 0711");
    // Words end at blanks: there is no way to write one into a path but a wildcard.
    assertEquals("0:0 600", attributes("tree/sub/b c"));
    assertEquals("5:6 644", attributes("tree/a"));
    fix("T/tree/*/b?c false 3:4 0644 0755\nT/tree/*/ false 7:8 0644 0711");
    assertEquals("3:4 644", attributes("tree/sub/b c"));
    assertEquals("7:8 711", attributes("tree/sub"));
    assertEquals("5:6 644", attributes("tree/a"));
  }

  @Test
  void what_is_not_there_is_not_meant() throws Exception {
    fix("T/none true 3:4 0644 0755\nT/none/* true 3:4 0644 0755\nT/tree/a/x false 3:4 0644 0755");
    assertEquals(List.of(), said);
    assertEquals(new FixAttrs.Outcome(0, 0), outcome);
  }

  @Test
  void of_two_rules_for_one_object_the_later_counts() throws Exception {
    fix("T/tree/a false 3:4 0644 -\nT/tree/* false 5:6 - -\nT/tree/a false 0:0 0600 -");
    assertEquals("0:0 600", attributes("tree/a"));
    fix("T/tree/a false 3:4 0644 -\nT/tree/* false 5:6 - -");
    assertEquals("5:6 644", attributes("tree/a"));
  }

  @Test
  void a_link_that_a_rule_names_is_followed() throws Exception {
    Files.createSymbolicLink(temp.resolve("link"), outside.resolve("victim"));
    Files.createSymbolicLink(temp.resolve("dirlink"), tree);
    fix("T/link false 3:4 0644 0755\nT/dirlink true 5:6 0644 0755");
    assertEquals("3:4 644", attributes("outside/victim"));
    assertEquals("0:0 777", attributes("link"));
    assertEquals("5:6 644", attributes("tree/sub/deep/d"));
  }

  @Test
  void links_found_in_a_tree_are_neither_followed_nor_changed() throws Exception {
    Files.createSymbolicLink(tree.resolve("file"), outside.resolve("victim"));
    Files.createSymbolicLink(tree.resolve("dir"), outside);
    Files.createSymbolicLink(tree.resolve("sub/loop"), tree);
    fix("T/tree true 3:4 0644 0755");
    assertEquals("0:0 600", attributes("outside/victim"));
    assertEquals("0:0 700", attributes("outside"));
    assertEquals("0:0 777", attributes("tree/file"));
    assertEquals("3:4 644", attributes("tree/a"));
    assertEquals(List.of(), said);
  }

  @Test
  void a_link_found_by_a_wildcard_is_followed_when_it_is_the_images_own() throws Exception {
    Files.createSymbolicLink(tree.resolve("file"), outside.resolve("victim"));
    Files.createSymbolicLink(tree.resolve("dir"), outside);
    fix("T/tree/file* false 3:4 0644 0755");
    assertEquals("3:4 644", attributes("outside/victim"));
    fix("T/tree/di*/victim false 5:6 0640 0755");
    assertEquals("5:6 640", attributes("outside/victim"));
  }

  @Test
  void a_link_found_by_a_wildcard_that_somebody_else_has_planted_is_told_of() throws Exception {
    Files.createSymbolicLink(tree.resolve("file"), outside.resolve("victim"));
    Files.createSymbolicLink(tree.resolve("dir"), outside);
    exec("chown", "-h", "1000:1000", tree + "/file", tree + "/dir");
    fix("T/tree/* true 3:4 0644 0755\nT/tree/di*/victim false 3:4 0644 0755");
    assertEquals("0:0 600", attributes("outside/victim"));
    assertEquals("0:0 700", attributes("outside"));
    assertEquals("3:4 644", attributes("tree/sub/b c"));
    assertEquals(3, said.size());
    assertTrue(
        said.getFirst().contains("rules: line 1: not following the symbolic link"),
        said.getFirst());
    assertTrue(said.getFirst().endsWith("which belongs to uid 1000"), said.getFirst());
  }

  @Test
  void a_link_that_is_swapped_in_while_the_tree_is_walked_leads_nowhere() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Path file = tree.resolve("swapped");
    Path directory = tree.resolve("swappeddir");
    Thread attacker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    attack(file, directory, stop);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    try {
      // Each walk sees the names in another state.
      ShimProcessRun.run(
          posix -> {
            for (int i = 0; i < 1500; i++) {
              FixAttrs run = new FixAttrs(posix, said::add, true);
              String owner = i % 2 == 0 ? "3:4" : "5:6";
              String modes = i % 2 == 0 ? " 0666 0777\n" : " 0660 0770\n";
              run.apply(
                  "r",
                  Bytes.of(
                      tree
                          + " true "
                          + owner
                          + modes
                          + tree
                          + "/*/* false "
                          + owner
                          + modes
                          + tree
                          + "/s* false "
                          + owner
                          + modes));
            }
          });
    } finally {
      stop.set(true);
      attacker.join();
    }
    assertEquals("0:0 600", attributes("outside/victim"));
    assertEquals("0:0 700", attributes("outside"));
  }

  /** Makes a name a file, then a link; another a directory, then a link to one; and so on. */
  private void attack(Path file, Path directory, AtomicBoolean stop) throws Exception {
    Path real = Files.writeString(temp.resolve("real"), "x");
    Path realDirectory = Files.createDirectory(temp.resolve("realdir"));
    Files.writeString(realDirectory.resolve("victim"), "x");
    Path link = Files.createSymbolicLink(temp.resolve("l1"), outside.resolve("victim"));
    Path directoryLink = Files.createSymbolicLink(temp.resolve("l2"), outside);
    exec("chown", "-h", "1000:1000", link.toString(), directoryLink.toString());
    while (!stop.get()) {
      Files.move(real, file);
      Files.move(realDirectory, directory);
      Files.move(file, real);
      Files.move(link, file);
      Files.move(directory, realDirectory);
      Files.move(directoryLink, directory);
      Files.move(file, link);
      Files.move(directory, directoryLink);
    }
  }

  @Test
  void a_kernel_without_fchmodat2_gets_modes_changed_by_way_of_proc() throws Exception {
    for (int errno : new int[] {38, 1}) {
      exec("chmod", "-R", "u=rwX,go=", tree.toString());
      Files.deleteIfExists(tree.resolve("sub/link"));
      Files.createSymbolicLink(tree.resolve("sub/link"), outside.resolve("victim"));
      ShimProcessRun.run(
          posix -> {
            FixAttrs run =
                new FixAttrs(new Without(posix, Syscall.FCHMODAT2, errno), said::add, false);
            run.apply("r", Bytes.of(tree + " true 3:4 0644 0755\n" + tree + "/a false 3:4 0600 -"));
            assertEquals(0, run.finish().failed());
          });
      assertEquals("3:4 755", attributes("tree/sub/deep"));
      assertEquals("3:4 644", attributes("tree/sub/deep/d"));
      assertEquals("3:4 600", attributes("tree/a"));
      assertEquals("0:0 600", attributes("outside/victim"));
      assertEquals(List.of(), said);
    }
  }

  /** A kernel that does not have a call. */
  private static final class Without extends ForwardingPosix {
    private final Syscall missing;
    private final int errno;

    Without(Posix posix, Syscall missing, int errno) {
      super(posix);
      this.missing = missing;
      this.errno = errno;
    }

    @Override
    public Results call(CallList calls) throws PosixException {
      CallList known = new CallList();
      for (var call : calls.calls()) {
        if (call.syscall() == missing) {
          known.attempt(Syscall.GETPID);
        } else {
          known.calls().add(call);
        }
      }
      Results results = super.call(known);
      long[] values = new long[known.size()];
      byte[][][] buffers = new byte[known.size()][][];
      for (int i = 0; i < known.size(); i++) {
        boolean lacking = calls.calls().get(i).syscall() == missing;
        values[i] = lacking ? -errno : results.value(i);
        boolean filled = known.calls().get(i).buffersBack() > 0;
        buffers[i] = filled ? new byte[][] {results.buffer(i)} : new byte[0][];
      }
      return new Results(values, buffers);
    }
  }

  @Test
  void without_root_what_is_not_permitted_is_said_once_and_the_rest_is_done() throws Exception {
    exec("chmod", "-R", "a+rX", tree.toString());
    exec("chown", NOBODY, tree + "/sub/b c");
    fix(
        "T/tree true 65534:65534 0600 0755",
        "setpriv",
        "--reuid",
        NOBODY,
        "--regid",
        NOBODY,
        "--clear-groups");
    assertEquals("65534:65534 600", attributes("tree/sub/b c"));
    assertEquals("0:0 644", attributes("tree/a"));
    assertEquals(2, said.size(), said.toString());
    assertTrue(
        said.getFirst().endsWith("Operation not permitted (not running as root)"), said.getFirst());
    assertTrue(
        said.getLast().startsWith("fix-attrs: warning: not running as root: "), said.getLast());
  }

  @Test
  void an_error_of_one_object_names_rule_and_object_and_the_next_is_still_done() throws Exception {
    exec("mount", "-t", "tmpfs", "-o", "ro", "none", tree + "/sub");
    try {
      fix("T/tree true 3:4 0640 0750\n");
    } finally {
      exec("umount", tree + "/sub");
    }
    assertEquals("3:4 640", attributes("tree/a"));
    assertEquals(
        List.of(
            "fix-attrs: warning: rules: line 1: unable to chown "
                + tree
                + "/sub: Read-only file system",
            "fix-attrs: warning: rules: line 1: unable to chmod "
                + tree
                + "/sub: Read-only file system"),
        said);
  }

  @Test
  void the_scripts_of_a_boot_are_checked_in_a_few_exchanges() throws Exception {
    for (int i = 0; i < 200; i++) {
      file("etc/services.d/s" + i + "/run");
      file("etc/services.d/s" + i + "/log/run");
      file("etc/cont-init.d/" + i);
    }
    String rules =
        """
        T/etc/fix-attrs.d/*            false root 0644 0755
        T/etc/cont-init.d/*            false root 0755 0755
        T/etc/cont-finish.d/*          false root 0755 0755
        T/etc/services.d/*/run         false root 0755 0755
        T/etc/services.d/*/finish      false root 0755 0755
        T/etc/services.d/*/log/run     false root 0755 0755
        T/etc/services.d/*/log/finish  false root 0755 0755
        T/etc/services.d/*/data/check  false root 0755 0755
        """;
    fix(rules);
    assertEquals(600, outcome.changed());
    assertEquals("0:0 755", attributes("etc/services.d/s199/log/run"));
    int again = fix(rules);
    assertEquals(0, outcome.changed());
    // The accounts, the four directories, and all of 1200 candidates in two lists.
    assertEquals(4, again);
    assertEquals(2, fix("T/etc/cont-init.d/* false 0:0 0755 0755"));
  }

  @Test
  void a_large_tree_is_walked_in_few_exchanges() throws Exception {
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 100; j++) {
        file("tree/d" + i + "/f" + j);
      }
    }
    int exchanges = fix("T/tree true 3:4 0640 0750\n");
    assertEquals(4000 + 40 + 6, outcome.changed());
    assertTrue(exchanges < 60, exchanges + " exchanges");
  }

  @Test
  void a_deep_tree_is_walked_to_its_end() throws Exception {
    Path deep = tree;
    for (int i = 0; i < 400; i++) {
      deep = deep.resolve("d");
    }
    Files.createDirectories(deep);
    fix("T/tree true 3:4 0640 0750\n");
    assertEquals("3:4 750", attributes(temp.relativize(deep).toString()));
    assertEquals(List.of(), said);
  }

  @Test
  void a_process_with_few_descriptors_still_does_everything() throws Exception {
    for (int i = 0; i < 60; i++) {
      file("tree/d" + i + "/e/f");
    }
    fix("T/tree true 3:4 0640 0750\n", "prlimit", "--nofile=40");
    assertEquals(60 * 3 + 6, outcome.changed());
    assertEquals(List.of(), said);
  }
}
