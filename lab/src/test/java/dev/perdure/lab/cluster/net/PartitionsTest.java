package dev.perdure.lab.cluster.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionsTest {

  @Test
  void splitCutsBothDirectionsAcrossAndNoneWithin() {
    assertThat(Partitions.split(5, Set.of(1, 2)))
        .hasSize(12)
        .contains(new Link(1, 3), new Link(3, 1), new Link(2, 5))
        .doesNotContain(new Link(1, 2), new Link(3, 4));
    assertThat(Partitions.isolated(3, 2))
        .containsExactlyInAnyOrder(new Link(1, 2), new Link(2, 1), new Link(2, 3), new Link(3, 2));
  }

  @Test
  void muteAndDeafCutOneDirection() {
    assertThat(Partitions.mute(3, 1)).containsExactlyInAnyOrder(new Link(1, 2), new Link(1, 3));
    assertThat(Partitions.deaf(3, 1)).containsExactlyInAnyOrder(new Link(2, 1), new Link(3, 1));
  }

  @Test
  void bridgeIsHeardByBothSidesThatDoNotHearEachOther() {
    assertThat(Partitions.bridge(List.of(2, 1, 3)))
        .containsExactlyInAnyOrder(new Link(1, 3), new Link(3, 1));
    assertThat(Partitions.bridge(List.of(3, 1, 2, 4, 5)))
        .hasSize(8)
        .noneMatch(link -> link.from() == 3 || link.to() == 3)
        .contains(new Link(1, 4), new Link(5, 2))
        .doesNotContain(new Link(1, 2), new Link(4, 5));
  }

  @Test
  void ringOfThreeLeavesOneDirectionEach() {
    assertThat(Partitions.ring(List.of(1, 2, 3)))
        .containsExactlyInAnyOrder(new Link(1, 3), new Link(2, 1), new Link(3, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 9})
  void onARingEveryNodeHearsAMajorityAndNoTwoTheSame(int nodes) {
    List<Integer> all = IntStream.rangeClosed(1, nodes).boxed().toList();
    Set<Link> cut = Partitions.ring(all);
    Set<Set<Integer>> heard = new HashSet<>();
    for (int to : all) {
      Set<Integer> by = new HashSet<>(all);
      by.removeIf(from -> from != to && cut.contains(new Link(from, to)));
      assertThat(by).hasSizeGreaterThanOrEqualTo(nodes / 2 + 1).hasSizeLessThan(nodes);
      heard.add(by);
    }
    assertThat(heard).hasSize(nodes);
  }

  @Test
  void oneAloneHasNothingToCut() {
    assertThat(Partitions.ring(List.of(1))).isEmpty();
    assertThat(Partitions.bridge(List.of(1))).isEmpty();
    assertThat(Partitions.split(1, Set.of())).isEmpty();
    assertThatThrownBy(() -> new Link(1, 1)).hasMessageContaining("from 1 to 1");
  }

  @Test
  void linksAreWrittenInOrder() {
    assertThat(Link.words(Set.of(new Link(2, 1), new Link(0, 3)))).isEqualTo("load→n3 n2→n1");
  }
}
