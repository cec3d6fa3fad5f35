package org.concordat.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.upload.Uploader;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.member.Action.Upload;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.concordat.store.StoreTrouble;

/**
 * What takes long and comes back to the {@link Desk}'s mailbox as a message: training, uploading,
 * and recomputing the next model. Each is started and ended on the mailbox; none runs twice at a
 * time.
 */
final class Errands {
  private static final long UPLOAD_RETRY_MILLIS = 500;

  private final Desk desk;
  private final Threads threads;
  private final Worker worker;
  private final Uploader uploader;
  private final Blobs blobs;
  private final Consumer<String> crashPoint;
  private final Set<String> busy = new HashSet<>();

  Errands(
      Desk desk,
      Threads threads,
      Worker worker,
      Uploader uploader,
      Blobs blobs,
      Consumer<String> crashPoint) {
    this.desk = desk;
    this.threads = threads;
    this.worker = worker;
    this.uploader = uploader;
    this.blobs = blobs;
    this.crashPoint = crashPoint;
  }

  // --- training

  /** Trains or evaluates for a task that was accepted, if this site's policy still allows it. */
  void train(Task task, Optional<SiteJob> job) {
    Action action = task.kind() == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE;
    if (job.isEmpty()
        || !desk.allowed(Action.DISPATCH, job.get())
        || !desk.allowed(action, job.get())) {
      giveUp(task, "this site's policy denies it");
      return;
    }
    if (!busy.add(task.digest().hex())) {
      return;
    }
    desk.say(
        task.kind() == Task.Kind.TRAIN ? "training" : "evaluating", task.job(), task.round() + 1);
    threads.train(() -> trainNow(task, job.get()));
  }

  private void trainNow(Task task, SiteJob job) {
    try {
      Worker.Update update = worker.work(task, job);
      threads.post(() -> trained(task, job, update));
    } catch (TrainerFailedException | FetchFailedException | RuntimeException failure) {
      threads.post(
          () -> {
            busy.remove(task.digest().hex());
            StoreTrouble.rethrow(failure);
            desk.alarm(
                "round " + (task.round() + 1) + " was not trained: " + StoreTrouble.said(failure));
            giveUp(task, "the trainer failed");
          });
    }
  }

  private void trained(Task task, SiteJob job, Worker.Update update) {
    busy.remove(task.digest().hex());
    crashPoint.accept("trained");
    if (desk.allowed(Action.SUBMIT, job)) {
      desk.attempt(member -> member.protect(task.digest(), update.vector(), update.weight()));
    } else {
      giveUp(task, "this site's policy denies it");
    }
  }

  private void giveUp(Task task, String why) {
    desk.attempt(member -> member.giveUp(task.digest(), why));
  }

  /** Ends the trainer of a job that is over, once it has finished what it does. */
  void endTrainer() {
    threads.train(worker::close);
  }

  // --- uploading

  /** Sends a masked vector until the coordinator has all of it or refuses it. */
  void upload(Upload upload) {
    if (!busy.add("upload " + upload.taskDigest().hex())) {
      return;
    }
    desk.say("uploading", "", 0);
    threads.upload(() -> uploadNow(upload));
  }

  private void uploadNow(Upload upload) {
    String problem = "";
    try {
      byte[] content = Files.readAllBytes(blobs.namedPath(MemberSteps.blobName(upload.blobKey())));
      while (!uploader.send(content, upload.sealedCommitment().toArray())) {
        Thread.sleep(UPLOAD_RETRY_MILLIS);
      }
    } catch (Uploader.RefusedException | IOException | RuntimeException refused) {
      problem = StoreTrouble.said(refused);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    }
    String outcome = problem;
    threads.post(
        () -> {
          busy.remove("upload " + upload.taskDigest().hex());
          desk.say("idle", "", 0);
          if (!outcome.isEmpty()) {
            desk.alarm("an upload was refused: " + outcome);
          }
        });
  }

  // --- the next model

  /** Recomputes the state that follows from a released sum, and signs it if it is the same. */
  void adopt(Task task, Result result, SiteJob job, Cohort cohort) {
    if (desk.allowed(Action.RELEASE, job) && busy.add("adopt " + task.digest().hex())) {
      threads.train(() -> adoptNow(task, result, job, cohort.size()));
    }
  }

  private void adoptNow(Task task, Result result, SiteJob job, int cohortSize) {
    try {
      Worker.Next next = worker.next(task, result, job, cohortSize);
      threads.post(
          () -> {
            busy.remove("adopt " + task.digest().hex());
            desk.attempt(member -> member.adopt(task.digest(), next.sum(), next.state()));
          });
    } catch (FetchFailedException | RuntimeException failure) {
      threads.post(
          () -> {
            busy.remove("adopt " + task.digest().hex());
            StoreTrouble.rethrow(failure);
            desk.alarm(
                "the result of round "
                    + (task.round() + 1)
                    + " was not taken: "
                    + StoreTrouble.said(failure));
          });
    }
  }
}
