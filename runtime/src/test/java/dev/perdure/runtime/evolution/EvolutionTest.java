package dev.perdure.runtime.evolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test runs releases of a service one after the other on one data directory. */
class EvolutionTest {

  @TempDir Path data;

  /** Bolts have seven events and a state checkpoint at the fourth. */
  @BeforeEach
  void runTheFirstRelease() {
    try (Release first = Release.deploy(data, new FirstStock())) {
      for (int i = 1; i <= 6; i++) {
        first.run("stock/bolts/receive", "{\"quantity\":5}", "in-" + i);
      }
      first.run("stock/bolts/reserve", "{\"quantity\":3}", "out-1");
      first.run("stock/nuts/receive", "{\"quantity\":2}", "in-1");
      assertThat(first.read("stock/bolts")).isEqualTo("{\"pieces\":27} at 7");
    }
  }

  @Test
  void eventsWithChangedFieldsAreReadThroughTheirUpcaster() {
    try (Release boxed = Release.deploy(data, new BoxedStock())) {
      assertThat(boxed.read("stock/bolts")).isEqualTo("{\"pieces\":27} at 7");
      assertThat(boxed.run("stock/bolts/receive", "{\"boxes\":2,\"per_box\":10}", null))
          .isEqualTo("{} at 8");
      assertThat(boxed.read("stock/bolts")).isEqualTo("{\"pieces\":47} at 8");
      assertThat(boxed.servesWhatHistorySays()).isTrue();
    }
  }

  @Test
  void aNewFieldIsReadAsAbsentFromOldEvents() {
    try (Release noted = Release.deploy(data, new NotedStock())) {
      assertThat(noted.read("stock/bolts")).isEqualTo("{\"pieces\":27} at 7");
      noted.run("stock/bolts/receive", "{\"quantity\":1,\"supplier\":\"anna\"}", null);
      assertThat(noted.read("stock/bolts")).isEqualTo("{\"pieces\":28,\"supplier\":\"anna\"} at 8");
    }
    try (Release back = Release.deploy(data, new FirstStock())) {
      assertThat(back.read("stock/bolts"))
          .as("a field that the record lacks is left aside")
          .isEqualTo("{\"pieces\":28} at 8");
    }
  }

  @Test
  void anOperationIdIsRememberedAcrossAChangeOfTheCommandsFields() {
    try (Release boxed = Release.deploy(data, new BoxedStock())) {
      assertThat(boxed.run("stock/bolts/receive", "{\"quantity\":5}", "in-1"))
          .as("recorded, although today's command would not take this body")
          .isEqualTo("{} at 1, replayed");
      assertThat(boxed.run("stock/bolts/receive", "{\"quantity\":5}", "in-99"))
          .isEqualTo("invalid-body");
    }
  }

  @Test
  void newNamesAreAliasesOfWhatIsStored() {
    try (Release renamed = Release.deploy(data, new Warehouse())) {
      assertThat(renamed.run("warehouse/bolts/restock", "{\"quantity\":1}", "in-7"))
          .isEqualTo("{} at 8");
      assertThat(renamed.read("stock/bolts")).isEqualTo("{\"pieces\":28} at 8");
      assertThat(renamed.run("warehouse/bolts/restock", "{\"quantity\":5}", "in-6"))
          .as("sent under the old names, repeated under the new ones")
          .isEqualTo("{} at 6, replayed");
    }
  }

  @Test
  void aCheckpointOfAnOlderStateIsMigrated() {
    CountedStock counted = new CountedStock();
    try (Release restated = Release.deploy(data, counted)) {
      assertThat(restated.read("stock/bolts")).isEqualTo("{\"available\":27,\"low\":false} at 7");
      assertThat(counted.folded()).as("events behind the checkpoint").isEqualTo(3);
      assertThat(restated.servesWhatHistorySays()).isTrue();
    }
  }

  @Test
  void rolledBackCodeSetsAsideOnlyWhatItCannotRead() {
    try (Release boxed = Release.deploy(data, new BoxedStock())) {
      boxed.run("stock/bolts/receive", "{\"boxes\":2,\"per_box\":10}", null);
    }
    try (Release back = Release.deploy(data, new FirstStock())) {
      assertThat(back.read("stock/bolts")).isEqualTo("entity-quarantined");
      assertThat(back.run("stock/bolts/reserve", "{\"quantity\":1}", null))
          .isEqualTo("entity-quarantined");
      assertThat(back.run("stock/bolts/receive", "{\"quantity\":5}", "in-1"))
          .as("what was recorded is still answered")
          .isEqualTo("{} at 1, replayed");
      assertThat(back.run("stock/nuts/reserve", "{\"quantity\":1}", null)).isEqualTo("{} at 2");
    }
    try (Release forward = Release.deploy(data, new BoxedStock())) {
      assertThat(forward.read("stock/bolts")).isEqualTo("{\"pieces\":47} at 8");
    }
  }

  @Test
  void aReleaseInTwoStepsCanBeRolledBack() {
    try (Release knows = Release.deploy(data, new ReturningStock(false))) {
      assertThat(knows.run("stock/bolts/give-back", "{\"quantity\":3}", null)).isEqualTo("not-yet");
    }
    try (Release makes = Release.deploy(data, new ReturningStock(true))) {
      assertThat(makes.run("stock/bolts/give-back", "{\"quantity\":3}", null)).isEqualTo("{} at 8");
    }
    try (Release back = Release.deploy(data, new ReturningStock(false))) {
      assertThat(back.read("stock/bolts")).isEqualTo("{\"pieces\":30} at 8");
      assertThat(back.run("stock/bolts/receive", "{\"quantity\":1}", null)).isEqualTo("{} at 9");
    }
  }

  @Test
  void aNameThatIsGoneIsNotServed() {
    try (Release renamed = Release.deploy(data, new Warehouse())) {
      assertThatThrownBy(() -> renamed.run("stock/bolts/reserve", "{\"quantity\":1}", null))
          .hasMessageContaining("has no command 'reserve'");
    }
  }
}
