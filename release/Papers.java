import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code java Papers.java write ROOT ARCH HOME}: what is in ROOT, in ROOT/HOME: {@code manifest.json}, ours and short, and {@code sbom.cdx.json},
 * CycloneDX 1.6, and the text of each licence, in {@code licenses/}. {@code java Papers.java check ROOT HOME}: reads them and says what of ROOT they
 * do not account for. Each file belongs to one component, the first whose pattern it matches; a file that matches none is an error of whoever added it.
 */
final class Papers {
  private static final String CLASSPATH_EXCEPTION = "GPL-2.0-only WITH Classpath-exception-2.0";
  private static final String GCC_RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1";

  /** What the archive is made of. {@code part} is a module of {@code name} or empty; files may be empty for what is within others' files. */
  private record Component(String name, String part, String version, String licence, String purl, String files) {}

  private final Path root;
  private final String arch;
  private final List<Component> components = new ArrayList<>();

  private Papers(Path root, String arch) {
    this.root = root;
    this.arch = arch;
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("check")) {
      check(Path.of(arguments[1]), Path.of(arguments[1], arguments[2]));
      return;
    }
    Papers papers = new Papers(Path.of(arguments[1]), arguments[2]);
    Path home = Path.of(arguments[1], arguments[3]);
    papers.collect();
    papers.addLicences(home.resolve("licenses"));
    Files.writeString(home.resolve("manifest.json"), papers.manifest());
    Files.writeString(home.resolve("sbom.cdx.json"), papers.sbom());
  }

  private void collect() throws IOException {
    String ours = ourVersion();
    if (arch.equals("noarch")) {
      ownJdk(ours);
    } else {
      runtime();
    }
    // What is left is ours.
    add("s6j", "", ours, "ISC", "pkg:generic/s6j@" + ours, ".*");
    for (String file : files()) {
      if (file.matches("usr/lib/s6j/plugins/.*\\.jar")) {
        String name = file.substring(file.lastIndexOf('/') + 1, file.length() - 4);
        add("s6j-plugin-" + name, "s6j", ours, "ISC", "pkg:maven/s6j/s6j-plugin-" + name + "@" + ours, "");
      }
    }
  }

  private void runtime() throws IOException {
    String release = Files.readString(root.resolve("usr/lib/s6j/runtime/release"));
    String jdk = first(release, "JAVA_VERSION=\"(.*?)\"");
    String full = System.getenv().getOrDefault("S6J_JDK_VERSION", jdk);
    String glibc = first(text("usr/lib/s6j/runtime/lib/libc.so.6"), "GNU C Library \\((.*?)\\) (?:stable|development)").replaceAll(".*GLIBC ", "");
    String musl = System.getenv().getOrDefault("S6J_MUSL_VERSION", "unknown");
    String runtime = "usr/lib/s6j/runtime/";
    add("glibc", "", glibc, "LGPL-2.1-or-later", "pkg:deb/debian/glibc@" + glibc.replace("+", "%2B"),
        runtime + "(bin/s6j-init|lib/(libc|libm|libdl|libpthread|librt)\\.so\\.[0-9]+)");
    List<String> files = files();
    for (String library : List.of("libgcc_s", "libstdc++")) {
      // Those of another architecture come from two compilers: the one of its Debian, and the cross compiler.
      if (files.contains(runtime + "lib/" + library + (library.equals("libgcc_s") ? ".so.1" : ".so.6"))) {
        String variable = library.equals("libgcc_s") ? "S6J_LIBGCC_VERSION" : "S6J_LIBSTDCXX_VERSION";
        String version = System.getenv().getOrDefault(variable, "unknown");
        add(library, "", version, GCC_RUNTIME, "pkg:generic/" + library.replace("+", "%2B") + "@" + version.replace("+", "%2B"),
            runtime + "lib/" + Pattern.quote(library) + "\\.so\\..*");
      }
    }
    if (files.contains(runtime + "lib/libz.so.1")) {
      String zlib = first(text(runtime + "lib/libz.so.1"), "deflate ([0-9.]+) Copyright");
      add("zlib", "", zlib, "Zlib", "pkg:generic/zlib@" + zlib, runtime + "lib/libz\\.so\\.1");
    }
    add("musl", "", musl, "MIT", "pkg:generic/musl@" + musl, "");
    // The options and the cache are ours, as are our modules within the one file of modules.
    add("s6j-configuration", "s6j", ourVersion(), "ISC", "pkg:generic/s6j-configuration@" + ourVersion(), runtime + "(conf/[a-z]+\\.options|lib/s6j\\.aot)");
    add("openjdk", "", full, CLASSPATH_EXCEPTION, "pkg:generic/openjdk@" + full.replace("+", "%2B"), runtime + ".*");
    for (String module : first(release, "MODULES=\"(.*?)\"").split(" ")) {
      boolean own = module.startsWith("s6j.");
      String version = own ? ourVersion() : full;
      add(module, own ? "s6j" : "openjdk", version, own ? "ISC" : CLASSPATH_EXCEPTION, "pkg:generic/" + module + "@" + version.replace("+", "%2B"), "");
    }
  }

  /** Libraries of the provider that needs no shim: their versions are in their names. */
  private void ownJdk(String ours) throws IOException {
    Pattern jar = Pattern.compile("(usr/lib/s6j/own-jdk/modules/)(.*?)-([0-9][0-9.]*)\\.jar");
    for (String file : files()) {
      Matcher m = jar.matcher(file);
      if (m.matches()) {
        String name = m.group(2);
        boolean own = name.startsWith("s6j-");
        String group = own ? "s6j" : name.startsWith("asm") ? "org.ow2.asm" : "com.github.jnr";
        String licence = own ? "ISC" : name.startsWith("asm") ? "BSD-3-Clause" : name.equals("jnr-posix") ? "EPL-2.0" : name.equals("jnr-x86asm") ? "MIT" : "Apache-2.0";
        String more = name.equals("jffi") ? "|usr/lib/s6j/own-jdk/jni/.*" : "";
        add(name, own ? "s6j" : "", m.group(3), licence, "pkg:maven/" + group + "/" + name + "@" + m.group(3), Pattern.quote(file) + more);
      }
    }
  }

  /** The texts of those that are not elsewhere in the archive: ours is LICENSE, the JDK's in its legal/. */
  private void addLicences(Path directory) throws IOException {
    for (String licence : components.stream().map(Component::licence).distinct().toList()) {
      for (String name : texts(licence)) {
        Files.createDirectories(directory);
        Files.copy(Path.of("release/licenses", name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The files that have the text of a licence. */
  private static List<String> texts(String licence) {
    return licence.equals("ISC") || licence.equals(CLASSPATH_EXCEPTION) ? List.of() : List.of(licence.split(" WITH "));
  }

  private void add(String name, String part, String version, String licence, String purl, String files) {
    components.add(new Component(name, part, version, licence, purl, files));
  }

  private String ourVersion() throws IOException {
    return first(Files.readString(Path.of("pom.xml")), "<version>(.*?)</version>");
  }

  private String text(String file) throws IOException {
    return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
  }

  private static String first(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    if (!m.find()) {
      throw new IllegalStateException("nothing matches " + pattern);
    }
    return m.group(1);
  }

  /** All but directories and what is written here. */
  private List<String> files() throws IOException {
    return files(root).stream().filter(file -> !file.matches(".*/(manifest\\.json|sbom\\.cdx\\.json|SHA256SUMS)")).toList();
  }

  private static List<String> files(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      return all.filter(file -> !Files.isDirectory(file) || Files.isSymbolicLink(file)).map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }

  private Map<Component, List<String>> filesByComponent() throws IOException {
    Map<Component, List<String>> all = new LinkedHashMap<>();
    components.forEach(c -> all.put(c, new ArrayList<>()));
    for (String file : files()) {
      Component owner = components.stream().filter(c -> file.matches(c.files())).findFirst().orElseThrow();
      all.get(owner).add(file);
    }
    return all;
  }

  private String manifest() throws IOException {
    StringBuilder out = new StringBuilder("{\n  \"s6j\": " + quote(ourVersion()) + ",\n  \"architecture\": " + quote(arch) + ",\n  \"bundled\": [");
    String separator = "\n";
    for (var entry : filesByComponent().entrySet()) {
      Component c = entry.getKey();
      out.append(separator).append("    {\"name\": ").append(quote(c.name()));
      if (!c.part().isEmpty()) {
        out.append(", \"partOf\": ").append(quote(c.part()));
      }
      out.append(", \"version\": ").append(quote(c.version())).append(", \"licence\": ").append(quote(c.licence())).append(", \"files\": [");
      out.append(String.join(", ", entry.getValue().stream().map(Papers::quote).toList())).append("]}");
      separator = ",\n";
    }
    return out.append("\n  ]\n}\n").toString();
  }

  private String sbom() throws IOException {
    StringBuilder list = new StringBuilder();
    StringBuilder references = new StringBuilder();
    for (Component c : components) {
      String reference = quote(c.name() + "@" + c.version());
      list.append(list.isEmpty() ? "\n" : ",\n").append("    {\"type\": \"library\", \"bom-ref\": ").append(reference).append(", \"name\": ").append(quote(c.name()))
          .append(", \"version\": ").append(quote(c.version())).append(", \"licenses\": [").append(licence(c.licence())).append("], \"purl\": ")
          .append(quote(c.purl())).append("}");
      references.append(references.isEmpty() ? "" : ", ").append(reference);
    }
    String name = "s6j-overlay-" + (arch.equals("noarch") ? arch : "linux-" + arch);
    String serial = UUID.nameUUIDFromBytes((name + list).getBytes(StandardCharsets.UTF_8)).toString();
    return """
        {
          "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
          "bomFormat": "CycloneDX",
          "specVersion": "1.6",
          "serialNumber": "urn:uuid:%s",
          "version": 1,
          "metadata": {
            "timestamp": "2026-01-01T00:00:00Z",
            "component": {"type": "application", "bom-ref": %s, "name": %s, "version": %s, "licenses": [%s]}
          },
          "components": [%s
          ],
          "dependencies": [{"ref": %s, "dependsOn": [%s]}]
        }
        """.formatted(serial, quote(name), quote(name), quote(ourVersion()), licence("ISC"), list, quote(name), references);
  }

  /** An expression is another member than a licence of SPDX's list. */
  private static String licence(String licence) {
    return licence.contains(" ") ? "{\"expression\": " + quote(licence) + "}" : "{\"license\": {\"id\": " + quote(licence) + "}}";
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  // ---- checking ----

  private static void check(Path root, Path home) throws IOException {
    Map<?, ?> manifest = (Map<?, ?>) new Json(Files.readString(home.resolve("manifest.json"))).document();
    Map<?, ?> sbom = (Map<?, ?>) new Json(Files.readString(home.resolve("sbom.cdx.json"))).document();
    List<String> wrong = new ArrayList<>();
    List<String> left = new ArrayList<>(files(root));
    List<String> papers = List.of("manifest.json", "sbom.cdx.json", "SHA256SUMS");
    papers.forEach(paper -> expect(left.remove(root.relativize(home.resolve(paper)).toString()), "no " + paper, wrong));
    List<String> bundled = new ArrayList<>();
    for (Object o : (List<?>) manifest.get("bundled")) {
      Map<?, ?> component = (Map<?, ?>) o;
      bundled.add(component.get("name") + "@" + component.get("version"));
      for (String member : List.of("name", "version", "licence")) {
        expect(component.get(member) instanceof String s && !s.isEmpty() && !s.equals("unknown"), component + " has no " + member, wrong);
      }
      for (String text : texts(String.valueOf(component.get("licence")))) {
        expect(Files.exists(home.resolve("licenses").resolve(text)), component.get("name") + ": no text of its licence " + text, wrong);
      }
      ((List<?>) component.get("files")).forEach(file -> expect(left.remove(file), "manifest.json: no file " + file + ", or twice", wrong));
    }
    left.forEach(file -> wrong.add("manifest.json knows nothing of " + file));
    expect("CycloneDX".equals(sbom.get("bomFormat")) && "1.6".equals(sbom.get("specVersion")), "sbom.cdx.json is not CycloneDX 1.6", wrong);
    expect(sbom.get("serialNumber") instanceof String s && s.matches("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "sbom.cdx.json: serialNumber", wrong);
    List<String> listed = new ArrayList<>();
    for (Object o : (List<?>) sbom.get("components")) {
      Map<?, ?> component = (Map<?, ?>) o;
      listed.add(String.valueOf(component.get("bom-ref")));
      expect("library".equals(component.get("type")), component + ": type", wrong);
      expect(component.get("licenses") instanceof List<?> l && l.size() == 1, component + ": licenses", wrong);
      expect(component.get("purl") instanceof String s && s.startsWith("pkg:"), component + ": purl", wrong);
    }
    expect(listed.equals(bundled), "sbom.cdx.json and manifest.json name different things: " + listed + " and " + bundled, wrong);
    expect(listed.size() == listed.stream().distinct().count(), "sbom.cdx.json: a bom-ref is there twice", wrong);
    wrong.forEach(System.err::println);
    System.out.printf("%d components, %d problems%n", listed.size(), wrong.size());
    System.exit(wrong.isEmpty() ? 0 : 1);
  }

  private static void expect(boolean good, String otherwise, List<String> wrong) {
    if (!good) {
      wrong.add(otherwise);
    }
  }

  /** A reader of JSON that takes nothing but JSON: objects become maps, arrays lists. Of numbers only whole ones. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object document() {
      Object value = value();
      if (next() != 0) {
        throw bad("more after the end");
      }
      return value;
    }

    private Object value() {
      char c = next();
      at++;
      return switch (c) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> string();
        case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
        default -> throw bad("no value");
      };
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<>();
      if (next() == '}') {
        at++;
        return members;
      }
      do {
        take('"');
        String name = string();
        take(':');
        if (members.put(name, value()) != null) {
          throw bad("a name twice");
        }
      } while (more('}'));
      return members;
    }

    private List<Object> array() {
      List<Object> values = new ArrayList<>();
      if (next() == ']') {
        at++;
        return values;
      }
      do {
        values.add(value());
      } while (more(']'));
      return values;
    }

    private boolean more(char end) {
      char c = next();
      at++;
      if (c != ',' && c != end) {
        throw bad("neither , nor " + end);
      }
      return c == ',';
    }

    private String string() {
      StringBuilder value = new StringBuilder();
      for (char c; (c = text.charAt(at++)) != '"'; value.append(c)) {
        if (c < ' ') {
          throw bad("a control character");
        }
        if (c == '\\') {
          c = text.charAt(at++);
          if (c != '\\' && c != '"') {
            throw bad("an escape that is not ours");
          }
        }
      }
      return value.toString();
    }

    private Long number() {
      int from = at - 1;
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
      return Long.valueOf(text.substring(from, at));
    }

    private char next() {
      while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void take(char c) {
      if (next() != c) {
        throw bad("no " + c);
      }
      at++;
    }

    private IllegalStateException bad(String what) {
      return new IllegalStateException("not JSON at character " + at + ": " + what);
    }
  }
}
