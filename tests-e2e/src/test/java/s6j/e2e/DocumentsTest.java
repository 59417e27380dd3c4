package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages of the manual, as ones that lead to each other. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Path ROOT = Checkout.root();

  private static List<Path> pages() throws IOException {
    try (var all = Files.walk(ROOT.resolve("docs"))) {
      List<Path> pages = new ArrayList<>(all.filter(f -> f.toString().endsWith(".md")).toList());
      pages.add(ROOT.resolve("README.md"));
      return pages;
    }
  }

  /** A page without its blocks of code. */
  private static List<String> text(Path page) throws IOException {
    List<String> text = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(page)) {
      code ^= line.startsWith("```");
      if (!code) {
        text.add(line);
      }
    }
    return text;
  }

  private static List<String> links(Path page) throws IOException {
    return text(page).stream()
        .flatMap(line -> LINK.matcher(line).results())
        .map(link -> link.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return text(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void every_link_leads_somewhere() throws IOException {
    List<String> problems = new ArrayList<>();
    int seen = 0;
    for (Path page : pages()) {
      for (String link : links(page)) {
        seen++;
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        boolean there = Files.exists(target);
        if (there && parts.length > 1) {
          there = anchors(target).contains(parts[1]);
        }
        if (!there) {
          problems.add(ROOT.relativize(page) + ": " + link);
        }
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(seen > 50, seen + " links");
  }

  @Test
  void every_page_is_to_be_found_from_the_first() throws IOException {
    Set<Path> linked = new TreeSet<>();
    for (String link : links(ROOT.resolve("README.md"))) {
      linked.add(ROOT.resolve(link.replaceFirst("#.*", "")).normalize());
    }
    List<Path> missing = new ArrayList<>();
    for (String directory : new String[] {"docs", "docs/reference"}) {
      try (var pages = Files.list(ROOT.resolve(directory))) {
        pages
            .filter(page -> page.toString().endsWith(".md") && !linked.contains(page))
            .forEach(missing::add);
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void builders_are_told_of_every_module() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/builders.md"));
    List<String> missing = new ArrayList<>();
    try (var modules = Files.list(ROOT.resolve("modules"))) {
      modules
          .filter(Files::isDirectory)
          .map(module -> "`modules/" + module.getFileName() + "`")
          .filter(module -> !page.contains(module))
          .forEach(missing::add);
    }
    assertEquals(List.of(), missing);
  }

  private static final Pattern OF_TESTS = Pattern.compile("\\(?`tests-e2e`, `(\\w+Test)`\\)?");

  @Test
  void the_tests_that_pages_name_are_there() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher test = OF_TESTS.matcher(String.join(" ", Files.readAllLines(page)));
      while (test.find()) {
        named++;
        String file = "tests-e2e/src/test/java/s6j/e2e/" + test.group(1) + ".java";
        if (!Files.exists(ROOT.resolve(file))) {
          missing.add(ROOT.relativize(page) + ": " + test.group(1));
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named >= 6, named + " tests");
  }
}
