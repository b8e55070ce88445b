package dev.perdure.runtime.transact;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import java.nio.charset.StandardCharsets;

/** What an entity is told that is a part of a transaction, in place of a command of its own. */
public sealed interface Step {

  /** The name of the command that a {@link Prepare} is; no command of an entity can have it. */
  String PREPARE = "$prepare";

  /** The name of the command that a {@link Settle} is. */
  String SETTLE = "$settle";

  /** Which transaction it is about. */
  Prepared.Of of();

  /**
   * Decide a command, and keep what was decided until the transaction is settled.
   *
   * @param holdMicros how long nobody is asked what became of the transaction
   */
  record Prepare(Prepared.Of of, long holdMicros, CommandBody command) implements Step {}

  /** Do what was prepared, or forget it. */
  record Settle(Prepared.Of of, boolean commit) implements Step {}

  /** True for the names of steps. */
  static boolean isName(String command) {
    return command.equals(PREPARE) || command.equals(SETTLE);
  }

  /** The step as a command. */
  default CommandBody body() {
    ByteWriter out = new ByteWriter(256);
    out.u8(1).text(of().transaction()).varint(of().attempt());
    return switch (this) {
      case Prepare one -> {
        CommandBody command = one.command;
        out.varint(one.holdMicros).text(command.command()).blob(command.json());
        yield new CommandBody(PREPARE, command.fingerprint(), out.toBytes(), this, null);
      }
      case Settle one -> {
        out.u8(one.commit ? 1 : 0);
        yield new CommandBody(SETTLE, 0, out.toBytes(), this, null);
      }
    };
  }

  /**
   * Reads a step that another node sent.
   *
   * @param model of the entity that it is for
   * @throws IllegalArgumentException if the entity has no such command
   */
  static CommandBody read(EntityModel model, String name, byte[] bytes) {
    ByteReader in = new ByteReader(bytes, "step of a transaction");
    int format = in.u8();
    if (format != 1) {
      throw new IllegalArgumentException("step of a transaction has format " + format);
    }
    Prepared.Of of = new Prepared.Of(in.text(), (int) in.varint());
    return name.equals(PREPARE)
        ? new Prepare(of, in.varint(), model.body(in.text(), in.blob())).body()
        : new Settle(of, in.u8() == 1).body();
  }

  /** The operation id under which the parts of a transaction are recorded. */
  static String operationId(String transaction) {
    String id = "transaction:" + transaction;
    if (id.length() <= EntityCommand.OPERATION_ID_LENGTH_MAX) {
      return id;
    }
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return "transaction~"
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 1))
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 2));
  }
}
