package dev.perdure.runtime.dispatch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The other nodes of the cluster that lead shards. Thread-safe. */
public interface Others {

  /** There are none. */
  Others NONE =
      new Others() {
        @Override
        public List<String> leaders() {
          return List.of();
        }

        @Override
        public byte[] ask(String node, byte[] question, Duration timeout) throws IOException {
          throw new IOException("there is no other node");
        }
      };

  /** Those that lead a shard, as far as is known. */
  List<String> leaders();

  /**
   * Asks one of them.
   *
   * @throws IOException if there is no answer; it may have done what was asked
   */
  byte[] ask(String node, byte[] question, Duration timeout) throws IOException;
}
