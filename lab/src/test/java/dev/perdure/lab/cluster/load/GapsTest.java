package dev.perdure.lab.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times without an acknowledged change, from answers at given milliseconds. */
class GapsTest {

  private static final long MS = 1_000_000;

  private static List<Recorded> answeredAt(long... ms) {
    return Arrays.stream(ms).mapToObj(GapsTest::answered).toList();
  }

  private static Recorded answered(long ms) {
    return answered("a", ms);
  }

  private static Recorded answered(String account, long ms) {
    Operation deposit = new Operation("o" + ms, account, Operation.Kind.DEPOSIT, 1, false);
    return new Recorded(
        deposit, 1, (ms - 1) * MS, ms * MS, new Result(Result.Status.DONE, 1, 1, "", false));
  }

  private static long around(long atMs, long toMs, long... answersMs) {
    return Gaps.aroundNs(answeredAt(answersMs), atMs * MS, atMs * MS, toMs * MS) / MS;
  }

  @Test
  void aPauseIsTheOneInWhichItHappened() {
    assertThat(around(1_000, 9_000, 900, 1_700, 1_800, 5_000, 8_900)).isEqualTo(800);
  }

  @Test
  void answersThatWereOnTheWayDoNotEndAPause() {
    assertThat(around(1_000, 9_000, 990, 1_020, 1_080, 3_080, 3_090)).isEqualTo(2_000);
  }

  @Test
  void withoutAPauseThereIsNextToNone() {
    assertThat(around(1_000, 9_000, 995, 1_005, 1_015, 1_110, 4_000)).isEqualTo(95);
  }

  @Test
  void nothingEverAgainLastsUntilTheEnd() {
    assertThat(around(1_000, 9_000, 900, 1_050)).isEqualTo(7_950);
    assertThat(around(1_000, 9_000)).isEqualTo(8_000);
  }

  @Test
  void anAccountIsNotHelpedByOthers() {
    List<Recorded> all = new ArrayList<>(answeredAt(900, 1_500, 3_200, 3_300, 9_000));
    for (long ms = 850; ms < 9_000; ms += 100) {
      all.add(answered("b", ms));
    }
    assertThat(Gaps.longestOfAnAccountNs(all, 1_000 * MS, 3_100 * MS)).isEqualTo(1_700 * MS);
    assertThat(Gaps.longestOfAnAccountNs(all, 3_250 * MS, 3_290 * MS)).isEqualTo(100 * MS);
  }

  @Test
  void theLongestIsCountedBeyondTheBeginningOfTheInterval() {
    assertThat(Gaps.longestNs(answeredAt(500, 1_200, 1_300), 1_000 * MS, 1_400 * MS))
        .isEqualTo(700 * MS);
  }
}
