package dev.perdure.runtime.node;

import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.journal.link.LinkHandler;
import dev.perdure.journal.ratis.RatisSettings;
import dev.perdure.journal.tls.NodeTls;
import dev.perdure.kernel.ByteReader;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.cluster.ClusterEntities;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.ClusterView;
import dev.perdure.runtime.cluster.Control;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.cluster.NodeHandler;
import dev.perdure.runtime.cluster.Router;
import dev.perdure.runtime.cluster.Saved;
import dev.perdure.runtime.dispatch.Others;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StableDirectory;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.watch.Silence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's part in its cluster, put together. Thread-safe. */
public final class Peers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final Duration LEVEL_ASK_MAX = Duration.ofSeconds(1);

  private final NodeOptions options;
  private final PeerOptions peers;
  private final DataDirectory data;
  private final TypeRegistry types;
  private final Level level;
  private final ClusterView view;
  private final @Nullable NodeTls tls;
  private final LinkClient links;
  private final ClusterMap.Node self;
  private final boolean founds;
  private @Nullable NodeHandler answersOnceStarted;
  private volatile @Nullable NodeHandler handler;
  private @Nullable Control control;
  private @Nullable ReplicaSet replicas;

  private final CompletableFuture<String> unfit = new CompletableFuture<>();

  Peers(NodeOptions options, DataDirectory data, TypeRegistry types, Level level) {
    this.options = options;
    this.peers = Objects.requireNonNull(options.peers());
    this.data = data;
    this.types = types;
    this.level = level;
    String id = data.nodeId().toString();
    this.tls = peers.tls(data.cluster(), options.clock());
    this.links = new LinkClient(new Caller(data.cluster().toString(), id), tls);
    this.self =
        new ClusterMap.Node(
            id, peers.name(), peers.address(), peers.zone(), ClusterMap.Status.SERVING, null);
    this.founds = data.first() && !Files.exists(data.founded());
    this.view =
        founds
            ? new ClusterView(0, ClusterMap.ofOne("", data.shards(), self, level.now()))
            : Saved.read(data.clusterMap());
    checkLevel();
  }

  /**
   * The cluster may have gone to another level while this node was away. Nobody may answer: a
   * cluster that starts as a whole has only what its directories say.
   */
  private void checkLevel() {
    List<String> others = new ArrayList<>(peers.seeds());
    view.map().nodes().forEach(node -> others.add(node.address()));
    others.remove(self.address());
    List<CompletableFuture<Integer>> asked = new ArrayList<>();
    for (String other : Set.copyOf(others)) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      asked.add(answer);
      var _ = Thread.startVirtualThread(() -> answer.complete(levelOf(other)));
    }
    int highest = Math.max(level.now(), view.map().level());
    for (CompletableFuture<Integer> answer : asked) {
      highest = Math.max(highest, answer.join());
    }
    if (!level.build().supports(highest)) {
      links.close();
      throw new StartException(
          "the cluster is at level " + highest + "; " + level.build().refusal(highest));
    }
  }

  private int levelOf(String other) {
    try {
      return MapMessage.ask(links, other, LEVEL_ASK_MAX).level();
    } catch (LinkException | RuntimeException e) {
      LOG.debug("{} does not say at which level the cluster is", other, e);
      return Build.FIRST_LEVEL;
    }
  }

  /** Completed with the reason if this node's build cannot go on in its cluster. */
  CompletableFuture<String> unfit() {
    return unfit;
  }

  /** The port for other nodes. */
  RatisSettings.Peering peering() {
    return new RatisSettings.Peering(
        peers.host(), peers.port(), peers.address(), new WhenReady(), tls);
  }

  /** Questions that come before the node is put together are refused. */
  private final class WhenReady implements LinkHandler {
    private NodeHandler ready() throws IOException {
      NodeHandler now = handler;
      if (now == null) {
        throw new IOException("the node is starting");
      }
      return now;
    }

    @Override
    public byte[] answer(Caller caller, byte[] question) throws IOException {
      return ready().answer(caller, question);
    }

    @Override
    public void receive(Caller caller, byte[] message, Consumer<byte[]> reply) {
      NodeHandler now = handler;
      if (now != null) {
        now.receive(caller, message, reply);
      } else {
        reply.accept(NodeHandler.starting());
      }
    }
  }

  /** Puts the cluster's door around this node's replicas. */
  Entities connect(ReplicaSet of) {
    replicas = of;
    NodeEntities here =
        new NodeEntities(options, List.of(types, MapMessage.types()), this::shardHere);
    Router.Parts routing =
        new Router.Parts(self.id(), view, of, links, options.clock(), options.entropy(), level);
    ClusterEntities entities = new ClusterEntities(routing, here);
    NodeHandler answering =
        new NodeHandler(
            new NodeHandler.Parts(routing, of, here, List.of(types, MapMessage.types())));
    Control made =
        new Control(
            new Control.Parts(
                routing,
                of,
                entities,
                here,
                answering,
                self,
                new Control.Settings(
                    data.cluster().toString(),
                    peers.seeds(),
                    founds ? data.shards() : 0,
                    peers.deadAfter(),
                    data.clusterMap(),
                    unfit::complete)));
    control = made;
    of.connect(links, made::leftBehind);
    answersOnceStarted = answering;
    return entities;
  }

  /** This node's replica of an entity's shard; null if it has none. */
  private @Nullable Shard shardHere(EntityAddress address) {
    return Objects.requireNonNull(replicas).get(view.shardOf(address));
  }

  /**
   * Which replicas this node opens at its start: those it has; as the first of a cluster, all, and
   * the system's.
   */
  List<Integer> toOpen(List<Integer> onDisk) {
    if (!founds) {
      return onDisk;
    }
    List<Integer> all = new ArrayList<>(IntStream.range(0, data.shards()).boxed().toList());
    all.add(ClusterMap.SYSTEM_SHARD);
    return all;
  }

  /** True if this node founds its cluster now. */
  boolean founds() {
    return founds;
  }

  /** The replicas to begin with are there. */
  void opened() {
    if (founds) {
      try {
        Files.createFile(data.founded());
        StableDirectory.sync(data.path());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Tells of each node whose connection broke and could not be made again at once. */
  void onLost(Consumer<String> told) {
    links.onLost(
        address ->
            view.map().nodes().stream()
                .filter(node -> node.address().equals(address))
                .forEach(node -> told.accept(node.id())));
  }

  void unfinished(int shard) {
    control().unfinished(shard);
  }

  void damaged(int shard, String why) {
    control().damaged(shard, why);
  }

  /**
   * All replicas are open: before, another node's request could begin one that is there already.
   */
  void start() {
    handler = answersOnceStarted;
    control().start();
  }

  /** Whether the shards of which this node holds no replica can be reached. */
  Stream<NodeHealth.Shard> elsewhere() {
    ReplicaSet here = Objects.requireNonNull(replicas);
    if (view.map().id().isEmpty()) {
      return Stream.of(
          new NodeHealth.Shard(
              0, NodeHealth.State.RECOVERING, "the cluster's map is not known yet"));
    }
    return view.map().shards().stream()
        .filter(ClusterMap.Placement::settled) // one that has not begun has no slots either
        .map(ClusterMap.Placement::shard)
        .filter(shard -> here.get(shard) == null)
        .map(
            shard ->
                !reachable(view.leader(shard))
                    ? new NodeHealth.Shard(shard, NodeHealth.State.NO_LEADER, "no leader is known")
                    : new NodeHealth.Shard(shard, NodeHealth.State.READY, ""));
  }

  private boolean reachable(@Nullable String leader) {
    return leader != null && control().alive(leader);
  }

  LinkClient links() {
    return links;
  }

  /** The cluster's map as this node knows it. */
  public ClusterView view() {
    return view;
  }

  /** Who of the others has been silent longest since this node asks. */
  Silence silence(long sinceNs) {
    return control().heard().silence(view.map().nodes(), self.id(), sinceNs);
  }

  /** True if this node leads the shard of an entity. */
  public boolean leads(EntityAddress address) {
    return leads(view.shardOf(address));
  }

  /** True if this node leads a shard. */
  public boolean leads(int shard) {
    Shard local = Objects.requireNonNull(replicas).get(shard);
    return local != null && local.leads();
  }

  /** This node's id. */
  public String self() {
    return self.id();
  }

  /** Who answers what other nodes ask of queues; before the node is started. */
  void answerQueues(Function<ByteReader, byte[]> answers) {
    Objects.requireNonNull(answersOnceStarted).answerQueues(answers);
  }

  /** The other nodes, as queues ask them. */
  Others others() {
    return new Others() {
      @Override
      public List<String> leaders() {
        return view.map().shards().stream()
            .map(one -> view.leader(one.shard()))
            .filter(node -> node != null && !node.equals(self.id()))
            .distinct()
            .sorted()
            .toList();
      }

      @Override
      public byte[] ask(String node, byte[] question, Duration timeout) throws IOException {
        String address =
            view.map().node(node).map(ClusterMap.Node::address).orElseThrow(IOException::new);
        return links.ask(address, question, timeout);
      }
    };
  }

  /** What runs the cluster. */
  public Control control() {
    return Objects.requireNonNull(control);
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    links.close();
  }
}
