package dev.perdure.bench.ratis;

import dev.perdure.bench.load.LoopbackPort;
import dev.perdure.bench.load.Target;
import dev.perdure.kernel.Check;
import dev.perdure.kernel.Clock;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;

/** Three Raft peers in this process; a deposit is an entry. */
public final class RatisTarget implements Target {

  private static final Clock CLOCK = Clock.system();
  private static final int PEERS = 3;
  private static final Duration START_TIME_MAX = Duration.ofSeconds(30);
  private static final long POLL_NS = Duration.ofMillis(10).toNanos();

  /** The file ahead of what is written, as Perdure has it. */
  private static final SizeInBytes PREALLOCATED = SizeInBytes.valueOf(8L << 20);

  private static final SizeInBytes SEGMENT = SizeInBytes.valueOf(16L << 20);

  private final RaftGroup group;
  private final List<RaftServer> servers = new ArrayList<>();
  private final List<Balances> machines = new ArrayList<>();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private volatile RaftServer.Division leader;

  private RatisTarget(Path directory) throws IOException {
    List<RaftPeer> peers = new ArrayList<>();
    for (int number = 1; number <= PEERS; number++) {
      String address = "127.0.0.1:" + LoopbackPort.free();
      peers.add(RaftPeer.newBuilder().setId("p" + number).setAddress(address).build());
    }
    this.group = RaftGroup.valueOf(RaftGroupId.randomId(), peers);
    for (RaftPeer peer : peers) {
      Balances machine = new Balances();
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(peer.getId())
              .setGroup(group)
              .setStateMachine(machine)
              .setProperties(properties(directory, peer))
              .build();
      servers.add(server);
      machines.add(machine);
      server.start();
    }
    this.leader = leader();
  }

  /**
   * Starts the peers under {@code directory} and waits for a leader.
   *
   * @throws IOException when there is none in time
   */
  public static RatisTarget start(Path directory) throws IOException {
    return new RatisTarget(directory);
  }

  private static RaftProperties properties(Path directory, RaftPeer peer) throws IOException {
    RaftProperties properties = new RaftProperties();
    Path own = Files.createDirectory(directory.resolve(peer.getId().toString()));
    RaftServerConfigKeys.setStorageDir(properties, List.of(new File(own.toString())));
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    String address = peer.getAddress();
    GrpcConfigKeys.Server.setPort(
        properties, Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SEGMENT);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, PREALLOCATED);
    return properties;
  }

  private RaftServer.Division leader() throws IOException {
    long startNs = CLOCK.monotonicNs();
    while (CLOCK.monotonicNs() - startNs < START_TIME_MAX.toNanos()) {
      for (RaftServer server : servers) {
        RaftServer.Division division = server.getDivision(group.getGroupId());
        if (division.getInfo().isLeaderReady()) {
          return division;
        }
      }
      LockSupport.parkNanos(POLL_NS);
    }
    close();
    throw new IOException("no peer leads after " + START_TIME_MAX.toSeconds() + " s");
  }

  @Override
  public String name() {
    return "ratis-3";
  }

  @Override
  public String durability() {
    return "the deposit is in the logs of a majority of three peers, forced to disk, as an entry of"
        + " its own; nothing looks for repeated operation ids";
  }

  @Override
  public void openAccounts(int count) {
    Check.argument(
        count <= Balances.ACCOUNTS_MAX, "at most " + Balances.ACCOUNTS_MAX + " accounts");
  }

  @Override
  public long deposit(int account, String operationId, long amountMinor) throws IOException {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(leader.getId())
            .setGroupId(group.getGroupId())
            .setCallId(calls.incrementAndGet())
            .setType(RaftClientRequest.writeRequestType())
            .setMessage(
                Balances.entry(account, amountMinor, operationId.getBytes(StandardCharsets.UTF_8)))
            .build();
    try {
      RaftClientReply reply = leader.getRaftServer().submitClientRequestAsync(request).join();
      if (!reply.isSuccess()) {
        leader = leader();
        throw new IOException(String.valueOf(reply.getException()));
      }
      return Balances.balance(reply.getMessage());
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  @Override
  public OptionalLong balanceTotalMinor() {
    return OptionalLong.of(machines.stream().mapToLong(Balances::total).max().orElse(0));
  }

  @Override
  public void close() throws IOException {
    for (RaftServer server : servers) {
      server.close();
    }
  }
}
