package dev.perdure.kernel;

/**
 * Every error code a caller can meet that is not an entity's own rejection, declared once: HTTP
 * status, whether the command is known not to have been executed, and what to do.
 *
 * <p>A code exists only if a caller can act on it.
 */
public enum ProblemCode {
  MALFORMED_REQUEST(
      400, true, "The request could not be read. Correct it; repeating does not help."),
  OPERATION_ID_REQUIRED(400, true, "Send an Idempotency-Key header with an id of your own."),
  INVALID_ID(400, true, "Use an id of 1 to 256 bytes of UTF-8 without control characters."),
  UNKNOWN_ROUTE(404, true, "Nothing is served at this path; see /openapi.json."),
  UNKNOWN_TYPE(404, true, "No such type is registered; see /openapi.json."),
  UNKNOWN_COMMAND(404, true, "The entity type has no such command; see /openapi.json."),
  UNKNOWN_QUEUE(404, true, "No such queue is declared; see /openapi.json."),
  NOT_FOUND(404, true, "Nothing is recorded under this id."),
  UNKNOWN_OPERATION(404, true, "No operation of this id is recorded or in progress."),
  METHOD_NOT_ALLOWED(405, true, "The path exists, with another method; see the Allow header."),
  REQUEST_TIMEOUT(408, true, "The request did not arrive in time. Send it faster, or repeat it."),
  SAGA_ENDED(409, true, "The saga has ended, and nothing changes it any more. Read how it ended."),
  SAGA_NOT_PARKED(409, true, "Only a parked saga waits for a decision. Read where it stands."),
  NO_SUCH_CHOICE(409, true, "Decide what is possible where it is parked; the detail names it."),
  TOO_MANY_SIGNALS(409, true, "Wait until the saga has taken some of those that came before."),
  LEASE_LOST(
      409, true, "Stop working on the message: it is done, or goes to another worker. Lease anew."),
  MESSAGE_NOT_DEAD(409, true, "Only a dead letter is replayed or discarded. Read where it stands."),
  VERSION_MISMATCH(412, true, "The entity has another version. Read it again and decide anew."),
  BODY_TOO_LARGE(413, true, "Send a smaller body; the limit is in the detail."),
  URI_TOO_LONG(414, true, "Send a shorter request line; the limit is in the detail."),
  UNSUPPORTED_MEDIA_TYPE(415, true, "Send application/json in UTF-8."),
  INVALID_BODY(422, true, "The body does not fit the command; see /openapi.json."),
  OPERATION_ID_REUSED(422, true, "The operation id was used with another payload. Use a new one."),
  STATE_TOO_LARGE(422, true, "The entity's state would exceed its limit. Split the entity."),
  EVENT_TOO_LARGE(422, true, "An event would exceed its limit. Send less in one command."),
  REPLY_TOO_LARGE(422, true, "The reply would exceed its limit. Answer with less."),
  ENTRY_TOO_LARGE(422, true, "The command's events together exceed the journal entry's limit."),
  OPERATION_QUOTA(
      429, true, "The tenant's recorded replies reached their limit. Wait, or raise it."),
  TOO_MANY_SAGAS(
      429,
      true,
      "The tenant has too many sagas under way. Wait until some end, or raise the limit."),
  QUOTA_EXCEEDED(
      429,
      true,
      "The tenant uses all that it may. Repeat after the given time, or raise its quota."),
  QUEUE_FULL(429, true, "The queue holds as many messages as it may. Repeat after the given time."),
  QUEUE_LIMITED(429, true, "As much is leased as may be. Repeat after the given time, or wait."),
  HEADERS_TOO_LARGE(431, true, "Send fewer or shorter headers; the limits are in the detail."),
  DECIDE_FAILED(500, true, "The service's own code failed for this command. Report it."),
  DECIDE_TIMEOUT(
      500, true, "The service's own code did not end in time for this command. Report it."),
  EVOLVE_FAILED(500, true, "The service's code cannot read the event it just made. Report it."),
  INTERNAL(500, false, "An error of ours. Repeat with the same key, and report it."),
  OVERLOADED(503, true, "Too much work is waiting. Repeat after the given time."),
  NO_LEADER(503, true, "No leader can be reached right now. Repeat after the given time."),
  DRAINING(503, true, "The node is stopping. Repeat after the given time, or at another node."),
  READ_ONLY(503, true, "The disk is full or failing. Writes are refused until it recovers."),
  ENTITY_QUARANTINED(
      503, true, "Today's code cannot read this entity's history. Deploy code that can."),
  COMMAND_DISABLED(
      503, true, "The command's code hung repeatedly and is switched off. Deploy a fix."),
  CAPABILITY_DEGRADED(
      503, true, "What it needs is not there, and it is switched off till then. Repeat later."),
  LOCKED(503, true, "A transaction holds the entity. Repeat after the given time."),
  VIEW_REBUILDING(
      503,
      true,
      "The view is being made anew. Repeat after the given time; its list says how far."),
  VIEW_BEHIND(
      503, true, "The view did not reach what was asked for in time. Repeat, or ask for less."),
  PREDECESSOR(503, true, "An earlier line of the same entity was not executed. Repeat both."),
  DEADLINE_EXCEEDED(504, true, "The deadline passed before execution. Repeat with more time."),
  OUTCOME_UNKNOWN(504, false, "It may have been executed. Repeat with the same key to find out."),
  HTTP_VERSION_NOT_SUPPORTED(505, true, "Use HTTP/1.1 or HTTP/2; a proxy may need to be told so.");

  private final int status;
  private final boolean notExecuted;
  private final String advice;

  ProblemCode(int status, boolean notExecuted, String advice) {
    this.status = status;
    this.notExecuted = notExecuted;
    this.advice = advice;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** True if the command is known not to have been executed. */
  public boolean notExecuted() {
    return notExecuted;
  }

  /** What to do, one or two sentences. */
  public String advice() {
    return advice;
  }

  /** The code on the wire: kebab-case of the name. */
  public String code() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
