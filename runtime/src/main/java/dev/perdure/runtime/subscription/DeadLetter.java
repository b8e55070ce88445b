package dev.perdure.runtime.subscription;

/**
 * An event that could not be handled.
 *
 * @param version of its entity after it
 * @param event its name
 * @param stamp when it was decided
 * @param attempts how often it was tried
 * @param diedAt microseconds since 1970
 * @param replays how often a person had it tried again
 * @param replaying true if it is to be tried again
 */
public record DeadLetter(
    String tenant,
    String type,
    String entity,
    long version,
    String event,
    long stamp,
    String error,
    int attempts,
    long diedAt,
    int replays,
    boolean replaying) {

  /** Names it within its subscription and shard. */
  public String id() {
    return tenant + "/" + type + "/" + entity + "/" + version;
  }

  DeadLetter asked() {
    return new DeadLetter(
        tenant,
        type,
        entity,
        version,
        event,
        stamp,
        error,
        attempts,
        diedAt,
        replaying ? replays : replays + 1,
        true);
  }

  DeadLetter failed(String why) {
    return new DeadLetter(
        tenant, type, entity, version, event, stamp, why, attempts + 1, diedAt, replays, false);
  }
}
