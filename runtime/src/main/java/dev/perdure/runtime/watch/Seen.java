package dev.perdure.runtime.watch;

import dev.perdure.journal.ForceFigures;
import java.util.List;
import java.util.Map;

/** What a node can see of itself at this moment. */
public interface Seen {

  /** What forcing its slowest log took lately. */
  ForceFigures forces();

  /** How often the loop of each shard has turned. */
  Map<Integer, Long> turns();

  /** How long what waits has to wait, in the shard where that is longest. */
  long queueDelayNs();

  /** Its clock beside the others'. */
  ClockOffset clock();

  /** Who of the others has been silent longest. */
  Silence silence();

  /**
   * What it uses of the process.
   *
   * @param threadsMax how many threads it may have
   */
  List<Resource> resources(int threadsMax);

  /** How long the collector of garbage stopped the process since its start. */
  long collectedMs();
}
