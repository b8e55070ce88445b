package dev.perdure.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * How long things may be. A method counts from its first modifier to its closing brace, with
 * everything inside it. The header of a record may be as long as its data; a method that overrides
 * one has the parameters it was given.
 */
final class Sizes {
  static final int FILE_LINES_MAX = 500;
  static final int TEST_FILE_LINES_MAX = 800;
  static final int METHOD_LINES_MAX = 70;
  static final int PARAMETERS_MAX = 4;

  /** Annotations of methods whose parameters someone else decides. */
  private static final Set<String> GIVEN_PARAMETERS =
      Set.of("Override", "ParameterizedTest", "JsonCreator");

  private Sizes() {}

  static List<Finding> check(ParsedFile file) {
    List<Finding> found = new ArrayList<>();
    SourceFile source = file.source();
    int max = Zone.TEST_SIZED.contains(source.zone()) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
    int lines = source.lines().size();
    if (lines > max) {
      String message = "the file has " + lines + " lines, the limit is " + max + ": split it";
      found.add(new Finding(source.path(), lines, message));
    }
    new Scanner(file, found).scan(file.unit(), null);
    return found;
  }

  private static final class Scanner extends TreeScanner<Void, Void> {
    private final ParsedFile file;
    private final List<Finding> found;
    private final Deque<ClassTree> classes = new ArrayDeque<>();

    Scanner(ParsedFile file, List<Finding> found) {
      this.file = file;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
      classes.push(tree);
      for (Tree member : tree.getMembers()) {
        if (member instanceof BlockTree) {
          lines(member, "the initializer");
        } else if (member instanceof VariableTree field
            && field.getInitializer() instanceof LambdaExpressionTree) {
          lines(member, "the function in field " + field.getName());
        }
      }
      super.visitClass(tree, null);
      classes.pop();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
      String name = tree.getReturnType() == null ? "the constructor" : "method " + tree.getName();
      lines(tree, name);
      int parameters = tree.getParameters().size();
      if (parameters > PARAMETERS_MAX && !givenParameters(tree)) {
        report(
            tree,
            name
                + " has "
                + parameters
                + " parameters, the limit is "
                + PARAMETERS_MAX
                + ": make a record of those that belong together");
      }
      return super.visitMethod(tree, null);
    }

    private boolean givenParameters(MethodTree tree) {
      for (AnnotationTree annotation : tree.getModifiers().getAnnotations()) {
        if (GIVEN_PARAMETERS.contains(annotation.getAnnotationType().toString())) {
          return true;
        }
      }
      return tree.getReturnType() == null && isCanonical(tree);
    }

    /** Has this constructor of a record the record's own header as its parameters? */
    private boolean isCanonical(MethodTree constructor) {
      ClassTree owner = classes.getFirst();
      if (owner.getKind() != Tree.Kind.RECORD) {
        return false;
      }
      List<String> header =
          owner.getMembers().stream()
              .filter(VariableTree.class::isInstance)
              .map(VariableTree.class::cast)
              .filter(v -> !v.getModifiers().getFlags().contains(Modifier.STATIC))
              .map(v -> v.getType().toString())
              .toList();
      List<String> given =
          constructor.getParameters().stream().map(v -> v.getType().toString()).toList();
      return header.equals(given);
    }

    private void lines(Tree tree, String name) {
      long lines = file.lastLine(tree) - file.firstLine(tree) + 1;
      if (lines > METHOD_LINES_MAX) {
        report(
            tree,
            name
                + " has "
                + lines
                + " lines, the limit is "
                + METHOD_LINES_MAX
                + ": keep the branches, move straight work into helpers");
      }
    }

    private void report(Tree tree, String message) {
      found.add(new Finding(file.source().path(), file.firstLine(tree), message));
    }
  }
}
