package dev.perdure.testkit.sim;

import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Handed;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the simulated machines serve and what the simulated clients ask. */
public interface Workload {

  /**
   * The services of a version of the code.
   *
   * @param codeVersion from 1 to {@link #codeVersions}
   * @param deciding told of every operation at the start of {@code decide}, if the entity can; the
   *     simulator then knows what was decided when
   */
  List<? extends Service> services(int codeVersion, Consumer<Operation> deciding);

  /** How many versions of the code there are; machines change between them. */
  default int codeVersions() {
    return 1;
  }

  /** What has {@code lab simulate} run it, to say how a run is repeated. */
  default String option() {
    return "";
  }

  /** What a client asks next. */
  Intent next(Chance chance);

  /** What the same client must see done after an answer, null for nothing. */
  default @Nullable Intent then(Intent asked, Outcome answer) {
    return null;
  }

  /** A run begins; for what a workload plays beside the machines, as dependencies of its sagas. */
  default void begins(Site site) {}

  /** The run's sizes, changed where the workload needs others than were drawn. */
  default SimSettings settings(SimSettings drawn) {
    return drawn;
  }

  /** What a client does next about sagas, null for nothing. */
  default @Nullable SagaIntent saga(Chance chance) {
    return null;
  }

  /** What somebody decides about a saga that is parked, null for nothing now. */
  default Sagas.@Nullable SagaDecision parked(SagaView saga, Chance chance) {
    return null;
  }

  /** What handlers of a subscription were given so far, in order; checked in the end. */
  default List<Handed> handed(String subscription) {
    return List.of();
  }

  /** How many people decide about what is parked until nothing is; 0 to leave it to clients. */
  default int operators() {
    return 0;
  }

  /** What an operator has to be done before he has a parked saga tried again, null for nothing. */
  default @Nullable Intent mends(SagaView saga) {
    return null;
  }

  /** How a run ended, for rules of the workload's own. */
  record Ending(List<Effect> effects, List<Call> calls, Map<EntityAddress, byte[]> states) {}

  /** What the entities' own rules say of the end, null if all is well. */
  default @Nullable String broken(Ending ending) {
    return null;
  }
}
