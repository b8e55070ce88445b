package dev.perdure.bench.micro;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.apply.AppliedEntry;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.type.CommandBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Time per command of each step. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CommandBenchmark {

  private static final int COMMANDS = 64;
  private static final long MIB = 1L << 20;

  /** Steps that touch no disk. */
  @State(Scope.Thread)
  public static class InMemory {
    private final CommandSteps steps = new CommandSteps();
    private final CommandSteps.Decided decided = steps.decide();
  }

  /** A store on disk, and an entry for it. */
  @State(Scope.Thread)
  public static class Stored {
    private final CommandSteps steps = new CommandSteps();
    private final CommandSteps.Decided decided = steps.decide();
    private final Path directory;
    private final NativeMemory memory = new NativeMemory(256 * MIB);
    private final ShardState state;
    private byte[] entry = {};
    private long index;

    /** Opens the store. */
    public Stored() {
      try {
        directory = Files.createTempDirectory("perdure-bench-micro-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      RocksStateStore rows = RocksStateStore.open(directory.resolve("state"), memory);
      state = new ShardState(new HistoryStore(rows, 48 * MIB));
    }

    /** Entries cannot be applied twice. */
    @Setup(Level.Invocation)
    public void next() {
      entry = steps.entry(COMMANDS, decided);
    }

    /** Closes the store and removes it. */
    @TearDown
    public void close() throws IOException {
      state.store().close();
      memory.close();
      DirectoryTree.delete(directory);
    }
  }

  /** The body of a request becomes a command, with its fingerprint. */
  @Benchmark
  public CommandBody read(InMemory shard) {
    return shard.steps.read();
  }

  /** The entity decides; its events are encoded, read back and folded, its reply is encoded. */
  @Benchmark
  public Object decide(InMemory shard) {
    return shard.steps.decide();
  }

  /** A command's record becomes a part of a journal entry. */
  @Benchmark
  @OperationsPerInvocation(COMMANDS)
  public byte[] encode(InMemory shard) {
    return shard.steps.entry(COMMANDS, shard.decided);
  }

  /** An entry is verified and its effects are stored. */
  @Benchmark
  @OperationsPerInvocation(COMMANDS)
  public @Nullable AppliedEntry apply(Stored shard) {
    return shard.state.apply(new LogPosition(1, shard.index++), shard.entry, false);
  }
}
