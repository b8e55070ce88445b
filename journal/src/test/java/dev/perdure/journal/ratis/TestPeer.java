package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.journal.Vote;
import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;

/** A node on a loopback port with one shard, for tests with several in this process. */
final class TestPeer implements AutoCloseable {

  static final UUID CLUSTER = UUID.fromString("0a1b2c3d-0000-4000-8000-00000000c1c1");

  final String name;
  final Member member;
  final RatisJournals journals;
  RecordingReplica replica;
  Journal journal;

  TestPeer(String name, Path directory, ReplicaOrigin origin) {
    this(name, directory, origin, RatisSettings.Timeouts.DEFAULT);
  }

  TestPeer(String name, Path directory, ReplicaOrigin origin, RatisSettings.Timeouts timeouts) {
    int port = freePort();
    this.name = name;
    this.member = new Member(name, "127.0.0.1:" + port);
    this.replica = new RecordingReplica();
    RatisSettings settings =
        RatisSettings.of(CLUSTER, name, directory.resolve(name))
            .withSizes(WrittenLog.SIZES)
            .withTimeouts(timeouts)
            .withPeering(
                new RatisSettings.Peering(
                    "127.0.0.1", port, member.address(), new Echo(name), null));
    this.journals = RatisJournals.open(settings);
    this.journal = journals.journal(0, replica, origin);
  }

  TestPeer start() {
    journal.start();
    return this;
  }

  Membership membership() {
    return journals.membership(0);
  }

  /** Closes the shard and begins it anew behind another replica's snapshot. */
  void beginBehind(LogPosition snapshot, byte[] configuration) throws IOException {
    journal.close();
    journals.forget(0);
    journals.beginBehind(0, new Vote(snapshot.term(), "n1"), configuration);
    replica = new RecordingReplica(snapshot, snapshot);
    journal = journals.journal(0, replica, ReplicaOrigin.JOINED);
    journal.start();
  }

  void append(long term, String text) {
    journal.append(term, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the whole node. */
  void stop() {
    journal.close();
    journals.close();
  }

  /** Ends the shard's journal. */
  void stopShard() {
    journal.close();
  }

  @Override
  public void close() {
    stop();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with its name and what was asked; messages that begin with "never" it leaves. */
  private record Echo(String name) implements LinkHandler {
    @Override
    public byte[] answer(Caller caller, byte[] question) throws IOException {
      String text = new String(question, StandardCharsets.UTF_8);
      if (text.equals("fail")) {
        throw new IOException("told to fail");
      }
      return (name + " to " + caller.node() + ": " + text).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void receive(Caller caller, byte[] message, Consumer<byte[]> reply) {
      if (!new String(message, 0, Math.min(5, message.length), StandardCharsets.UTF_8)
          .equals("never")) {
        reply.accept(message);
      }
    }
  }
}
