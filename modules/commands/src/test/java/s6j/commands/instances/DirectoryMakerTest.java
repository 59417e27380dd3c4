package s6j.commands.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** The directories that are made do what those of Debian's programs do. */
class DirectoryMakerTest {
  private static final String[] INSTANCES = {"s6-instance-maker"};
  private static final String[] USERTREE = {"s6-usertree-maker"};

  @TempDir Path temp;
  private Originals both;

  @BeforeEach
  void start() throws IOException {
    both = Originals.of(AllCommands.list(), temp);
    Path run = temp.resolve("template/run");
    Files.createDirectories(temp.resolve("template/data"));
    Files.writeString(run, "#!/bin/sh\n");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createSymbolicLink(temp.resolve("template/link"), Path.of("nowhere"));
  }

  @AfterEach
  void stop() throws IOException {
    both.close();
  }

  /** Kinds, modes and contents of all files, programs being called by their names only. */
  private static Map<String, String> content(Path root) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.toList()) {
        String name = root.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          content.put(name, Files.readSymbolicLink(file).toString());
        } else {
          String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
          String text = Files.isDirectory(file) ? "" : Files.readString(file);
          content.put(
              name, mode + " " + text.replaceAll("(?<!#!)/usr/(lib/execline/)?bin/(?=[a-z])", ""));
        }
      }
    }
    return content;
  }

  private void assertSame(String[] program, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(program));
    all.addAll(List.of(words));
    all.add("original");
    String[] line = all.toArray(String[]::new);
    Outcome original = both.original(Map.of(), line);
    line[line.length - 1] = "ours";
    assertEquals(original, both.ours(line));
    if (original.code() == 0) {
      assertEquals(content(temp.resolve("original")), content(temp.resolve("ours")));
    }
    for (String made : new String[] {"original", "ours"}) {
      new ProcessBuilder("rm", "-rf", temp.resolve(made).toString()).start().onExit().join();
      assertFalse(Files.exists(temp.resolve(made)));
    }
  }

  @Test
  void instanced_services_are_those_of_the_original() throws IOException {
    assertSame(INSTANCES, "template");
    assertSame(INSTANCES, "-c", "10", "-u", "nobody", "template");
    assertSame(INSTANCES, "-c", "0", "template");
    assertSame(INSTANCES, "-c", "100000", "template");
    assertSame(INSTANCES, "-L", "/log", "-l", "daemon", "template");
    assertSame(INSTANCES, "-L", "/log", "-t", "3", "-n", "5", "-s", "9999", "-S", "8", "template");
    assertSame(INSTANCES, "-r", "a", "template");
    assertSame(INSTANCES, "-r", "a/b", "-L", "/log", "-t", "0", "template");
    assertSame(INSTANCES, "-r", "a/b/c", "-L", "/log", "-t", "2", "template");
    assertSame(INSTANCES, "-u", "q\"uo\\te", "template");
  }

  @Test
  void what_cannot_be_made_is_refused_as_by_the_original() throws IOException {
    assertSame(INSTANCES, "-L", "rel", "template");
    assertSame(INSTANCES, "-r", "a", "-L", "/log", "template");
    assertSame(INSTANCES, "-r", "a/b/c/d", "-L", "/log", "template");
    assertSame(INSTANCES, "-r", "a//c", "-L", "/log", "template");
    assertSame(INSTANCES, "-r", "/c", "-L", "/log", "template");
    assertSame(INSTANCES, "-t", "4", "template");
    assertSame(INSTANCES, "-c", "x", "template");
    assertSame(INSTANCES);
    assertSame(USERTREE, "nobody", "rel");
    assertSame(USERTREE, "-t", "4", "nobody", "/log");
    assertSame(USERTREE, "-r", "a", "nobody", "/log");
    assertSame(USERTREE, "-d", "rel", "nobody", "/log");
    assertSame(USERTREE, "-n", "x", "nobody", "/log");
    assertSame(USERTREE, "nobody");
    Files.createDirectory(temp.resolve("there"));
    String[] there = {"s6-usertree-maker", "nobody", "/log", "there"};
    assertEquals(both.original(Map.of(), there), both.ours(there));
  }

  @Test
  void user_trees_are_those_of_the_original() throws IOException {
    assertSame(USERTREE, "nobody", "/log");
    assertSame(USERTREE, "-d", "/scan", "-p", "/usr/bin", "-E", "/env", "nobody", "/log");
    assertSame(USERTREE, "-E", "/env", "-e", "FOO", "-e", "BAR", "nobody", "/log");
    assertSame(USERTREE, "-e", "FOO", "nobody", "/log");
    assertSame(USERTREE, "-r", "a/b", "-l", "daemon", "nobody", "/log");
    assertSame(USERTREE, "-r", "a/b/c", "-t", "3", "-n", "1", "-S", "77777", "nobody", "/log");
  }

  @Test
  void a_prefix_with_blanks_stays_one_word() throws IOException {
    String[] words = {"s6-usertree-maker", "-P", "two words", "nobody", "/log", "ours"};
    assertEquals(0, both.ours(words).code());
    assertEquals(
        "#!/usr/bin/execlineb -P\ns6-log -bd3 -- t n10 s1000000 \"ptwo words\" \"/log\"\n",
        Files.readString(temp.resolve("ours/log/run")));
  }
}
