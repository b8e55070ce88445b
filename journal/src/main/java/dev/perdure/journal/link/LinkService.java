package dev.perdure.journal.link;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Context;
import org.apache.ratis.thirdparty.io.grpc.Contexts;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptors;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answering end on the node's port, beside Raft's services. Thread-safe. */
public final class LinkService implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(LinkService.class);
  private static final Context.Key<Caller> CALLER = Context.key("perdure-caller");

  private final String cluster;
  private final LinkHandler handler;
  private final StartingGroups starting;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Answers nodes of this cluster, and those that belong to none.
   *
   * @param starting groups whose messages the engine is not to get yet
   */
  public LinkService(String cluster, LinkHandler handler, StartingGroups starting) {
    this.cluster = cluster;
    this.handler = handler;
    this.starting = starting;
  }

  /**
   * Adds the service to a port, and takes Raft's own services for clients and administration from
   * it: whoever wants something of this node asks this service.
   */
  public NettyServerBuilder addTo(NettyServerBuilder port) {
    ServerServiceDefinition definition =
        ServerServiceDefinition.builder(Wire.SERVICE)
            .addMethod(Wire.ASK, ServerCalls.asyncUnaryCall(this::answer))
            .addMethod(Wire.STREAM, ServerCalls.asyncBidiStreamingCall(this::stream))
            .build();
    return port.addService(ServerInterceptors.intercept(definition, this))
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .intercept(new OnlyNodes())
        .callExecutor(
            new org.apache.ratis.thirdparty.io.grpc.ServerCallExecutorSupplier() {
              @Override
              public <Q, A> @Nullable Executor getExecutor(
                  ServerCall<Q, A> call, Metadata headers) {
                return ours(call) ? threads : null;
              }
            });
  }

  private static boolean ours(ServerCall<?, ?> call) {
    return Wire.SERVICE.equals(call.getMethodDescriptor().getServiceName());
  }

  /** Raft's services for clients and administration would let anybody change a group. */
  private final class OnlyNodes implements ServerInterceptor {
    private static final String RAFT = "ratis.grpc.RaftServerProtocolService";

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (ours(call)) {
        return next.startCall(call, headers);
      }
      if (RAFT.equals(call.getMethodDescriptor().getServiceName())) {
        return starting.before(call, next.startCall(call, headers));
      }
      call.close(Status.UNIMPLEMENTED.withDescription("not offered"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String theirs = headers.get(Wire.CLUSTER);
    String node = headers.get(Wire.NODE);
    if (theirs == null || node == null || !(theirs.isEmpty() || theirs.equals(cluster))) {
      LOG.warn("refused node {} of cluster {}: this is cluster {}", node, theirs, cluster);
      call.close(
          Status.PERMISSION_DENIED.withDescription("this is cluster " + cluster), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(CALLER, new Caller(theirs, node));
    return Contexts.interceptCall(context, call, headers, next);
  }

  private void answer(byte[] question, StreamObserver<byte[]> answers) {
    try {
      byte[] answer = handler.answer(CALLER.get(), question);
      answers.onNext(answer);
      answers.onCompleted();
    } catch (Exception e) {
      LOG.debug("a question of {} failed", CALLER.get(), e);
      answers.onError(
          Status.FAILED_PRECONDITION.withDescription(String.valueOf(e.getMessage())).asException());
    }
  }

  private StreamObserver<byte[]> stream(StreamObserver<byte[]> answers) {
    return new Receiving(CALLER.get(), answers);
  }

  /** One stream of another node. Answers carry the numbers of their messages. */
  private final class Receiving implements StreamObserver<byte[]> {
    private final Caller caller;
    private final StreamObserver<byte[]> answers;
    private final Outbox outbox = new Outbox(this::reply);
    private boolean open = true;

    Receiving(Caller caller, StreamObserver<byte[]> answers) {
      this.caller = caller;
      this.answers = answers;
    }

    @Override
    public void onNext(byte[] frame) {
      Frame.read(
          frame,
          (number, message) ->
              handler.receive(caller, message, answer -> outbox.add(number, answer)));
    }

    private synchronized void reply(byte[] frame) {
      if (open) {
        answers.onNext(frame);
      }
    }

    @Override
    public synchronized void onError(Throwable broken) {
      open = false;
    }

    @Override
    public synchronized void onCompleted() {
      if (open) {
        open = false;
        answers.onCompleted();
      }
    }
  }
}
