import static java.lang.classfile.ClassFile.ConstantPoolSharingOption.NEW_POOL;
import static java.lang.classfile.ClassFile.DebugElementsOption.DROP_DEBUG;
import static java.lang.classfile.ClassFile.LineNumbersOption.DROP_LINE_NUMBERS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleHashesAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code java Slim.java DIRECTORY}: writes each class below DIRECTORY, which has a directory for each module, again, without what is for debuggers and with a
 * constant pool of what is left. jlink's {@code --strip-debug} leaves the names of local variables in the pools, which
 * are an eighth of the JDK's classes. Hashes that a module has of others go, too: they would be of what was before.
 */
final class Slim {
  private static final ClassTransform REWRITE =
      ClassTransform.dropping(e -> e instanceof SourceFileAttribute || e instanceof ModuleHashesAttribute);

  public static void main(String[] arguments) throws IOException {
    long before = 0;
    long after = 0;
    Path directory = Path.of(arguments[0]);
    ClassFile format = ClassFile.of(NEW_POOL, DROP_DEBUG, DROP_LINE_NUMBERS, ClassHierarchyResolverOption.of(hierarchy(directory)));
    for (Path file : classes(directory)) {
      byte[] old = Files.readAllBytes(file);
      byte[] slim = format.transformClass(format.parse(old), REWRITE);
      before += old.length;
      after += slim.length;
      Files.write(file, slim);
    }
    System.out.printf("classes of the JDK: %d bytes, were %d%n", after, before);
  }

  /** By the classes themselves: those of another JDK than this are not known otherwise. */
  private static ClassHierarchyResolver hierarchy(Path directory) {
    return ClassHierarchyResolver.ofResourceParsing(
            type -> {
              String name = type.descriptorString();
              Path file = directory.resolve("java.base").resolve(name.substring(1, name.length() - 1) + ".class");
              try {
                return Files.exists(file) ? Files.newInputStream(file) : null;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .cached();
  }

  private static List<Path> classes(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }
}
