package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClusterViewTest {

  private final ClusterView view = new ClusterView(0, ClusterMap.NONE);

  @Test
  void anOlderTermDoesNotReplaceANewerLeader() {
    view.leads(0, "n2", 7);
    view.leads(0, "n1", 6);
    assertThat(view.leader(0)).isEqualTo("n2");
    view.leads(0, "n3", 8);
    assertThat(view.leader(0)).isEqualTo("n3");
  }

  @Test
  void hearsayCountsOnlyWhereNothingBetterIsKnown() {
    view.mayLead(0, "n1");
    assertThat(view.leader(0)).isEqualTo("n1");
    view.leads(0, "n2", 3);
    view.mayLead(0, "n1");
    assertThat(view.leader(0)).isEqualTo("n2");
  }

  @Test
  void aDoubtedLeaderIsNotAskedAndItsTermIsNotForgotten() {
    view.leads(0, "n2", 7);
    view.doubt(0, "n1");
    assertThat(view.leader(0)).isEqualTo("n2");
    view.doubt(0, "n2");
    assertThat(view.leader(0)).isNull();
    view.leads(0, "n1", 6);
    assertThat(view.leader(0)).isNull();
    view.mayLead(0, "n3");
    assertThat(view.leader(0)).isEqualTo("n3");
  }
}
