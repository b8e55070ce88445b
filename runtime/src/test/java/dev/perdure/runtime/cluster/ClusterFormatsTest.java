package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.ClusterMap.Status;
import dev.perdure.runtime.golden.Golden;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.type.EntityModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster stores and its nodes tell each other, byte for byte; older builds' is read. */
class ClusterFormatsTest {

  private static final String OLDER = "older ";
  private static final String ID = "5be6128e-18c2-4797-a142-ea7d17be3111";
  private static final String API = "http://10.0.0.1:7400";
  private static final Build BUILD = new Build("0.2", 1, 2);
  private static final ClusterMap.Node NODE =
      new ClusterMap.Node(ID, "n1", "10.0.0.1:7402", "a", Status.SERVING, null);
  private static final ClusterMap FIRST =
      ClusterMap.ofOne("9c1f6d20-7d2f-4c52-9d0e-6f6f3f1f2a11", 1, NODE, 1);
  private static final ClusterMap SECOND = FIRST.withNodes(List.of(NODE.at(2, BUILD))).withLevel(2);

  @TempDir Path directory;

  @Test
  void savedMapKeepsItsBytes() throws IOException {
    assertThat(Saved.of(300, SECOND)).isEqualTo(Golden.bytes("cluster-map"));
    assertThat(read("cluster-map").map()).isEqualTo(SECOND);
    assertThat(read("cluster-map").version()).isEqualTo(300);
  }

  @Test
  void mapFromBeforeLevelsIsAtTheFirst() throws IOException {
    assertThat(read("cluster-map-first").map()).isEqualTo(FIRST);
  }

  private ClusterView read(String golden) throws IOException {
    return Saved.read(Files.write(directory.resolve("cluster.map"), Golden.bytes(golden)));
  }

  @Test
  void eventsKeepTheirText() {
    EntityModel model =
        Objects.requireNonNull(MapMessage.types().stored(ClusterMap.ADDRESS.type()));
    List<String> lines = Golden.lines("cluster-events.txt");
    for (String line : lines) {
      boolean older = line.startsWith(OLDER);
      String[] words = (older ? line.substring(OLDER.length()) : line).split(" ", 3);
      byte[] json = words[2].getBytes(StandardCharsets.UTF_8);
      Object event = model.decode(new StoredEvent(words[0], Integer.parseInt(words[1]), json));
      StoredEvent again = model.encode(event);
      assertThat(again.name() + " " + again.schemaVersion()).isEqualTo(words[0] + " " + words[1]);
      if (!older) {
        assertThat(new String(again.json(), StandardCharsets.UTF_8)).isEqualTo(words[2]);
      }
    }
    assertThat(lines.stream().map(line -> line.replace(OLDER, "").split(" ", 2)[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(model.eventTypes().keySet());
  }

  @Test
  void statusKeepsItsBytesAndOneWithoutABuildIsOfTheFirstLevel() {
    StatusMessage.Replica replica =
        new StatusMessage.Replica(
            4096,
            true,
            7,
            1000,
            1002,
            List.of("n-1", "n-2"),
            new ShardState.StateHash(998, 0x1122334455667788L),
            List.of(new ShardState.StateHash(960, 0x1020304050607080L)),
            50_000);
    StatusMessage status =
        new StatusMessage(
            "n-1", List.of(replica), new Disk("it is full", true, 200_000), BUILD, API, 300);

    assertThat(status.toBytes()).isEqualTo(Golden.bytes("status-message"));
    assertThat(StatusMessage.read(status.toBytes())).isEqualTo(status);
    StatusMessage fourth = StatusMessage.read(Golden.bytes("status-message-fourth"));
    assertThat(fourth.disk()).isEqualTo(status.disk());
    assertThat(fourth.wallMicros()).isZero();
    StatusMessage third = StatusMessage.read(Golden.bytes("status-message-third"));
    assertThat(third.replicas()).isEqualTo(status.replicas());
    assertThat(third.disk()).isEqualTo(new Disk("it is full", false, 200_000));
    StatusMessage second = StatusMessage.read(Golden.bytes("status-message-second"));
    assertThat(second.api()).isEqualTo(API);
    assertThat(second.replicas().getFirst().commands()).isZero();
    StatusMessage older = StatusMessage.read(Golden.bytes("status-message-first"));
    assertThat(older.replicas().getFirst().hash()).isEqualTo(replica.hash());
    assertThat(older.replicas().getFirst().earlier()).isEmpty();
    assertThat(older.disk()).isEqualTo(Disk.UNKNOWN);
    assertThat(older.build().supports(1)).isTrue();
    assertThat(older.build().supports(2)).isFalse();
  }
}
