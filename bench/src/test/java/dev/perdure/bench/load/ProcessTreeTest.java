package dev.perdure.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {

  @Test
  void addsUpOwnAndReapedTimesWhateverTheProgramIsCalled() {
    String line =
        "4711 (a) b (c)) S 12 4711 4711 0 -1 4194560 2593 7219 1 30 100 20 3 4 20 0 1 0 55 220 8";
    assertThat(ProcessTree.Stat.parse(line)).isEqualTo(new ProcessTree.Stat(4711, 12, 127));
  }

  @Test
  void readsTheTimeOfThisProcess() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "there is no /proc here");
    assertThat(new ProcessTree(ProcessHandle.current().pid()).cpuNs()).isPositive();
  }

  @Test
  void knowsNothingOfAProcessThatDoesNotExist() throws Exception {
    assertThat(new ProcessTree(Long.MAX_VALUE).cpuNs()).isZero();
  }
}
