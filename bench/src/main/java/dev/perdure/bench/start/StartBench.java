package dev.perdure.bench.start;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code start}: from starting a node to its first acknowledged write. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the time from the start of a node to its first acknowledged write over HTTP: on an"
          + " empty directory, and after SIGKILL in the middle of a load.",
      ""
    },
    footer = {"", "Example:", "  ./perdure bench start --starts 7 --events 1000000 --kills 5"})
public final class StartBench implements Callable<Integer> {

  private static final int DONE = 0;
  private static final String LAUNCHER = "perdure.launcher";

  @Option(
      names = "--starts",
      paramLabel = "N",
      description = "Starts on an empty directory (default: ${DEFAULT-VALUE}).")
  private int starts = 7;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events in the journal at the first kill (default: ${DEFAULT-VALUE}).")
  private long events = 1_000_000;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "Kills and starts on that journal (default: ${DEFAULT-VALUE}).")
  private int kills = 5;

  @Option(
      names = "--more",
      paramLabel = "N",
      description = "Events between two kills (default: ${DEFAULT-VALUE}).")
  private long more = 20_000;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.warningsOnly();
    Path folder = Files.createTempDirectory("perdure-bench-start-");
    try {
      Path launcher = Path.of(System.getProperty(LAUNCHER));
      if (starts > 0) {
        System.out.println(StartTimes.line("empty directory", empty(launcher, folder)));
      }
      if (kills > 0) {
        String what = "%,d events, SIGKILL".formatted(events);
        System.out.println(StartTimes.line(what, killed(launcher, folder)));
      }
      return DONE;
    } finally {
      DirectoryTree.delete(folder);
    }
  }

  private List<StartTimes> empty(Path launcher, Path folder)
      throws IOException, InterruptedException {
    List<StartTimes> times = new ArrayList<>();
    // The first one warms the page cache and this program's own classes.
    for (int i = 0; i <= starts; i++) {
      Path own = Files.createDirectory(folder.resolve("empty-" + i));
      try (StartedNode node = StartedNode.start(launcher, own)) {
        StartTimes each = node.firstWrite();
        if (i > 0) {
          times.add(each);
        }
      }
      DirectoryTree.delete(own);
    }
    return times;
  }

  private List<StartTimes> killed(Path launcher, Path folder)
      throws IOException, InterruptedException {
    List<StartTimes> times = new ArrayList<>();
    for (int i = 0; i <= kills; i++) {
      BatchLoad load;
      try (StartedNode node = StartedNode.start(launcher, folder)) {
        StartTimes each = node.firstWrite();
        if (i > 0) {
          times.add(each);
        }
        load = BatchLoad.untilAcknowledged(node.api(), i == 0 ? events : more);
      }
      load.awaitEnd();
    }
    return times;
  }
}
