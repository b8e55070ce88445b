package dev.perdure.lab.powercut;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds the preloaded recorder from its C source with the machine's own compiler, once per JVM,
 * into a temporary directory that goes with the JVM. No binary is kept in the project: the library
 * has to fit the C library of the machine.
 */
final class RecorderLibrary {

  private static final List<String> SOURCES =
      List.of("powercut.c", "powercut_names.c", "powercut_stdio.c", "powercut_trace.c");
  private static final String HEADER = "powercut.h";
  private static final long COMPILE_SECONDS_MAX = 120;

  private static @Nullable Path built;

  private RecorderLibrary() {}

  /** Why nothing can be recorded here, or empty. */
  static Optional<String> unavailable() {
    String system = System.getProperty("os.name", "");
    if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("power cuts are recorded with LD_PRELOAD on Linux; this is " + system);
    }
    return compiler() == null
        ? Optional.of("no C compiler (cc, gcc, clang) on the PATH to build the recorder with")
        : Optional.empty();
  }

  /** The library, built if it was not yet. */
  static synchronized Path path() throws IOException {
    Path library = built;
    if (library == null) {
      library = build();
      built = library;
    }
    return library;
  }

  private static Path build() throws IOException {
    Path compiler = compiler();
    if (compiler == null) {
      throw new IOException(unavailable().orElse("no C compiler"));
    }
    Path directory = Files.createTempDirectory("perdure-powercut");
    directory.toFile().deleteOnExit();
    List<String> command = new ArrayList<>(List.of(compiler.toString(), "-std=gnu11", "-O2"));
    // Fortified headers would define some of the functions that the recorder defines itself.
    command.addAll(List.of("-fPIC", "-shared", "-U_FORTIFY_SOURCE", "-fno-builtin", "-pthread"));
    Path library = directory.resolve("libpowercut.so");
    command.addAll(List.of("-o", library.toString()));
    unpack(HEADER, directory);
    for (String source : SOURCES) {
      command.add(unpack(source, directory).toString());
    }
    command.add("-ldl");
    compile(command, directory.resolve("compiler.out"));
    library.toFile().deleteOnExit();
    return library;
  }

  private static Path unpack(String source, Path directory) throws IOException {
    Path to = directory.resolve(source);
    try (InputStream from = RecorderLibrary.class.getResourceAsStream(source)) {
      if (from == null) {
        throw new IOException("the recorder's source " + source + " is not on the class path");
      }
      Files.copy(from, to);
    }
    to.toFile().deleteOnExit();
    return to;
  }

  private static void compile(List<String> command, Path output) throws IOException {
    output.toFile().deleteOnExit();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the C compiler did not end in " + COMPILE_SECONDS_MAX + " s");
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the recorder was compiled", interrupted);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "the recorder does not compile: "
              + String.join(" ", command)
              + "\n"
              + Files.readString(output));
    }
  }

  /** The first C compiler on the PATH. */
  static @Nullable Path compiler() {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String name : List.of("cc", "gcc", "clang")) {
      for (String directory : path.split(File.pathSeparator, -1)) {
        Path candidate = Path.of(directory, name);
        if (!directory.isEmpty() && Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }
}
