package dev.perdure.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

  @Test
  void leavesNothingWhereItIsUnpacked(@TempDir Path temporary) throws IOException {
    NativeLibrary.unpack(temporary);
    NativeLibrary.load();

    assertThat(temporary).isEmptyDirectory();
    new NativeMemory(1 << 20).close();
  }

  @Test
  void unpacksACopyUnderTheNameThatTheSystemLooksFor(@TempDir Path folder) throws IOException {
    NativeLibrary.copyTo(folder.resolve("native"));
    NativeLibrary.copyTo(folder.resolve("native"));

    try (Stream<Path> files = Files.list(folder.resolve("native"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.getFirst()).hasFileName(System.mapLibraryName("rocksdbjni"));
      assertThat(Files.size(all.getFirst())).isGreaterThan(1 << 20);
    }
  }
}
