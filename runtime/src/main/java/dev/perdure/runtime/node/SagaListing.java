package dev.perdure.runtime.node;

import dev.perdure.runtime.Sagas.SagaPage;
import dev.perdure.runtime.Sagas.SagaQuery;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.wake.Wakes;
import java.util.List;
import java.util.function.Supplier;

/** Lists sagas of the shards that this node leads. */
final class SagaListing implements SagaDoor.Listing {

  private static final int PAGE = 256;
  private static final int LIMIT_MAX = 1_000;
  private static final long READ_NS = 5_000_000_000L;

  private final DriveParts parts;
  private final Wakes wakes;
  private final Supplier<List<Integer>> leading;

  SagaListing(DriveParts parts, Wakes wakes, Supplier<List<Integer>> leading) {
    this.parts = parts;
    this.wakes = wakes;
    this.leading = leading;
  }

  @Override
  public SagaPage list(SagaQuery query) {
    throw new UnsupportedOperationException();
  }
}
