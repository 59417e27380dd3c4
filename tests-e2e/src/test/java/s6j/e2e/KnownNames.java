package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the code itself knows of names, read from its classes: the other side of a document. */
final class KnownNames {
  private KnownNames() {}

  /** The constants of an enum, in their order. */
  static List<String> constants(String module, String name) {
    return read(module, name).fields().stream()
        .filter(field -> field.flags().has(AccessFlag.ENUM))
        .map(field -> field.fieldName().stringValue())
        .toList();
  }

  /** The texts in a class that can be the name of a file. */
  static Set<String> files(String module, String name) {
    Set<String> names = new TreeSet<>();
    read(module, name)
        .constantPool()
        .forEach(
            entry -> {
              if (entry instanceof StringEntry text && text.stringValue().matches("[a-z][-a-z]+")) {
                names.add(text.stringValue());
              }
            });
    return names;
  }

  private static ClassModel read(String module, String name) {
    Path classes = Checkout.root().resolve("modules/" + module + "/target/classes");
    try {
      return ClassFile.of().parse(classes.resolve(name.replace('.', '/') + ".class"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
