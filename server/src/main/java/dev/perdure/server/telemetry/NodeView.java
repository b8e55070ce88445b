package dev.perdure.server.telemetry;

import dev.perdure.runtime.Level;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.QueueFigures;
import dev.perdure.runtime.SagaFigures;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.node.Digests;
import dev.perdure.runtime.node.Peers;
import dev.perdure.runtime.watch.Watch;
import dev.perdure.server.anomaly.Anomalies;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators may see of a node. Thread-safe; answers while the node starts and stops, too. */
public interface NodeView {

  /** What it can do now; nothing while it starts. */
  NodeHealth health();

  /** Empty while it starts. */
  List<ShardFigures> figures();

  /** Of those that run here; empty while it starts. */
  List<SubscriptionFigures> subscriptions();

  /** What its drivers of sagas do; null while it starts. */
  @Nullable SagaFigures sagas();

  /** In which mode it is; null while it starts. */
  @Nullable Modes modes();

  /** What it notices of itself; null while it starts. */
  @Nullable Watch watch();

  /** Whether its figures are unusual; null while it starts, and if nobody looks. */
  @Nullable Anomalies anomalies();

  /** Of the queues in the shards that it leads; empty while it starts. */
  List<QueueFigures> queues();

  /** Of views in the shards that it holds; empty while it starts. */
  List<ViewFigures> views();

  /** How often each shard's loop has turned; empty while it starts. */
  Map<Integer, Long> turns();

  /** Native memory of the state stores. */
  long nativeBytes();

  /**
   * Hashes over everything it holds; null while it starts. Reads all data.
   *
   * @param genesis fold every history from its first event
   */
  Digests.@Nullable Digest digest(boolean genesis);

  /** Its backups; null while it starts. */
  @Nullable Backups backups();

  /** Its part in a cluster; null while it starts, and if it is alone. */
  @Nullable Peers peers();

  /** What it may write; null while it starts. */
  @Nullable Level level();

  /** True once the node was opened. */
  boolean started();

  /** True from the moment on at which it stops. */
  boolean draining();
}
