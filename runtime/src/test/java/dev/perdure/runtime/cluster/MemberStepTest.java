package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberStepTest {

  private record Said(Set<String> lacking, Set<String> holding) implements MemberStep.Known {
    @Override
    public boolean lacks(String node) {
      return lacking.contains(node);
    }

    @Override
    public boolean holds(String node) {
      return holding.contains(node);
    }
  }

  private static MemberStep next(List<String> now, List<String> wanted, Said said) {
    return MemberStep.next("n1", now, wanted, said);
  }

  @Test
  void addsBeforeItRemovesAndReplacesWhatIsLostBeforeWhatIsNotWanted() {
    Said all = new Said(Set.of(), Set.of("n2", "n3", "n4"));
    assertThat(next(List.of("n1", "n2", "n4"), List.of("n1", "n2", "n3"), all))
        .isEqualTo(new MemberStep.Add("n3"));
    assertThat(next(List.of("n1", "n2", "n3", "n4"), List.of("n1", "n2", "n3"), all))
        .isEqualTo(new MemberStep.Remove("n4", false));
    Said lost = new Said(Set.of("n3"), Set.of("n2", "n4"));
    assertThat(next(List.of("n1", "n2", "n3", "n4"), List.of("n1", "n2", "n3"), lost))
        .isEqualTo(new MemberStep.Remove("n3", true));
    assertThat(next(List.of("n1", "n2"), List.of("n2"), all)).isEqualTo(new MemberStep.HandOver());
    assertThat(next(List.of("n2"), List.of("n2"), all)).isEqualTo(new MemberStep.Rest());
  }

  @Test
  void removesNobodyWithoutWhomThoseThatStayAreNoMajority() {
    List<String> three = List.of("n1", "n2", "n3");
    List<String> two = List.of("n1", "n2");
    assertThat(next(three, two, new Said(Set.of(), Set.of("n3"))))
        .as("n2 does not answer, and n1 could not end the change alone")
        .isEqualTo(new MemberStep.Rest());
    assertThat(next(three, two, new Said(Set.of(), Set.of("n2"))))
        .isEqualTo(new MemberStep.Remove("n3", false));
    assertThat(next(List.of("n1", "n2", "n3", "n4"), three, new Said(Set.of(), Set.of("n2"))))
        .as("n1 and n2 are two of three")
        .isEqualTo(new MemberStep.Remove("n4", false));
  }
}
