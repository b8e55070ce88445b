package dev.perdure.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The client's slots are those of the nodes: both are held to the same file. */
class SlotTest {

  @Test
  void entitiesAreInTheSlotsThatNodesKeepThemIn() throws Exception {
    Path vectors =
        Path.of(
            System.getProperty("perdure.root"), "runtime/src/test/resources/golden/addresses.txt");
    int compared = 0;
    for (String line : Files.readAllLines(vectors)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] columns = line.split(" ", -1);
        assertThat(Slot.of(columns[0], columns[1], columns[2]))
            .as(line)
            .isEqualTo(Integer.parseInt(columns[3]));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(3);
  }
}
