package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.ForceFigures;
import dev.perdure.kernel.Clock;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process that really leaks file descriptors, by a clock that runs ahead. */
class LeakTest {

  private static final int DESCRIPTORS_MAX = 400;
  private static final long LOOK_NS = 30_000_000_000L;

  /** The process. */
  static final class Leaky {

    private static final int LOOKS_MAX = 500;

    private Leaky() {}

    public static void main(String[] arguments) throws IOException {
      long[] nowNs = {0};
      Watch watch = new Watch(clock(nowNs), new Real(clock(nowNs)));
      List<FileInputStream> leaked = new ArrayList<>();
      String said = "";
      for (int i = 0; i < LOOKS_MAX && !said.contains("exhaustion"); i++) {
        nowNs[0] += LOOK_NS;
        watch.look();
        for (Watch.View view : watch.views()) {
          if (view.stands() && !said.contains(view.sign().text())) {
            said += view.sign().text() + " at " + leaked.size() + ": " + view.evidence() + "\n";
          }
        }
        for (int j = 0; j < 4 && leaked.size() < 360; j++) {
          leaked.add(new FileInputStream("/dev/null"));
        }
      }
      for (FileInputStream one : leaked) {
        one.close();
      }
      nowNs[0] += LOOK_NS;
      watch.look();
      nowNs[0] += 2 * LOOK_NS;
      watch.look();
      said += "then " + watch.why(Act.BROWNOUT).isEmpty();
      System.out.write(said.getBytes(StandardCharsets.UTF_8));
      System.out.flush();
    }

    private static Clock clock(long[] nowNs) {
      return new Clock() {
        @Override
        public long wallMicros() {
          return nowNs[0] / 1_000;
        }

        @Override
        public long monotonicNs() {
          return nowNs[0];
        }
      };
    }

    private static final class Real implements Seen {

      private final Machine machine;

      Real(Clock clock) {
        this.machine = new Machine(clock);
      }

      @Override
      public ForceFigures forces() {
        return ForceFigures.NONE;
      }

      @Override
      public Map<Integer, Long> turns() {
        return Map.of();
      }

      @Override
      public long queueDelayNs() {
        return 0;
      }

      @Override
      public ClockOffset clock() {
        return ClockOffset.NONE;
      }

      @Override
      public Silence silence() {
        return Silence.NONE;
      }

      @Override
      public List<Resource> resources(int threadsMax) {
        return machine.resources(threadsMax);
      }

      @Override
      public long collectedMs() {
        return machine.collectedMs();
      }
    }
  }

  @Test
  void descriptorsThatLeakAreSaidBeforeTheyAreExhausted() throws IOException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS_MAX + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-MaxFDLimit",
                "-cp",
                System.getProperty("java.class.path"),
                Leaky.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.lines().toList()).hasSize(3);
    assertThat(said.lines().toList().get(0))
        .startsWith("leak at ")
        .contains("file descriptors")
        .contains("of " + DESCRIPTORS_MAX)
        .contains("more every minute");
    assertThat(said.lines().toList().get(1))
        .startsWith("exhaustion at ")
        .contains("of " + DESCRIPTORS_MAX + " are used");
    assertThat(said.lines().toList().get(2)).isEqualTo("then true");
  }
}
