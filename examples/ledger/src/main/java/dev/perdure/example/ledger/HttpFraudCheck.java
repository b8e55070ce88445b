package dev.perdure.example.ledger;

import dev.perdure.api.StepCall;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A fraud check over HTTP: gets the order by POST under {@code Idempotency-Key}, and answers 200
 * with {@code {"approved": true}} or {@code {"approved": false, "reason": "…"}}.
 */
public final class HttpFraudCheck implements FraudCheck {

  private final Outside outside;

  public HttpFraudCheck(URI url) {
    this.outside = new Outside(url);
  }

  @Override
  public Verdict check(TransferOrder order, StepCall call)
      throws IOException, InterruptedException {
    Answer answer = outside.post(order, call, Answer.class);
    String reason = answer.reason();
    return new Verdict(answer.approved(), reason == null ? "" : reason);
  }

  private record Answer(boolean approved, @Nullable String reason) {}
}
