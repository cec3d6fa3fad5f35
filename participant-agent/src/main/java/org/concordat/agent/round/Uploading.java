package org.concordat.agent.round;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.time.Duration;
import org.concordat.agent.report.Reports;
import org.concordat.agent.upload.Uploader;
import org.concordat.agent.work.Threads;
import org.concordat.secureagg.step.Action.Upload;
import org.concordat.store.Blobs;
import org.concordat.store.StoreTrouble;

/** Sends masked vectors, until the coordinator has all of one or refuses it. */
public record Uploading(
    SiteStore store, Uploader uploader, Blobs blobs, Threads threads, Reports reports) {
  private static final Duration RETRY = Duration.ofMillis(500);

  /** Without a session it is not begun: the coordinator tells the task again in the next one. */
  void send(Upload upload) {
    if (store.isCompared() && begin(upload)) {
      reports.doing("uploading", "", 0);
    }
  }

  private boolean begin(Upload upload) {
    ByteString from = store.incarnation();
    return threads.upload(
        key(upload),
        () ->
            uploader.send(
                Files.readAllBytes(blobs.namedPath(DurableMember.blobName(upload.blobKey()))),
                upload.sealedCommitment().toArray()),
        whole -> {
          if (whole) {
            ended("");
          } else {
            threads.afterPause(RETRY, key(upload), () -> again(upload, from));
          }
        },
        failure -> {
          if (failure instanceof OutOfMemoryError full) {
            throw full; // the mailbox tells it
          }
          ended(StoreTrouble.said(failure));
        });
  }

  private static String key(Upload upload) {
    return "upload " + upload.taskDigest().hex();
  }

  /** Unless there is no session, or another store: then it is begun anew, or never. */
  private void again(Upload upload, ByteString from) {
    if (store.isCompared() && store.incarnation().equals(from)) {
      begin(upload);
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
