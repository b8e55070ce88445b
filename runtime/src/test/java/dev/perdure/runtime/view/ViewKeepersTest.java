package dev.perdure.runtime.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import dev.perdure.api.ViewIndex;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Wallet;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.StoreBatch;
import dev.perdure.runtime.type.TypeDefinitionException;
import dev.perdure.runtime.type.TypeRegistry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored of views across starts, and what no view may be. */
class ViewKeepersTest {

  private static final UUID CLUSTER = new UUID(1, 2);

  @TempDir private Path directory;

  /** A view. */
  @Named("plain")
  static final class Plain implements View<Wallet.State, Plain.Row> {
    record Row(long balance) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Row> row(String id, Wallet.State state) {
      return Optional.of(new Row(state.balance()));
    }
  }

  private record Bundle(List<View<?, ?>> views) implements Service {
    @Override
    public String name() {
      return "wallets";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }
  }

  private static TypeRegistry types(View<?, ?>... views) {
    return new TypeRegistry(List.of(new Bundle(List.of(views))));
  }

  private ViewKeepers keepers(NativeMemory memory, UUID cluster, View<?, ?>... views) {
    return new ViewKeepers(
        new ViewKeepers.Home(directory.resolve("views"), cluster, memory),
        new ViewKeepers.Shards(shard -> null, List::of, Clock.system()),
        types(views));
  }

  private void store(NativeMemory memory, int... shards) {
    try (ViewStore store = ViewStore.open(directory.resolve("views"), memory, CLUSTER)) {
      for (int shard : shards) {
        Build build = Build.fresh(store, shard, types(new Plain()).views().iterator().next());
        StoreBatch batch = new StoreBatch();
        batch.put(
            new ViewKeys(shard, build.place().build()).entity(new byte[] {1}), new byte[] {2});
        store.write(batch);
      }
    }
  }

  private Map<ViewStore.Place, BuildMeta> stored(NativeMemory memory, UUID cluster) {
    try (ViewStore store = ViewStore.open(directory.resolve("views"), memory, cluster)) {
      return store.metas();
    }
  }

  @Test
  void forgetsShardsWhoseReplicaLeftAndViewsThatAreNotDeclared() {
    try (NativeMemory memory = new NativeMemory(32 << 20)) {
      store(memory, 1, 2, 3);
      try (ViewKeepers keepers = keepers(memory, CLUSTER, new Plain())) {
        keepers.start(List.of(1, 3));
        assertThat(keepers.all().getFirst().shards()).containsOnlyKeys(1, 3);
      }
      assertThat(stored(memory, CLUSTER).keySet())
          .extracting(ViewStore.Place::shard)
          .containsExactlyInAnyOrder(1, 3);
      try (ViewKeepers keepers = keepers(memory, CLUSTER, new Other())) {
        keepers.start(List.of(1, 3));
      }
      assertThat(stored(memory, CLUSTER)).isEmpty();
    }
  }

  @Test
  void neverTakesWhatIsOfAnotherCluster() {
    try (NativeMemory memory = new NativeMemory(32 << 20)) {
      store(memory, 1);
      assertThat(stored(memory, CLUSTER)).hasSize(1);
      assertThat(stored(memory, new UUID(3, 4))).isEmpty();
    }
  }

  @Test
  void makesWhatIsDamagedAnew() {
    try (NativeMemory memory = new NativeMemory(32 << 20)) {
      store(memory, 1);
      try (ViewStore store = ViewStore.open(directory.resolve("views"), memory, CLUSTER)) {
        ViewStore.Place place = store.metas().keySet().iterator().next();
        StoreBatch batch = new StoreBatch();
        batch.put(new ViewKeys(1, place.build()).slots(), new byte[] {1, 2, 3, 4, 5});
        store.write(batch);
      }
      try (ViewKeepers keepers = keepers(memory, CLUSTER, new Plain())) {
        assertThat(keepers.all().getFirst().shards()).isEmpty();
      }
      assertThat(stored(memory, CLUSTER)).isEmpty();
    }
  }

  @Test
  void restsLessTheFurtherItIsBehind() {
    long worked = 20_000_000;
    ViewKeeper.Doing follows = ViewKeeper.Doing.FOLLOWING;
    assertThat(ViewKeeper.restNs(follows, worked, 0)).isEqualTo(9 * worked);
    assertThat(ViewKeeper.restNs(follows, worked, 2_000_000)).isEqualTo(4 * worked);
    assertThat(ViewKeeper.restNs(follows, worked, 10_000_000)).isEqualTo(worked);
    assertThat(ViewKeeper.restNs(follows, 0, 0)).isPositive();
    assertThat(ViewKeeper.restNs(follows, Long.MAX_VALUE / 10, 0)).isEqualTo(1_000_000_000);
    assertThat(ViewKeeper.restNs(ViewKeeper.Doing.REMAKING, worked, 0)).isEqualTo(worked);
    assertThat(ViewKeeper.restNs(ViewKeeper.Doing.MAKING, worked, 0)).isZero();
  }

  @Test
  void whoWritesAfterTheEndIsToldSo() {
    try (NativeMemory memory = new NativeMemory(32 << 20)) {
      ViewStore store = ViewStore.open(directory.resolve("views"), memory, CLUSTER);
      store.close();
      assertThatThrownBy(() -> store.write(new StoreBatch()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  /** Another view. */
  @Named("other")
  static final class Other implements View<Wallet.State, Plain.Row> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Plain.Row> row(String id, Wallet.State state) {
      return Optional.empty();
    }
  }

  /** Of what no entity is. */
  @Named("of-nothing")
  static final class OfNothing implements View<Wallet.State, Plain.Row> {
    @Override
    public String entity() {
      return "nothing";
    }

    @Override
    public Optional<Plain.Row> row(String id, Wallet.State state) {
      return Optional.empty();
    }
  }

  /** With a field that no row can hold. */
  @Named("of-lists")
  static final class OfLists implements View<Wallet.State, OfLists.Lists> {
    record Lists(List<String> all) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Lists> row(String id, Wallet.State state) {
      return Optional.empty();
    }
  }

  /** With a name that queries have for something else. */
  @Named("taken")
  static final class Taken implements View<Wallet.State, Taken.Limited> {
    record Limited(long limit) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Limited> row(String id, Wallet.State state) {
      return Optional.empty();
    }
  }

  /** With indexes that tests choose. */
  @Named("indexed")
  record Indexed(List<ViewIndex> indexes) implements View<Wallet.State, Plain.Row> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Plain.Row> row(String id, Wallet.State state) {
      return Optional.empty();
    }
  }

  @Test
  void saysWhatIsWrongWithADeclaration() {
    assertWrong(new OfNothing(), "is of 'nothing', which is no entity");
    assertWrong(new OfLists(), "has field 'all'");
    assertWrong(new Taken(), "has field 'limit'; that name is taken");
    assertWrong(new Indexed(List.of(ViewIndex.on("colour"))), "has an index on [colour]");
    assertWrong(new Indexed(List.of(ViewIndex.on())), "1 to 4 different fields");
    assertWrong(new Indexed(List.of(ViewIndex.on("balance", "balance"))), "different fields");
    assertWrong(
        new Indexed(Collections.nCopies(9, ViewIndex.on("balance"))), "has 9 indexes; 8 are");
    assertThatThrownBy(() -> types(new Plain(), new Plain()))
        .isInstanceOf(TypeDefinitionException.class)
        .hasMessage("two views are named 'plain'");
  }

  private static void assertWrong(View<?, ?> view, String what) {
    assertThatThrownBy(() -> types(view))
        .isInstanceOf(TypeDefinitionException.class)
        .hasMessageContaining(what);
  }
}
