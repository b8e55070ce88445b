package dev.perdure.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Measurement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpTargetTest {

  @Test
  void depositsOverKeptConnectionsAndFindsTheirSumInTheBalances() throws Exception {
    Duration time = Duration.ofMillis(200);
    var plan = new Harness.Plan(List.of(8), 20, time, time, 1);
    try (var target = new HttpTarget(new LedgerHttpServer())) {
      Measurement measurement = new Harness(plan, line -> {}).measure(target).getFirst();
      assertThat(measurement.firstFailure()).isNull();
      assertThat(measurement.operations()).isPositive();
      assertThat(measurement.target()).isEqualTo("ledger-http");
    }
  }

  @Test
  void tellsTheStatusAndBodyOfARefusal() throws Exception {
    try (var target = new HttpTarget(new LedgerHttpServer())) {
      target.openAccounts(1);
      assertThat(target.deposit(0, "one", 5)).isEqualTo(5);
      assertThatThrownBy(() -> target.deposit(0, "one", 5))
          .isInstanceOf(IOException.class)
          .hasMessage("status 422: {\"balance\":5}");
    }
  }

  @Test
  void refusesToMeasureAnotherMachine() throws Exception {
    var elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    var service = new RunningService(new InetSocketAddress(elsewhere, 7400), 0);
    assertThatThrownBy(() -> new HttpTarget(service))
        .hasMessageContaining("only a service on this machine");
  }
}
