package dev.perdure.testkit.cluster;

import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.Outcome;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Intent;
import dev.perdure.testkit.sim.Workload;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A workload of which a share only reads: that is how a leader that is none any more shows. */
final class ReadMostly implements Workload {

  private final Workload of;
  private final double share;

  ReadMostly(Workload of, double share) {
    this.of = of;
    this.share = share;
  }

  @Override
  public List<? extends Service> services(int codeVersion, Consumer<Operation> deciding) {
    return of.services(codeVersion, deciding);
  }

  @Override
  public int codeVersions() {
    return of.codeVersions();
  }

  @Override
  public Intent next(Chance chance) {
    Intent intent = of.next(chance);
    return chance.happens(share) ? Intent.read(intent.address()) : intent;
  }

  @Override
  public @Nullable Intent then(Intent asked, Outcome answer) {
    return of.then(asked, answer);
  }

  @Override
  public @Nullable String broken(Ending ending) {
    return of.broken(ending);
  }
}
