package s6j.commands.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.commands.portable.tree.TreeCommands;
import s6j.testing.CommandRunner.Outcome;

/** The portable utils that make, link, copy, list and remove files. */
class TreeCommandsTest {
  private static final Outcome DONE = new Outcome(0, "", "");

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(TreeCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private static Outcome said(String text) {
    return new Outcome(0, text, "");
  }

  private String shell(String script) {
    return both.ours("sh", "-c", script).stdout();
  }

  private String mode(String name) throws Exception {
    Map<String, Object> map =
        Files.readAttributes(
            directory.resolve(name), "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    return Integer.toOctalString((int) map.get("mode"));
  }

  private boolean exists(String name) {
    return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void mkdir_makes_directories_with_the_mode_that_is_given() throws Exception {
    assertEquals("", shell("umask 027; s6-mkdir a b"));
    assertEquals("40750", mode("a"));
    assertEquals("", shell("umask 027; s6-mkdir -p -m 1777 c/d/e"));
    assertEquals(
        List.of("41777", "41777", "41777"), List.of(mode("c"), mode("c/d"), mode("c/d/e")));
    assertEquals(DONE, both.ours("s6-mkdir", "-p", "c/d/e", "./c//d/f/", "/"));
    assertTrue(exists("c/d/f"));
    assertEquals(
        new Outcome(
            0,
            "",
            "s6-mkdir: info: created directory c/g\ns6-mkdir: info: created directory c/g/h\n"),
        both.ours("s6-mkdir", "-pv", "c/g/h"));
  }

  @Test
  void mkdir_goes_on_after_a_failure_and_tells_of_it() throws Exception {
    Files.createFile(directory.resolve("file"));
    assertEquals(
        new Outcome(
            111,
            "",
            "s6-mkdir: warning: unable to mkdir file: File exists\n"
                + "s6-mkdir: warning: unable to mkdir none/x: No such file or directory\n"),
        both.ours("s6-mkdir", "file", "none/x", "made"));
    assertTrue(exists("made"));
    assertEquals(
        new Outcome(111, "", "s6-mkdir: warning: unable to mkdir file: File exists\n"),
        both.ours("s6-mkdir", "-p", "file"));
    assertEquals(
        new Outcome(111, "", "s6-mkdir: warning: unable to mkdir file/x: Not a directory\n"),
        both.ours("s6-mkdir", "-p", "file/x"));
    assertEquals(
        new Outcome(111, "", "s6-mkdir: warning: unable to mkdir : No such file or directory\n"),
        both.ours("s6-mkdir", "-p", ""));
    String deep = "a/".repeat(100);
    assertEquals(DONE, both.ours("s6-mkdir", "-p", deep));
    assertTrue(exists(deep));
    assertEquals(
        "s6-mkdir: warning: unable to mkdir " + "b/".repeat(5000) + ": File name too long\n",
        both.ours("s6-mkdir", "-p", "b/".repeat(5000)).stderr());
    assertEquals(100, both.ours("s6-mkdir").code());
    assertEquals(100, both.ours("s6-mkdir", "-m", "8", "x").code());
  }

  @Test
  void mkdir_p_needs_no_right_to_make_what_is_there() {
    assertEquals(
        DONE,
        both.ours(
            "sh",
            "-c",
            "chmod 755 .; mkdir own; chown 70 own; exec setpriv --reuid=70 --clear-groups s6-mkdir -p \"$PWD/own/x\""));
    assertTrue(exists("own/x"));
  }

  @Test
  void mkfifo_does_not_mind_the_umask_and_stops_at_a_failure() throws Exception {
    assertEquals("", shell("umask 077; s6-mkfifo a; s6-mkfifo -m 0640 b c"));
    assertEquals(List.of("10666", "10640", "10640"), List.of(mode("a"), mode("b"), mode("c")));
    assertEquals(
        new Outcome(111, "", "s6-mkfifo: fatal: unable to mkfifo a: File exists\n"),
        both.ours("s6-mkfifo", "d", "a", "e"));
    assertTrue(exists("d") && !exists("e"));
    assertEquals(100, both.ours("s6-mkfifo").code());
  }

  @Test
  void rename_is_the_system_call() throws Exception {
    Files.writeString(directory.resolve("a"), "a");
    Files.writeString(directory.resolve("b"), "b");
    assertEquals(DONE, both.ours("s6-rename", "a", "b"));
    assertEquals("a", Files.readString(directory.resolve("b")));
    assertEquals(
        new Outcome(
            111, "", "s6-rename: fatal: unable to rename a to b: No such file or directory\n"),
        both.ours("s6-rename", "a", "b"));
    assertEquals(100, both.ours("s6-rename", "a").code());
  }

  @Test
  void touch_makes_files_and_makes_them_new() throws Exception {
    assertEquals("", shell("umask 027; s6-touch a b"));
    assertEquals("100640", mode("a"));
    assertEquals("kept\n", shell("echo kept > c; touch -d @1000 c; s6-touch c .; cat c"));
    assertTrue(Files.getLastModifiedTime(directory.resolve("c")).toMillis() > 1_000_000);
    assertEquals(
        new Outcome(111, "", "s6-touch: fatal: unable to touch d/x: No such file or directory\n"),
        both.ours("s6-touch", "d/x", "e"));
    assertFalse(exists("e"));
    assertEquals(100, both.ours("s6-touch").code());
  }

  @Test
  void ls_lists_names_and_hides_those_with_a_dot() throws Exception {
    for (String name : List.of("a", ".b", "c d", "$(printf '\\303\\251')")) {
      shell("mkdir -p dir; : > \"dir/" + name + "\"");
    }
    List<String> plain = List.of("", "a", "c d", "\u00c3\u00a9");
    assertEquals(plain, Originals.sorted(both.ours("s6-ls", "dir").stdout()));
    assertEquals(
        List.of("", ".b", "a", "c d", "\u00c3\u00a9"),
        Originals.sorted(both.ours("s6-ls", "-a", "dir").stdout()));
    assertEquals(
        List.of("", ".", "..", ".b", "a", "c d", "\u00c3\u00a9"),
        Originals.sorted(both.ours("s6-ls", "-A", "dir").stdout()));
    assertEquals(
        "a\0",
        both.ours("s6-ls", "-0", "-x", "c d", "dir")
            .stdout()
            .replaceAll("[^a\0]+\0|\u00c3\u00a9\0", ""));
    assertEquals(
        new Outcome(
            111, "", "s6-ls: fatal: unable to open directory none: No such file or directory\n"),
        both.ours("s6-ls", "none"));
    assertEquals(100, both.ours("s6-ls").code());
    assertEquals(
        "1500\n", shell("mkdir many; cd many; seq 1500 | xargs touch; s6-ls . | sort -u | wc -l"));
  }

  @Test
  void linkname_reads_a_link_or_resolves_a_path() throws Exception {
    shell(
        "mkdir -p d/e; ln -s ../d/e d/l; ln -s l2 l1; ln -s d/l l2; : > d/e/f; ln -s loop loop; ln -s none dangling");
    assertEquals(said("l2\n"), both.ours("s6-linkname", "l1"));
    assertEquals(said("l2"), both.ours("s6-linkname", "-n", "l1"));
    String here = directory.toRealPath().toString();
    for (String path :
        List.of("l1/f", ".", "d/../l1/.", "/", "//usr/../", "d//e/f", "/proc/self/../..", "l1/")) {
      assertEquals(
          both.original(Map.of(), "realpath", "-e", path),
          both.ours("s6-linkname", "-f", path),
          path);
    }
    assertEquals(said(here + "/d/e/f\n"), both.ours("s6-linkname", "-f", "l1/f"));
    assertEquals(
        new Outcome(111, "", "s6-linkname: fatal: unable to resolve d: Invalid argument\n"),
        both.ours("s6-linkname", "d"));
    assertEquals(
        new Outcome(
            111,
            "",
            "s6-linkname: fatal: unable to resolve loop: Too many levels of symbolic links\n"),
        both.ours("s6-linkname", "-f", "loop"));
    for (String bad :
        List.of("dangling", "d/e/f/", "d/e/f/x", "d/e/f/..", "d/e/f/.", "none", "none/..", "")) {
      assertEquals(1, both.original(Map.of(), "realpath", "-e", bad).code(), bad);
      assertEquals(111, both.ours("s6-linkname", "-f", bad).code(), bad);
    }
  }

  @Test
  void ln_makes_links_as_ln_does() throws Exception {
    shell("echo a > a; echo b > b; mkdir d; ln -s d dl; ln -s a al");
    assertEquals(DONE, both.ours("s6-ln", "a", "hard"));
    assertEquals(DONE, both.ours("s6-ln", "-s", "nowhere", "soft"));
    assertEquals(said("nowhere\n"), both.ours("readlink", "soft"));
    assertEquals("same\n", shell("test a -ef hard && echo same"));
    assertEquals(DONE, both.ours("s6-ln", "-s", "../a", "/x/b/", "dl"));
    assertEquals("../a\n/x/b/\n", shell("readlink d/a d/b"));
    assertEquals(DONE, both.ours("s6-ln", "al", "p"));
    assertEquals(DONE, both.ours("s6-ln", "-L", "al", "l"));
    assertEquals(List.of("120777", "100644"), List.of(mode("p"), mode("l")));
    assertEquals(
        new Outcome(
            2,
            "",
            "s6-ln: warning: unable to link a to d/a: File exists\n"
                + "s6-ln: warning: unable to link none to d/none: No such file or directory\n"),
        both.ours("s6-ln", "a", "none", "hard", "d"));
    assertTrue(exists("d/hard"));
    assertEquals(100, both.ours("s6-ln", "a", "b", "hard").code());
    assertEquals(100, both.ours("s6-ln", "a").code());
  }

  @Test
  void ln_f_replaces_what_is_there() throws Exception {
    shell("echo a > a; echo b > b; mkdir d; ln -s d dl; ln a a2");
    assertEquals(DONE, both.ours("s6-ln", "-sf", "x", "b"));
    assertEquals(DONE, both.ours("s6-ln", "-sfn", "y", "dl"));
    assertEquals("x\ny\n", shell("readlink b dl"));
    assertEquals(DONE, both.ours("s6-ln", "-f", "a", "a2"));
    shell("mkdir d/x");
    assertEquals(
        new Outcome(1, "", "s6-ln: warning: unable to symlink x to d/x: Is a directory\n"),
        both.ours("s6-ln", "-sf", "x", "d"));
    assertEquals("x\n", shell("ls d"));
    assertEquals("a\na2\nb\nd\ndl\n", shell("ls"));
  }

  @Test
  void rmrf_removes_all_and_follows_no_link() throws Exception {
    shell(
        "mkdir -p t/a/b/c keep; : > keep/f; : > t/a/f; ln -s ../../keep t/a/l; ln -s keep top; mkfifo t/p;"
            + " mkdir t/many; cd t/many; seq 2000 | xargs touch");
    assertEquals(DONE, both.ours("s6-rmrf", "t", "top", "none", "none/x"));
    assertFalse(exists("t"));
    assertFalse(exists("top"));
    assertTrue(exists("keep/f"));
    assertEquals(DONE, both.ours("sh", "-c", "mkdir -p " + "d/".repeat(300) + "; s6-rmrf d"));
    assertFalse(exists("d"));
    assertEquals(100, both.ours("s6-rmrf").code());
  }

  /** A tree that no path names any more. */
  private void makeDeepTree(String name, int thousands) {
    String thousandDeep = "mkdir -p " + "d/".repeat(1000) + "; cd -P " + "d/".repeat(1000) + "; ";
    assertEquals(
        DONE,
        both.ours(
            "sh", "-c", "mkdir " + name + "; cd " + name + "; " + thousandDeep.repeat(thousands)));
  }

  @Test
  void rmrf_needs_neither_stack_nor_descriptors_for_each_level() {
    makeDeepTree("deep", 5);
    assertEquals(DONE, both.ours("sh", "-c", "ulimit -n 40; exec s6-rmrf deep"));
    assertFalse(exists("deep"));
  }

  @Test
  void rmrf_finds_its_way_back_in_a_deep_tree_with_more_than_one_branch() {
    assertEquals(
        "",
        shell(
            "a=a; for i in $(seq 60); do mkdir -p $a/b/c $a/d; : > $a/f; : > $a/d/f; a=$a/a; done"));
    assertEquals(DONE, both.ours("s6-rmrf", "a"));
    assertFalse(exists("a"));
  }

  @Test
  void rmrf_says_what_could_not_be_removed() {
    String asUser =
        "chmod 755 .; mkdir own; mkdir own/x; : > own/x/f; exec setpriv --reuid=70 --clear-groups ";
    assertEquals(
        new Outcome(111, "", "s6-rmrf: fatal: unable to remove own: Permission denied\n"),
        both.ours("sh", "-c", asUser + "s6-rmrf own"));
    assertTrue(exists("own/x/f"));
    assertEquals(
        new Outcome(
            111,
            "",
            "s6-rmrf: fatal: unable to remove /proc/self/status: Operation not permitted\n"),
        both.ours("s6-rmrf", "/proc/self/status"));
  }

  /** What a tree is: kinds, modes, owners, sizes, contents of links and files. */
  private String tree(String name) {
    return shell(
        "cd "
            + name
            + "; find . -printf '%P %y %m %U:%G %l\\n' | LC_ALL=C sort;"
            + " find . -type f | LC_ALL=C sort | xargs -r md5sum");
  }

  @Test
  void hiercopy_copies_all_kinds_of_files_as_cp_does() throws Exception {
    shell(
        "mkdir -p s/d/e; echo x > s/f; head -c 300000 /dev/urandom > s/d/big; : > s/empty; ln -s f s/l; ln -s none s/d/l;"
            + " mkfifo -m 640 s/p; mknod s/n c 1 3; chown -h 3:4 s/f s/d s/l s/n; chmod 4751 s/f; chmod 1770 s/d; chmod 400 s/empty; cp -a s cp");
    assertEquals(DONE, both.ours("sh", "-c", "umask 077; exec s6-hiercopy s copy"));
    assertEquals(tree("cp"), tree("copy"));
    assertEquals(
        both.original(Map.of(), "stat", "-c", "%t:%T", "cp/n"),
        both.original(Map.of(), "stat", "-c", "%t:%T", "copy/n"));
    assertEquals(DONE, both.ours("s6-hiercopy", "s/f", "g"));
    assertEquals("104751", mode("g"));
    assertEquals(DONE, both.ours("s6-hiercopy", "s/d/l", "m"));
    assertEquals(said("none\n"), both.ours("readlink", "m"));
  }

  @Test
  void hiercopy_merges_and_tells_of_what_within_could_not_be_copied() throws Exception {
    shell(
        "mkdir -p s/d t/d; echo new > s/d/f; echo old > t/d/f; echo kept > t/k; ln -s a s/l; ln -s b t/l; echo y > s/x; mkdir t/x");
    Outcome outcome = both.ours("s6-hiercopy", "s", "t");
    assertEquals(0, outcome.code());
    assertEquals(
        List.of(
            "",
            "s6-hiercopy: warning: unable to copy s/l to t/l: File exists",
            "s6-hiercopy: warning: unable to copy s/x to t/x: Is a directory"),
        Originals.sorted(outcome.stderr()));
    assertEquals("new\nkept\nb\n", shell("cat t/d/f t/k; readlink t/l"));
    assertEquals(
        new Outcome(
            111,
            "",
            "s6-hiercopy: fatal: unable to copy hierarchy from none to t: No such file or directory\n"),
        both.ours("s6-hiercopy", "none", "t"));
    assertEquals(
        new Outcome(
            111, "", "s6-hiercopy: fatal: unable to copy hierarchy from s to s/x: File exists\n"),
        both.ours("s6-hiercopy", "s", "s/x"));
    assertEquals(100, both.ours("s6-hiercopy", "s").code());
  }

  @Test
  void hiercopy_needs_no_stack_for_each_level() throws Exception {
    String deep = "d/".repeat(1900);
    shell("mkdir -p s/" + deep + "; : > s/" + deep + "f; : > s/d/d/f; mkdir s/d/e");
    assertEquals(DONE, both.ours("sh", "-c", "ulimit -n 4096; exec s6-hiercopy s c"));
    assertEquals(
        "", shell("find s -printf '%P %m %y\\n' > 1; find c -printf '%P %m %y\\n' > 2; cmp 1 2"));
    assertTrue(exists("c/" + deep + "f"));
    assertEquals(DONE, both.ours("s6-rmrf", "s", "c"));
  }

  @Test
  void hiercopy_into_itself_comes_to_an_end() throws Exception {
    shell("mkdir -p s/d; echo x > s/d/f");
    assertEquals(DONE, both.ours("s6-hiercopy", "s", "s/copy"));
    assertEquals("x\n", shell("cat s/copy/d/f; ls s/copy/copy 2>/dev/null"));
  }

  @Test
  void hiercopy_as_a_user_keeps_what_it_may() throws Exception {
    shell("chmod 755 .; mkdir s own; echo x > s/f; chown 70 own");
    assertEquals(
        DONE,
        both.ours(
            "sh",
            "-c",
            "exec setpriv --reuid=70 --clear-groups s6-hiercopy \"$PWD/s\" \"$PWD/own/s\""));
    assertEquals("70 x\n", shell("stat -c %u own/s/f | tr '\\n' ' '; cat own/s/f"));
  }

  private String here() throws Exception {
    return directory.toRealPath().toString();
  }

  private Outcome link(String... sources) throws Exception {
    String[] words = new String[sources.length + 2];
    words[0] = "s6-update-symlinks";
    words[1] = here() + "/t";
    for (int i = 0; i < sources.length; i++) {
      words[i + 2] = here() + "/" + sources[i];
    }
    return both.ours(words);
  }

  private String links() throws Exception {
    return shell("find t ! -type d -printf '%p>%l\\n' | LC_ALL=C sort").replace(here() + "/", "");
  }

  @Test
  void update_symlinks_makes_one_tree_of_several() throws Exception {
    shell(
        "mkdir -p a/s/x b/s/x c e; : > a/1; : > a/2; : > b/2; : > b/3; : > a/s/m; : > b/s/n; : > a/s/x/o; : > c/9; : > b/s/x/o");
    assertEquals(DONE, link("a"));
    assertEquals("t>a\n", links());
    assertEquals(DONE, link("a", "e"));
    assertEquals("t>a\n", links());
    assertEquals(DONE, link("a", "b"));
    assertEquals("t/1>a/1\nt/2>b/2\nt/3>b/3\nt/s/m>a/s/m\nt/s/n>b/s/n\nt/s/x>b/s/x\n", links());
    assertEquals(DONE, link("a", "b"));
    assertEquals("t/1>a/1\nt/2>b/2\nt/3>b/3\nt/s/m>a/s/m\nt/s/n>b/s/n\nt/s/x>b/s/x\n", links());
    assertEquals(DONE, link("c"));
    assertEquals(
        "t/1>a/1\nt/2>b/2\nt/3>b/3\nt/9>c/9\nt/s/m>a/s/m\nt/s/n>b/s/n\nt/s/x>b/s/x\n", links());
    assertEquals("a\nb\nc\ne\nt\n", shell("ls"));
  }

  @Test
  void update_symlinks_links_the_last_tree_when_it_has_all() throws Exception {
    shell("mkdir -p a/s b/s; : > a/1; : > b/1; : > b/2; : > a/s/m; : > b/s/m");
    assertEquals(DONE, link("a", "b"));
    assertEquals("t>b\n", links());
  }

  @Test
  void update_symlinks_gives_up_on_conflicts_and_leaves_nothing_behind() throws Exception {
    shell("mkdir -p a/x b; : > a/1; : > b/x; : > f");
    Outcome conflict = link("a", "b");
    assertEquals(100, conflict.code());
    assertTrue(
        conflict.stderr().startsWith("s6-update-symlinks: fatal: conflict: "), conflict.stderr());
    assertEquals("t>a\n", links());
    assertEquals("a\nb\nf\nt\n", shell("ls"));
    assertEquals(100, both.ours("s6-update-symlinks", "t", "a").code());
    assertEquals(111, link("none").code());
    assertEquals(111, link("f").code());
    assertEquals(100, both.ours("s6-update-symlinks", "/t").code());
  }
}
