package org.concordat.agent.round;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.report.Reports;
import org.concordat.agent.upload.Uploader;
import org.concordat.agent.work.Threads;
import org.concordat.secureagg.step.Action.Upload;
import org.concordat.store.Blobs;
import org.concordat.store.StoreTrouble;

/**
 * Sends masked vectors, until the coordinator has all of one or refuses it, or this site's consent
 * is taken back. On the mailbox only.
 */
public final class Uploading {
  private static final Duration RETRY = Duration.ofMillis(500);

  private final SiteStore store;
  private final SiteJobs jobs;
  private final Uploader uploader;
  private final Blobs blobs;
  private final Threads threads;
  private final Reports reports;

  /**
   * A try.
   *
   * @param unwanted completed when nothing more of it may be sent
   */
  private record UnderWay(String job, CompletableFuture<Void> unwanted) {}

  /** By key. */
  private final Map<String, UnderWay> underWay = new HashMap<>();

  public Uploading(
      SiteStore store,
      SiteJobs jobs,
      Uploader uploader,
      Blobs blobs,
      Threads threads,
      Reports reports) {
    this.store = store;
    this.jobs = jobs;
    this.uploader = uploader;
    this.blobs = blobs;
    this.threads = threads;
    this.reports = reports;
  }

  /** Without a session it is not begun: the coordinator tells the task again in the next one. */
  void send(Upload upload) {
    if (store.isCompared() && begin(upload)) {
      reports.doing("uploading", "", 0);
    }
  }

  /** A consent was taken back: an upload under way is broken off, and none is begun. */
  void withdrawn(String job) {
    underWay.values().stream()
        .filter(upload -> upload.job().equals(job))
        .forEach(upload -> upload.unwanted().complete(null));
  }

  private boolean begin(Upload upload) {
    if (jobs.withdrawn(upload.job()).isPresent()) {
      return false;
    }
    ByteString from = store.incarnation();
    UnderWay now = new UnderWay(upload.job(), new CompletableFuture<>());
    boolean begun =
        threads.upload(
            key(upload),
            () ->
                uploader.send(
                    Files.readAllBytes(blobs.namedPath(DurableMember.blobName(upload.blobKey()))),
                    upload.sealedCommitment().toArray(),
                    upload.roster(),
                    now.unwanted()),
            whole -> tried(upload, whole, from),
            failure -> failed(upload, failure));
    if (begun) {
      underWay.put(key(upload), now);
    }
    return begun;
  }

  private void tried(Upload upload, boolean whole, ByteString from) {
    underWay.remove(key(upload));
    if (whole) {
      ended("");
    } else {
      threads.afterPause(RETRY, key(upload), () -> again(upload, from));
    }
  }

  private void failed(Upload upload, Throwable failure) {
    underWay.remove(key(upload));
    if (failure instanceof OutOfMemoryError full) {
      throw full; // the mailbox tells it
    }
    ended(StoreTrouble.said(failure));
  }

  private static String key(Upload upload) {
    return "upload " + upload.taskDigest().hex();
  }

  /** Unless there is no session, or another store: then it is begun anew, or never. */
  private void again(Upload upload, ByteString from) {
    if (store.isCompared() && store.incarnation().equals(from) && !begin(upload)) {
      reports.idle();
    }
  }

  private void ended(String problem) {
    reports.idle();
    if (problem.isEmpty()) {
      reports.worksAgain();
    } else {
      reports.alarm("an upload was refused: " + problem);
    }
  }
}
