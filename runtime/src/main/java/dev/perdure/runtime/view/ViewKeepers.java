package dev.perdure.runtime.view;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.type.ViewModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All views of a node, and the threads that keep them. Thread-safe. */
public final class ViewKeepers implements AutoCloseable {

  private static final Duration STOP = Duration.ofSeconds(2);

  private final @Nullable ViewStore store;
  private final Map<String, ViewKeeper> keepers = new TreeMap<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Where views live.
   *
   * @param directory of their own, made if it is not there
   * @param cluster whose shards they are of
   */
  public record Home(Path directory, UUID cluster, NativeMemory memory) {}

  /**
   * The shards that they are of.
   *
   * @param shards gives a shard's replica; null if this node has none
   * @param numbers of all there are
   */
  public record Shards(
      IntFunction<@Nullable Shard> shards, Supplier<List<Integer>> numbers, Clock clock) {}

  /** Opens what is stored; a node without views has no store. */
  public ViewKeepers(Home home, Shards shards, TypeRegistry types) {
    if (types.views().isEmpty()) {
      store = null;
      return;
    }
    ViewStore opened = ViewStore.open(home.directory, home.memory, home.cluster);
    try {
      load(opened, shards, types);
    } catch (CorruptionException e) {
      opened.condemn(String.valueOf(e.getMessage()));
      opened.close();
      keepers.clear();
      opened = ViewStore.open(home.directory, home.memory, home.cluster);
      load(opened, shards, types);
    }
    store = opened;
  }

  private void load(ViewStore from, Shards shards, TypeRegistry types) {
    ViewKeeper.Parts parts =
        new ViewKeeper.Parts(from, shards.shards, shards.numbers, shards.clock);
    Map<ViewStore.Place, BuildMeta> stored = from.metas();
    for (ViewModel model : types.views()) {
      Map<ViewStore.Place, BuildMeta> own = new HashMap<>(stored);
      own.values().removeIf(meta -> !meta.view().equals(model.name()));
      keepers.put(model.name(), new ViewKeeper(parts, model, own));
    }
    stored.forEach(
        (place, meta) -> {
          if (!keepers.containsKey(meta.view())) {
            from.drop(place);
          }
        });
  }

  /**
   * Begins to follow the shards.
   *
   * @param kept those of which this node has a replica; rows of others are deleted
   */
  public void start(Collection<Integer> kept) {
    keepers.values().forEach(keeper -> keeper.retain(kept));
    keepers.forEach(
        (name, keeper) ->
            threads.add(Thread.ofPlatform().daemon().name("view-" + name).start(keeper)));
  }

  @Nullable ViewKeeper of(String view) {
    return keepers.get(view);
  }

  List<ViewKeeper> all() {
    return List.copyOf(keepers.values());
  }

  /** Figures of all views in all shards that this node holds. */
  public List<ViewFigures> figures() {
    return keepers.values().stream().flatMap(one -> one.figures().stream()).toList();
  }

  /** Ends; what is stored is gone on with at the next start. */
  @Override
  public void close() {
    keepers.values().forEach(ViewKeeper::close);
    try {
      for (Thread one : threads) {
        one.join(STOP.dividedBy(threads.size()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (store != null) {
      store.close();
    }
  }
}
