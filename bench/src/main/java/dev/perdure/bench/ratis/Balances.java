package dev.perdure.bench.ratis;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Balances of accounts in memory. An entry: account (4 bytes), amount (8), operation id. */
final class Balances extends BaseStateMachine {

  static final int ACCOUNTS_MAX = 1 << 20;

  private final AtomicLongArray balances = new AtomicLongArray(ACCOUNTS_MAX);

  static Message entry(int account, long amountMinor, byte[] operationId) {
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + operationId.length);
    out.putInt(account).putLong(amountMinor).put(operationId);
    return Message.valueOf(ByteString.copyFrom(out.array()));
  }

  static long balance(Message reply) {
    return reply.getContent().asReadOnlyByteBuffer().getLong();
  }

  long total() {
    long total = 0;
    for (int account = 0; account < ACCOUNTS_MAX; account++) {
      total += balances.get(account);
    }
    return total;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    ByteBuffer in = entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
    long balance = balances.addAndGet(in.getInt(), in.getLong());
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    byte[] reply = ByteBuffer.allocate(Long.BYTES).putLong(balance).array();
    return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(reply)));
  }
}
