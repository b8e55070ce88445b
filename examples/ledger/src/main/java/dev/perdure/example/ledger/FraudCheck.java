package dev.perdure.example.ledger;

import dev.perdure.api.StepCall;
import java.net.URI;

/** Somebody who decides whether a transfer may go on. Asked at least once for each. */
@FunctionalInterface
public interface FraudCheck {

  /** Names the URL of a check over HTTP; see {@link HttpFraudCheck}. */
  String VARIABLE = "LEDGER_FRAUD_CHECK_URL";

  /**
   * What was decided.
   *
   * @param reason why not; empty if approved
   */
  record Verdict(boolean approved, String reason) {}

  /** Decides; a repeat under the same operation id must decide the same. */
  Verdict check(TransferOrder order, StepCall call) throws Exception;

  /** Approves everything. */
  static FraudCheck approving() {
    return (order, call) -> new Verdict(true, "");
  }

  /** The one that {@link #VARIABLE} names, or one that approves everything. */
  static FraudCheck ofEnvironment() {
    String url = System.getenv(VARIABLE);
    return url == null || url.isBlank() ? approving() : new HttpFraudCheck(URI.create(url));
  }
}
