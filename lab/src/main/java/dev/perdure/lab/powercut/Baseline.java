package dev.perdure.lab.powercut;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes what is in the root before the recording, with its inode numbers, into the trace. */
final class Baseline {

  private static final int PERMISSIONS = 07777;

  private Baseline() {}

  static void append(Path root, TraceFile trace) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(root)) {
      paths = all.sorted().toList(); // parents before children
    }
    for (Path path : paths) {
      String name = root.relativize(path).toString();
      long inode = (Long) Files.getAttribute(path, "unix:ino");
      int mode = (Integer) Files.getAttribute(path, "unix:mode") & PERMISSIONS;
      if (Files.isDirectory(path)) {
        trace.append(new Operation.BaseDirectory(name, inode, mode));
      } else {
        MemorySegment content = MemorySegment.ofArray(Files.readAllBytes(path));
        trace.append(new Operation.BaseFile(name, inode, mode, content));
      }
    }
  }
}
