package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * What the Javadoc of the spi promises of each method: on what thread, whether it may block, what
 * an exception leads to. That nothing lacks a comment or a tag the compiler sees to (-Xdoclint).
 */
class SpiContractTest {
  private static final Pattern BLOCKS = Pattern.compile("[Bb]locks?\\b");
  private static final Pattern THREAD = Pattern.compile("[Tt]hreads?\\b");
  private static final Pattern EXCEPTION =
      Pattern.compile("@throws|[Ee]xceptions?\\b|\\bthrows\\b");

  /** The types of which somebody else than the caller has the code. */
  private static final class Interfaces extends TreePathScanner<Void, String> {
    private final DocTrees comments;
    private final List<String> problems = new ArrayList<>();
    private int methods;

    Interfaces(DocTrees comments) {
      this.comments = comments;
    }

    @Override
    public Void visitClass(ClassTree type, String outside) {
      if (type.getKind() == Tree.Kind.INTERFACE) {
        String comment = comment(getCurrentPath());
        type.getMembers()
            .forEach(member -> member(member, type.getSimpleName().toString(), comment));
      }
      return super.visitClass(type, outside);
    }

    private void member(Tree member, String type, String commentOfType) {
      if (member instanceof MethodTree method) {
        methods++;
        String own = comment(new TreePath(getCurrentPath(), method));
        String name = type + "." + method.getName();
        require(BLOCKS.matcher(own).find() || commentOfType.contains("none blocks"), name, "block");
        require(says(THREAD, own, commentOfType), name, "on what thread");
        require(says(EXCEPTION, own, commentOfType), name, "what an exception does");
      }
    }

    /** The comment of the package is about all that is called; whoever means that says so. */
    private static boolean says(Pattern what, String own, String commentOfType) {
      return what.matcher(own).find()
          || what.matcher(commentOfType).find()
          || (own + commentOfType).contains("See the package");
    }

    private void require(boolean said, String method, String what) {
      if (!said) {
        problems.add(method + " does not say " + what);
      }
    }

    private String comment(TreePath path) {
      String comment = comments.getDocComment(path);
      return comment == null ? "" : comment.replaceAll("\\s+", " ");
    }
  }

  @Test
  void every_method_of_an_interface_says_thread_blocking_and_exceptions() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path sources = Checkout.root().resolve("modules/spi/src/main/java");
    try (var files = compiler.getStandardFileManager(null, null, null);
        var all = Files.walk(sources)) {
      List<Path> java = all.filter(file -> file.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(java));
      Interfaces interfaces = new Interfaces(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        interfaces.scan(unit, "");
      }
      assertEquals(List.of(), interfaces.problems);
      assertTrue(interfaces.methods > 35, interfaces.methods + " methods");
    }
  }
}
