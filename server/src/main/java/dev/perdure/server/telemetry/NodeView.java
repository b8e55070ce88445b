package dev.perdure.server.telemetry;

import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.ShardFigures;
import java.util.List;

/** What operators may see of a node. Thread-safe; answers while the node starts and stops, too. */
public interface NodeView {

  /** What it can do now; nothing while it starts. */
  NodeHealth health();

  /** Empty while it starts. */
  List<ShardFigures> figures();

  /** Native memory of the state stores. */
  long nativeBytes();

  /** True once the node was opened. */
  boolean started();

  /** True from the moment on at which it stops. */
  boolean draining();
}
