package dev.perdure.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Java file and its syntax tree: parsed by the compiler, without types. */
record ParsedFile(SourceFile source, CompilationUnitTree unit, SourcePositions positions) {

  /** The line on which a part of the tree begins, its Javadoc not counted. */
  long firstLine(Tree tree) {
    return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
  }

  long lastLine(Tree tree) {
    return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
  }

  /** Parses the Java files among the given ones, in their order. */
  static List<ParsedFile> parse(List<SourceFile> files) {
    Map<URI, SourceFile> byUri = new HashMap<>();
    List<JavaFileObject> inputs = new ArrayList<>();
    for (SourceFile file : files) {
      if (file.isJava()) {
        TextFile input = new TextFile(file);
        byUri.put(input.toUri(), file);
        inputs.add(input);
      }
    }
    if (inputs.isEmpty()) {
      return List.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, problems, List.of("-proc:none"), null, inputs);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    List<ParsedFile> parsed = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        SourceFile source = byUri.get(unit.getSourceFile().toUri());
        parsed.add(new ParsedFile(source, unit, positions));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!problems.getDiagnostics().isEmpty()) {
      throw new IllegalArgumentException("cannot be parsed: " + problems.getDiagnostics());
    }
    return parsed;
  }

  private static final class TextFile extends SimpleJavaFileObject {
    private final String text;

    TextFile(SourceFile file) {
      super(URI.create("text:///" + file.path()), Kind.SOURCE);
      this.text = file.text();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
