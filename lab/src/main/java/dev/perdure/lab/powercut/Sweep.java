package dev.perdure.lab.powercut;

import dev.perdure.kernel.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much to try.
 *
 * @param cutsMax cuts, at least one
 * @param seedsPerCut images per cut; {@link CrashImages#fates} of them go through all fates
 * @param seed the first seed; the cuts depend on it too
 * @param scratch where images are built, one after the other; each is removed after its check
 */
public record Sweep(int cutsMax, int seedsPerCut, long seed, Path scratch) {

  /** Refuses a sweep of nothing. */
  public Sweep {
    Check.argument(
        cutsMax > 0 && seedsPerCut > 0,
        "a sweep needs cuts and seeds, not " + cutsMax + " and " + seedsPerCut);
  }

  SweepReport run(CrashImages images, ImageCheck check) throws IOException {
    List<SweepReport.Finding> findings = new ArrayList<>();
    int built = 0;
    for (long cut : images.cuts(cutsMax, seed)) {
      for (int i = 0; i < seedsPerCut; i++) {
        Path directory = scratch.resolve("image-" + built++);
        CrashImage image = images.build(cut, seed + i, directory);
        Throwable cause = examine(image, check);
        if (cause != null) {
          findings.add(new SweepReport.Finding(image, cause));
        }
        Directories.delete(directory);
      }
    }
    return new SweepReport(built, findings);
  }

  private static @Nullable Throwable examine(CrashImage image, ImageCheck check) {
    try {
      check.check(image);
      return null;
    } catch (VirtualMachineError machine) {
      throw machine;
    } catch (Throwable cause) {
      return cause;
    }
  }
}
