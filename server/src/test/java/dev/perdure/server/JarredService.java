package dev.perdure.server;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A service as somebody else builds it: compiled here, packed into a jar, in no class path. */
final class JarredService {

  private static final String SOURCE =
      """
      package jarred;

      import dev.perdure.api.Decision;
      import dev.perdure.api.Entity;
      import dev.perdure.api.Named;
      import dev.perdure.api.Operation;
      import dev.perdure.api.Service;
      import java.util.List;

      public final class Jarred implements Service {
        public record Count(long value) {}
        public record Add(long amount) {}
        @Named("added") public record Added(long amount) {}

        @Named("counter")
        public static final class Counter implements Entity<Count, Add, Added> {
          public Count initial() { return new Count(0); }
          public Decision<Added> decide(Count state, Add add, Operation operation) {
            return Decision.accept(new Added(add.amount()), new Count(state.value() + add.amount()));
          }
          public Count evolve(Count state, Added event) {
            return new Count(state.value() + event.amount());
          }
        }

        public String name() { return "jarred"; }
        public String version() { return "1"; }
        public List<Entity<?, ?, ?>> entities() { return List.of(new Counter()); }
      }
      """;

  private JarredService() {}

  /** Writes the jar. */
  static Path write(Path jar) throws Exception {
    Map<String, ByteArrayOutputStream> classes = compile();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/dev.perdure.api.Service"));
      out.write("jarred.Jarred\n".getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, ByteArrayOutputStream> one : classes.entrySet()) {
        out.putNextEntry(new JarEntry(one.getKey().replace('.', '/') + ".class"));
        one.getValue().writeTo(out);
      }
    }
    return jar;
  }

  private static Map<String, ByteArrayOutputStream> compile() throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> classes = new TreeMap<>();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///jarred/Jarred.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreErrors) {
            return SOURCE;
          }
        };
    try (JavaFileManager files =
        new ForwardingJavaFileManager<JavaFileManager>(
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("bytes:///" + name), kind) {
              @Override
              public OutputStream openOutputStream() {
                return classes.computeIfAbsent(name, any -> new ByteArrayOutputStream());
              }
            };
          }
        }) {
      List<String> options =
          List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
      if (!compiler.getTask(null, files, null, options, null, List.of(source)).call()) {
        throw new IllegalStateException("the service does not compile");
      }
    }
    return classes;
  }
}
