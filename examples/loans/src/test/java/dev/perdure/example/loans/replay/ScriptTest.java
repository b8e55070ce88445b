package dev.perdure.example.loans.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.example.loans.ApplicationCommand;
import dev.perdure.example.loans.OfferStatus;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {

  @Test
  void everyRowIsOneActionUnderAnIdOfItsOwn() {
    assertThat(
            actions(
                "A_SUBMITTED",
                "A_PARTLYSUBMITTED",
                "W_Call SCHEDULE",
                "W_Call START",
                "W_Call COMPLETE",
                "A_DECLINED"))
        .containsExactly(
            new Action.Order("7-1", "submit", new ApplicationCommand.Submit(300)),
            new Action.Order("7-2", "advance", new ApplicationCommand.Advance("partly-submitted")),
            new Action.Order("7-3", "schedule-work", new ApplicationCommand.ScheduleWork("Call")),
            new Action.Order("7-4", "start-work", new ApplicationCommand.StartWork("Call")),
            new Action.Order("7-5", "complete-work", new ApplicationCommand.CompleteWork("Call")),
            new Action.Order("7-6", "advance", new ApplicationCommand.Advance("declined")));
  }

  @Test
  void aCancellationMeansTheOldOfferAlthoughANewOneIsSelected() {
    assertThat(
            actions(
                "O_SELECTED",
                "O_CREATED",
                "O_SENT",
                "O_SELECTED",
                "O_CANCELLED",
                "O_CREATED",
                "O_SENT",
                "O_SENT_BACK",
                "O_ACCEPTED"))
        .filteredOn(Action.Tell.class::isInstance)
        .containsExactly(
            new Action.Tell("7-2", 1, OfferStatus.CREATED),
            new Action.Tell("7-3", 1, OfferStatus.SENT),
            new Action.Tell("7-5", 1, OfferStatus.CANCELLED),
            new Action.Tell("7-6", 2, OfferStatus.CREATED),
            new Action.Tell("7-7", 2, OfferStatus.SENT),
            new Action.Tell("7-8", 2, OfferStatus.SENT_BACK),
            new Action.Tell("7-9", 2, OfferStatus.ACCEPTED));
  }

  @Test
  void saysWhichRowMeansNothing() {
    assertThatThrownBy(() -> actions("A_SUBMITTED", "A_LOST"))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("line 2, A_LOST");
    assertThatThrownBy(() -> actions("O_SENT"))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("no offer is open");
  }

  private static List<Action> actions(String... activities) {
    List<LogRow> rows = new ArrayList<>();
    for (String one : activities) {
      int blank = one.lastIndexOf(' ');
      rows.add(
          new LogRow(
              rows.size() + 1,
              "7",
              blank < 0 ? one : one.substring(0, blank),
              blank < 0 ? "COMPLETE" : one.substring(blank + 1),
              300));
    }
    return Script.of(new LogCase("7", rows));
  }
}
