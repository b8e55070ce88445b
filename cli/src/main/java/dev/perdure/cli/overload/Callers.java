package dev.perdure.cli.overload;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All callers, on one thread. Each flow asks at its own pace, whether it is answered or not; a
 * request that finds no free connection is given up, unsent, as by callers with a pool.
 */
final class Callers implements AutoCloseable {

  /** How long a caller waits, and says so to the node. */
  static final long PATIENCE_NS = 2_000_000_000L;

  static final int ACCOUNTS = 200;
  private static final long MOMENT_NS = 500_000L;
  private static final long GRACE_NS = 3_000_000_000L;

  /** Callers keep their connections: it is the load that is measured, not the storm of these. */
  private static final long SETTLE_NS = 500_000_000L;

  private static final String BODY = "{\"amount\":1}";

  private final Clock clock = Clock.system();
  private final InetSocketAddress address;
  private final Selector selector;
  private final Ledger ledger;
  private long numbers;
  private long beganNs;
  private long endedNs;

  Callers(InetSocketAddress address, Ledger ledger) throws IOException {
    this.address = address;
    this.ledger = ledger;
    this.selector = Selector.open();
  }

  /** One flow at work. */
  private final class Lane {
    private final Flow flow;
    private final Tally tally;
    private final List<Peer> peers = new ArrayList<>();
    private final ArrayDeque<Peer> idle = new ArrayDeque<>();
    private final byte[] template;
    private final int accountAt;
    private final int keyAt;
    private long made;

    Lane(Flow flow, int number, int seconds) throws IOException {
      this.flow = flow;
      this.tally = new Tally(seconds);
      String head =
          "POST /v1/entities/account/a00000/deposit HTTP/1.1\r\nHost: node\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + BODY.length()
              + "\r\nPerdure-Timeout: "
              + PATIENCE_NS / 1_000_000
              + "ms\r\nPerdure-Tenant: "
              + flow.tenant()
              + "\r\nPriority: u="
              + flow.urgency()
              + "\r\nIdempotency-Key: o000000000000000\r\n\r\n";
      this.template = (head + BODY).getBytes(StandardCharsets.US_ASCII);
      this.accountAt = head.indexOf("a00000") + 1;
      this.keyAt = head.indexOf("o000000000000000") + 1;
      for (int i = 0; i < flow.connections(); i++) {
        Peer peer = new Peer(number, address, selector);
        peers.add(peer);
        idle.add(peer);
      }
    }

    /** Makes what is due. */
    void make(long nowNs, long startNs, long endNs) throws IOException {
      if (flow.closed()) {
        while (nowNs < endNs && !idle.isEmpty()) {
          tally.due++;
          fire(idle.poll(), shot(nowNs));
        }
        return;
      }
      long nextNs = startNs + (long) (made * 1e9 / flow.perSecond());
      while (nextNs <= nowNs && nextNs < endNs) {
        made++;
        tally.due++;
        Peer peer = idle.poll();
        if (peer == null) {
          tally.unsent++;
        } else {
          fire(peer, shot(nextNs));
          tally.late(clock.monotonicNs() - nextNs);
        }
        nextNs = startNs + (long) (made * 1e9 / flow.perSecond());
      }
    }

    private Shot shot(long dueNs) {
      long number = ++numbers;
      return new Shot(number, (int) (number * 31 % ACCOUNTS), dueNs);
    }

    private void fire(Peer peer, Shot shot) throws IOException {
      digits(template, accountAt, 5, shot.account());
      digits(template, keyAt, 15, shot.number());
      try {
        peer.send(template, shot);
      } catch (IOException e) {
        failed(peer);
      }
    }

    private void answered(Peer peer, long startNs, long nowNs) throws IOException {
      int status = peer.receive();
      Shot shot = peer.shot;
      if (status == 0 || shot == null) {
        return;
      }
      switch (status) {
        case 200 -> {
          tally.good(nowNs - shot.dueNs(), (nowNs - startNs) / 1_000_000_000L);
          ledger.acknowledged(flow.tenant());
        }
        case 429, 503 -> tally.refused++;
        case 504 -> {
          if (peer.body().contains("\"deadline-exceeded\"")) {
            tally.expired++;
          } else {
            unknown(shot);
          }
        }
        default -> {
          tally.other++;
          unknown(shot);
        }
      }
      peer.shot = null;
      idle.add(peer);
    }

    private void unknown(Shot shot) {
      tally.unknown++;
      ledger.unknown(flow.tenant(), shot);
    }

    /** The connection ended: nobody knows what became of what was under way. */
    private void failed(Peer peer) throws IOException {
      Shot shot = peer.shot;
      peer.shot = null;
      if (shot != null) {
        unknown(shot);
      }
      peer.reconnect();
      idle.add(peer);
    }

    /** The run is over; what is under way still may never be answered. */
    private void end() throws IOException {
      for (Peer peer : peers) {
        if (peer.shot != null) {
          unknown(peer.shot);
        }
        peer.close();
      }
    }

    private boolean busy() {
      return idle.size() < peers.size();
    }
  }

  private static void digits(byte[] into, int at, int count, long number) {
    long rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** When the last run began to ask. */
  long beganNs() {
    return beganNs;
  }

  /** When the last run ceased to ask. */
  long endedNs() {
    return endedNs;
  }

  /** Asks for so long, and waits a little for the last answers; in the order of the flows. */
  List<Tally> run(List<Flow> flows, int seconds) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Flow flow : flows) {
      lanes.add(new Lane(flow, lanes.size(), seconds));
    }
    LockSupport.parkNanos(SETTLE_NS);
    long startNs = clock.monotonicNs();
    long endNs = startNs + seconds * 1_000_000_000L;
    beganNs = startNs;
    endedNs = endNs;
    long nowNs = startNs;
    while (nowNs < endNs + GRACE_NS && (nowNs < endNs || lanes.stream().anyMatch(Lane::busy))) {
      for (Lane lane : lanes) {
        lane.make(nowNs, startNs, endNs);
      }
      // All that comes within a moment is seen to at once, and the node keeps its processors.
      LockSupport.parkNanos(MOMENT_NS);
      selector.selectNow();
      receive(lanes, startNs);
      nowNs = clock.monotonicNs();
    }
    for (Lane lane : lanes) {
      lane.end();
    }
    selector.selectNow(); // forgets the keys of what was closed
    return lanes.stream().map(lane -> lane.tally).toList();
  }

  private void receive(List<Lane> lanes, long startNs) throws IOException {
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    long nowNs = clock.monotonicNs();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      @Nullable Peer peer = (Peer) key.attachment();
      if (peer == null) {
        continue;
      }
      Lane lane = lanes.get(peer.flow);
      try {
        lane.answered(peer, startNs, nowNs);
      } catch (IOException e) {
        lane.failed(peer);
      }
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
