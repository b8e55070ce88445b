package dev.perdure.journal.link;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Raft groups that are being started on this node. The engine answers their leader while it starts
 * them, begins to follow it, and then fails because it follows already (Ratis 3.3.0). So their
 * messages are refused for these milliseconds; a leader sends them again. Thread-safe.
 */
public final class StartingGroups {

  private final Set<UUID> groups = ConcurrentHashMap.newKeySet();

  /** From now on messages to the group are refused. */
  public void add(UUID group) {
    groups.add(group);
  }

  /** The group has started, or has not. */
  public void remove(UUID group) {
    groups.remove(group);
  }

  /** Stands before a listener and ends a call whose message is for a starting group. */
  <Q, A> ServerCall.Listener<Q> before(ServerCall<Q, A> call, ServerCall.Listener<Q> listener) {
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(listener) {
      private boolean ended;

      @Override
      public void onMessage(Q message) {
        if (!ended && !groups.isEmpty() && starting(message)) {
          ended = true;
          call.close(
              Status.UNAVAILABLE.withDescription("the group is being started"), new Metadata());
          super.onCancel(); // whoever listens for more messages hears that there are none
        }
        if (!ended) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!ended) {
          super.onHalfClose();
        }
      }
    };
  }

  private boolean starting(Object message) {
    RaftRpcRequestProto request =
        switch (message) {
          case AppendEntriesRequestProto append -> append.getServerRequest();
          case RequestVoteRequestProto vote -> vote.getServerRequest();
          case InstallSnapshotRequestProto left -> left.getServerRequest();
          case StartLeaderElectionRequestProto election -> election.getServerRequest();
          default -> null;
        };
    return request != null
        && groups.contains(RaftGroupId.valueOf(request.getRaftGroupId().getId()).getUuid());
  }
}
