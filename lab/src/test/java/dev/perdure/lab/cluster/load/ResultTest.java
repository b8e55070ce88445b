package dev.perdure.lab.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Result.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What answers mean, by the contract. */
class ResultTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Operation DEPOSIT = new Operation("k", "a", Kind.DEPOSIT, 5, false);
  private static final Operation READ = new Operation("r", "a", Kind.READ, 0, false);

  private static Result of(Operation operation, int status, String body) {
    return Result.of(operation, new Answer(status, 7, false, 0, JSON.readTree(body)));
  }

  @ParameterizedTest
  @CsvSource({
    "409, insufficient-funds, REJECTED",
    "503, no-leader, NOT_EXECUTED",
    "503, draining, NOT_EXECUTED",
    "503, read-only, NOT_EXECUTED",
    "503, overloaded, NOT_EXECUTED",
    "429, operation-quota, NOT_EXECUTED",
    "504, deadline-exceeded, NOT_EXECUTED",
    "504, outcome-unknown, UNKNOWN",
    "504, '', UNEXPECTED",
    "500, internal, UNEXPECTED",
    "404, unknown-type, UNEXPECTED",
    "404, not-found, UNEXPECTED",
    "422, operation-id-reused, UNEXPECTED",
    "302, '', UNEXPECTED",
  })
  void aChangeIsDoneOrNotOrPerhaps(int status, String code, Status expected) {
    Result result = of(DEPOSIT, status, "{\"code\":\"" + code + "\"}");
    assertThat(result.status()).isEqualTo(expected);
    assertThat(result.code()).contains(code);
    assertThat(result.isFinal())
        .isEqualTo(expected == Status.REJECTED || expected == Status.UNEXPECTED);
  }

  @Test
  void aReplyHasItsVersionAndBalance() {
    Result result = of(DEPOSIT, 200, "{\"balance\":12}");
    assertThat(result).isEqualTo(new Result(Status.DONE, 7, 12, "", false));
  }

  @Test
  void anAccountThatIsNotThereIsReadAsEmpty() {
    Result result = of(READ, 404, "{\"code\":\"not-found\"}");
    assertThat(result.status()).isEqualTo(Status.DONE);
    assertThat(result.version()).isZero();
    assertThat(result.balance()).isZero();
    assertThat(of(READ, 404, "{\"code\":\"unknown-route\"}").status()).isEqualTo(Status.UNEXPECTED);
    assertThat(of(READ, 409, "{\"code\":\"x\"}").status()).isEqualTo(Status.UNEXPECTED);
  }
}
