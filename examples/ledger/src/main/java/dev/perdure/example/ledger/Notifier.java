package dev.perdure.example.ledger;

import dev.perdure.api.StepCall;
import java.net.URI;

/** Somebody who is told of transfers. Told at least once of each. */
@FunctionalInterface
public interface Notifier {

  /** Names the URL of a notifier over HTTP; see {@link HttpNotifier}. */
  String VARIABLE = "LEDGER_NOTIFY_URL";

  /** Tells; the operation id tells a repeat. */
  void transferred(TransferOrder order, StepCall call) throws Exception;

  /** Tells nobody. */
  static Notifier silent() {
    return (order, call) -> {};
  }

  /** The one that {@link #VARIABLE} names, or one that tells nobody. */
  static Notifier ofEnvironment() {
    String url = System.getenv(VARIABLE);
    return url == null || url.isBlank() ? silent() : new HttpNotifier(URI.create(url));
  }
}
