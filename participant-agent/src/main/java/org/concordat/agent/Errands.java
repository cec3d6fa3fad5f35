package org.concordat.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.upload.Uploader;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.member.Action.Upload;
import org.concordat.secureagg.member.Notice;
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
  private static final Duration ADOPT_RETRY = Duration.ofSeconds(2);
  private static final Duration ADOPT_RETRY_MOST = Duration.ofSeconds(30);

  /**
   * A result to take.
   *
   * @param pause before it is tried again
   * @param lastProblem of the try before, or empty: the same is said once
   */
  private record Adoption(
      Notice.ResultReady ready, SiteJob job, int cohortSize, Duration pause, String lastProblem) {
    Task task() {
      return ready.task();
    }

    Adoption again(String problem) {
      Duration doubled = pause.multipliedBy(2);
      Duration longer = doubled.compareTo(ADOPT_RETRY_MOST) > 0 ? ADOPT_RETRY_MOST : doubled;
      return new Adoption(ready, job, cohortSize, longer, problem);
    }
  }

  private final Desk desk;
  private final Threads threads;
  private final Worker worker;
  private final Uploader uploader;
  private final Blobs blobs;
  private final Consumer<String> crashPoint;
  private final Set<String> busy = new HashSet<>();

  /** By job, the task accepted last. */
  private final Map<String, Digest> newest = new HashMap<>();

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
    newest.put(task.job(), task.digest());
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
    threads.train(() -> freeing(task.digest().hex(), () -> trainNow(task, job.get())));
    desk.say(
        task.kind() == Task.Kind.TRAIN ? "training" : "evaluating", task.job(), task.round() + 1);
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
    threads.upload(() -> freeing("upload " + upload.taskDigest().hex(), () -> uploadNow(upload)));
    desk.say("uploading", "", 0);
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

  /**
   * Recomputes the state that follows from a released sum, and signs it if it is the same. What
   * cannot be fetched is asked for again, with growing pauses, while the round is this job's
   * newest.
   */
  void adopt(Notice.ResultReady ready, SiteJob job, Cohort cohort) {
    if (desk.allowed(Action.RELEASE, job) && busy.add(adopting(ready.task()))) {
      tryAdopt(new Adoption(ready, job, cohort.size(), ADOPT_RETRY, ""));
    }
  }

  private void tryAdopt(Adoption adoption) {
    threads.train(() -> freeing(adopting(adoption.task()), () -> adoptNow(adoption)));
  }

  private void adoptNow(Adoption adoption) {
    Task task = adoption.task();
    try {
      Worker.Next next = worker.next(adoption.ready(), adoption.job(), adoption.cohortSize());
      threads.post(
          () -> {
            busy.remove(adopting(task));
            desk.attempt(member -> member.adopt(task.digest(), next.sum(), next.state()));
          });
    } catch (FetchFailedException | OutOfMemoryError failure) {
      String why = String.valueOf(failure.getMessage());
      threads.post(() -> adoptLater(adoption, why));
    } catch (RuntimeException failure) {
      threads.post(
          () -> {
            busy.remove(adopting(task));
            StoreTrouble.rethrow(failure);
            notTaken(task, StoreTrouble.said(failure));
          });
    }
  }

  private void adoptLater(Adoption adoption, String why) {
    if (!why.equals(adoption.lastProblem())) {
      notTaken(adoption.task(), why + ". It is tried again");
    }
    threads.postAfter(
        adoption.pause(),
        () -> {
          if (isNewest(adoption.task())) {
            tryAdopt(adoption.again(why));
          } else {
            busy.remove(adopting(adoption.task()));
          }
        });
  }

  private void notTaken(Task task, String why) {
    desk.alarm("the result of round " + (task.round() + 1) + " was not taken: " + why);
  }

  /** Nothing newer of its job was accepted, and the job has not ended. */
  private boolean isNewest(Task task) {
    return desk.isOpen(task.job())
        && newest.getOrDefault(task.job(), task.digest()).equals(task.digest());
  }

  private static String adopting(Task task) {
    return "adopt " + task.digest().hex();
  }

  /** Runs what ends by itself whatever it throws; an Error would leave its key taken for ever. */
  private void freeing(String key, Runnable work) {
    boolean ended = false;
    try {
      work.run();
      ended = true;
    } finally {
      if (!ended) {
        threads.post(() -> busy.remove(key));
      }
    }
  }
}
