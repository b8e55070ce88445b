package dev.perdure.journal.ratis;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.ratis.proto.RaftProtos.FollowerInfoProto;
import org.apache.ratis.server.RaftServer;

/**
 * Lets a follower stand for election at once when its leader may be taken for dead. Ratis sleeps
 * for a whole election timeout between two looks at the time since it heard of its leader, so that
 * it finds a leader dead after one to two of them.
 *
 * <p>Nothing else is different: the candidate asks first whether a majority has not heard of the
 * leader for the shortest election timeout (pre-vote). A leader that others hear of stays, and so
 * does what its lease promises.
 */
final class PromptElection {

  private PromptElection() {}

  /**
   * Makes a follower of a leader a candidate, if it has not heard of it for a time.
   *
   * @return true if an election was begun
   */
  static boolean stand(RaftServer.Division division, String leader, long silentMs) {
    synchronized (division) { // as the engine does itself
      if (!division.getInfo().isFollower() || !division.getInfo().isAlive()) {
        return false;
      }
      FollowerInfoProto follower = division.getInfo().getRoleInfoProto().getFollowerInfo();
      boolean follows =
          follower.getLeaderInfo().getId().getId().toStringUtf8().equals(leader)
              && follower.getOutstandingOp() == 0;
      if (!follows || follower.getLeaderInfo().getLastRpcElapsedTimeMs() < silentMs) {
        return false;
      }
      changeToCandidate(division);
      return true;
    }
  }

  /** The term in which a replica was elected and leads as far as it knows; -1 if it does not. */
  static long electedTerm(RaftServer.Division division) {
    synchronized (division) { // as the engine does itself: role and term belong together
      return division.getInfo().isLeader() ? division.getInfo().getCurrentTerm() : -1;
    }
  }

  /** There is no way to it but this. */
  private static void changeToCandidate(RaftServer.Division division) {
    try {
      Method change = division.getClass().getDeclaredMethod("changeToCandidate", boolean.class);
      change.setAccessible(true);
      change.invoke(division, false);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException("This Ratis elects in another way", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("The election could not be begun", e.getCause());
    }
  }
}
