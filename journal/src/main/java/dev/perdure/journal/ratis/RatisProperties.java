package dev.perdure.journal.ratis;

import dev.perdure.journal.link.LinkService;
import dev.perdure.journal.link.StartingGroups;
import dev.perdure.journal.tls.NodeTls;
import dev.perdure.journal.tls.RatisTls;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/** Ratis's settings. The reason for each that is not obvious is in docs/adr/0002. */
final class RatisProperties {

  /** Room for Ratis's framing around an entry of the largest size. */
  private static final int FRAMING_BYTES = 1024;

  /** How much of the log a group may hold in memory. */
  private static final long CACHED_BYTES_MIN = 32L << 20;

  private static final long CACHED_BYTES_MAX = 128L << 20;

  /** A follower that did not answer for so long is sent no more than heartbeats. */
  private static final TimeDuration SLOW_AFTER = TimeDuration.valueOf(5, TimeUnit.SECONDS);

  /**
   * How long a leader waits between attempts to reach a follower, and how often. By default it is 5
   * s after the thirtieth, so that a node that came back would not count for as long.
   */
  private static final String RETRIES = "10ms,20, 100ms,100000000";

  private static final TimeDuration LONE_ELECTION_MIN = ms(5);
  private static final TimeDuration LONE_ELECTION_MAX = ms(10);

  private RatisProperties() {}

  static RaftProperties of(RatisSettings settings) {
    RaftProperties properties = new RaftProperties();
    transport(properties, settings);
    setStorageDirectory(properties, settings.directory());
    log(properties, settings.sizes());
    elections(properties, settings.timeouts());
    snapshots(properties);
    memory(properties, settings.sizes());
    reads(properties);
    return properties;
  }

  private static void transport(RaftProperties properties, RatisSettings settings) {
    RatisSettings.Peering peering = settings.peering();
    if (peering == null) {
      RaftConfigKeys.Rpc.setType(properties, new LoneTransport());
      return;
    }
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    GrpcConfigKeys.Server.setHost(properties, peering.host());
    GrpcConfigKeys.Server.setPort(properties, peering.port());
    GrpcConfigKeys.setMessageSizeMax(
        properties, SizeInBytes.valueOf(settings.sizes().entryBytesMax() + (2L << 20)));
    Log.Appender.setInstallSnapshotEnabled(properties, false);
    Log.Appender.setRetryPolicy(properties, RETRIES);
    RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, SLOW_AFTER);
  }

  /** What is not text: the service of our own beside Raft's, and certificates. */
  static @Nullable Parameters parameters(RatisSettings settings, StartingGroups starting) {
    RatisSettings.Peering peering = settings.peering();
    if (peering == null) {
      return null;
    }
    Parameters parameters = new Parameters();
    LinkService links = new LinkService(settings.cluster().toString(), peering.handler(), starting);
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        (port, types) -> types.contains(GrpcServices.Type.SERVER) ? links.addTo(port) : port);
    NodeTls tls = peering.tls();
    if (tls != null) {
      GrpcConfigKeys.TLS.setConf(parameters, RatisTls.config(tls));
    }
    return parameters;
  }

  static void setStorageDirectory(RaftProperties properties, Path directory) {
    RaftServerConfigKeys.setStorageDir(properties, List.of(new File(directory.toString())));
  }

  private static void log(RaftProperties properties, RatisSettings.Sizes sizes) {
    int entryBytes = sizes.entryBytesMax() + FRAMING_BYTES;
    Log.setUnsafeFlushEnabled(properties, false);
    Log.setAsyncFlushEnabled(properties, false);
    Log.setForceSyncNum(properties, 128);
    Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
    Log.setLogMetadataEnabled(properties, false);
    Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(sizes.segmentBytes()));
    Log.setPreallocatedSize(properties, SizeInBytes.valueOf(sizes.preallocatedBytes()));
    Log.setWriteBufferSize(properties, SizeInBytes.valueOf(entryBytes + 8L));
    Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(entryBytes));
    Log.setPurgeUptoSnapshotIndex(properties, true);
    Log.setPurgePreservationLogNum(properties, sizes.preservedEntries());
    Log.setPurgeGap(properties, 1);
  }

  private static void elections(RaftProperties properties, RatisSettings.Timeouts timeouts) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, duration(timeouts.electionMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, duration(timeouts.electionMax()));
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, false);
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, TimeUnit.DAYS));
  }

  /** Who is alone need not wait for anybody. Groups read this when they are added. */
  static void setFirstElection(
      RaftProperties properties, RatisSettings.Timeouts timeouts, boolean alone) {
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        properties, alone ? LONE_ELECTION_MIN : duration(timeouts.electionMin()));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        properties, alone ? LONE_ELECTION_MAX : duration(timeouts.electionMax()));
  }

  private static void snapshots(RaftProperties properties) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
  }

  private static void memory(RaftProperties properties, RatisSettings.Sizes sizes) {
    Log.setQueueByteLimit(properties, SizeInBytes.valueOf(16L * sizes.entryBytesMax()));
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(64L << 20));
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, ms(500));
  }

  /**
   * At its start a group reads all its files, and keeps the entries of the newest ones in memory
   * for applying them. Fewer files kept than have to be applied means reading them twice; more
   * means memory that nothing reads. What is kept then is also the bound for as long as the group
   * runs.
   *
   * @param snapshotIndex entries up to here are not applied again
   */
  static void setCachedSegments(RaftProperties properties, LogReport log, long snapshotIndex) {
    long bytes = 0;
    int count = 0;
    for (LogReport.Segment segment : log.segments().reversed()) {
      bytes += segment.validBytes();
      boolean applied = segment.firstIndex() + segment.entries() - 1 <= snapshotIndex;
      if (applied || bytes > CACHED_BYTES_MAX) {
        break;
      }
      count++;
    }
    // The first entry of a term closes the file before it, and brings some bytes of its own.
    Log.setSegmentCacheNumMax(properties, 1 + count);
    long kept = Math.clamp(bytes + (1 << 20), CACHED_BYTES_MIN, CACHED_BYTES_MAX);
    Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(kept));
  }

  private static void reads(RaftProperties properties) {
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, true);
  }

  private static TimeDuration duration(Duration duration) {
    return ms(duration.toMillis());
  }

  private static TimeDuration ms(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
