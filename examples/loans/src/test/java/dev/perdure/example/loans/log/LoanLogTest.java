package dev.perdure.example.loans.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoanLogTest {

  private static final String HEADER = "case_id,activity,lifecycle,timestamp,resource,AMOUNT_REQ\n";
  private static final String TWO =
      """
      1,A_SUBMITTED,COMPLETE,t,112.0,500
      1,W_Nabellen offertes,SCHEDULE,t,nan,500
      2,A_SUBMITTED,COMPLETE,t,112.0,70
      """;

  @TempDir private Path folder;

  @Test
  void readsCasesPlainAndPacked() throws IOException {
    Path plain = Files.writeString(folder.resolve("log.csv"), HEADER + TWO);
    Path packed = folder.resolve("log.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write((HEADER + TWO).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(read(plain)).isEqualTo(read(packed)).hasSize(2);
    LogCase first = read(plain).getFirst();
    assertThat(first.application()).isEqualTo("1");
    assertThat(first.rows().getLast())
        .isEqualTo(new LogRow(3, "1", "W_Nabellen offertes", "SCHEDULE", 500));
    assertThat(first.rows().getLast().name()).isEqualTo("Nabellen offertes");
    try (LoanLog log = LoanLog.open(plain)) {
      while (log.nextCase() != null) {
        assertThat(log.bytesRead()).isPositive();
      }
      assertThat(log.bytesRead()).isEqualTo(Files.size(plain));
    }
  }

  @Test
  void saysWhichLineIsWrong() {
    assertThatThrownBy(() -> read("something,else\n"))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("case_id,activity");
    assertThatThrownBy(() -> read("")).isInstanceOf(LogException.class);
    for (String wrong :
        List.of(
            "1,A_SUBMITTED,COMPLETE,t,112.0\n",
            "1,A_SUBMITTED,COMPLETE,t,112.0,1.5\n",
            "1,A_SUBMITTED,COMPLETE,t,112.0,-1\n",
            "1,A_SUBMITTED,START,t,112.0,1\n",
            "1,X_SUBMITTED,COMPLETE,t,112.0,1\n",
            "1,A,COMPLETE,t,112.0,1\n",
            "a/b,A_SUBMITTED,COMPLETE,t,112.0,1\n",
            "1," + "x".repeat(10_001) + "\n")) {
      assertThatThrownBy(() -> read(HEADER + "0,A_SUBMITTED,COMPLETE,t,112.0,1\n" + wrong))
          .as(wrong)
          .isInstanceOf(LogException.class)
          .hasMessageContaining("line 3");
    }
  }

  @Test
  void refusesACaseThatGoesOnAfterAnotherOne() {
    assertThatThrownBy(() -> read(HEADER + TWO + "1,A_DECLINED,COMPLETE,t,112.0,500\n"))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("line 5: case 1 goes on");
  }

  private List<LogCase> read(String text) throws IOException {
    return read(Files.writeString(folder.resolve("log.csv"), text));
  }

  private static List<LogCase> read(Path file) throws IOException {
    List<LogCase> cases = new ArrayList<>();
    try (LoanLog log = LoanLog.open(file)) {
      for (LogCase one = log.nextCase(); one != null; one = log.nextCase()) {
        cases.add(one);
      }
    }
    return cases;
  }
}
