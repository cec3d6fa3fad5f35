package org.concordat.agent;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.agent.approval.DataUse;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SumFacts;
import org.concordat.agent.data.DataSets.DataChangedException;
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
  private static final Duration UPLOAD_RETRY = Duration.ofMillis(500);

  /** Bytes of a reason in a {@code Decline}. */
  private static final int MAX_REASON_BYTES = 200;

  private static final String NO_MEMORY =
      "this site's agent is out of memory: give it a larger heap (CONCORDAT_HEAP)";

  private static final String RESULT_NOT_TAKEN = "RESULT_NOT_TAKEN";

  private static final Duration ADOPT_RETRY = Duration.ofSeconds(2);
  private static final Duration ADOPT_RETRY_MOST = Duration.ofSeconds(30);

  /**
   * A result to take.
   *
   * @param pause before it is tried again
   * @param lastProblem of the try before, or empty: the same is said once
   */
  private record Adoption(
      Notice.ResultReady ready,
      SiteJob job,
      Cohort cohort,
      boolean byPerson,
      Duration pause,
      String lastProblem) {
    Task task() {
      return ready.task();
    }

    /** Whether pauses have grown as long as they get. */
    boolean lasts() {
      return pause.equals(ADOPT_RETRY_MOST);
    }

    Adoption again(String problem) {
      Duration doubled = pause.multipliedBy(2);
      Duration longer = doubled.compareTo(ADOPT_RETRY_MOST) > 0 ? ADOPT_RETRY_MOST : doubled;
      return new Adoption(ready, job, cohort, byPerson, longer, problem);
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
  void train(Task task, Cohort cohort) {
    newest.put(task.job(), task.digest());
    Optional<SiteJob> job = desk.job(task.job());
    Optional<DataUse> use = desk.use(task.job());
    if (job.isEmpty() || use.isEmpty()) {
      giveUp(task, "this site has not consented to the job");
      return;
    }
    SumFacts sum = SumFacts.of(cohort);
    Action action = task.kind() == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE;
    String denial = desk.denial(job.get(), sum, Action.DISPATCH, action);
    if (!denial.isEmpty()) {
      giveUp(task, denial);
      return;
    }
    if (!busy.add(task.digest().hex())) {
      return;
    }
    threads.train(
        () -> freeing(task.digest().hex(), () -> trainNow(task, job.get(), use.get(), sum)));
    desk.say(
        task.kind() == Task.Kind.TRAIN ? "training" : "evaluating", task.job(), task.round() + 1);
  }

  private void trainNow(Task task, SiteJob job, DataUse use, SumFacts sum) {
    try {
      Worker.Update update = worker.work(task, job, use);
      threads.post(() -> trained(task, job, sum, update));
    } catch (TrainerFailedException failure) {
      threads.post(() -> notTrained(task, String.valueOf(failure.getMessage()), failure.what()));
    } catch (DataChangedException | FetchFailedException failure) {
      String why = String.valueOf(failure.getMessage());
      threads.post(() -> notTrained(task, why, why));
    } catch (OutOfMemoryError full) {
      threads.post(() -> notTrained(task, NO_MEMORY, NO_MEMORY));
    } catch (RuntimeException failure) {
      threads.post(
          () -> {
            busy.remove(task.digest().hex());
            StoreTrouble.rethrow(failure);
            String why = StoreTrouble.said(failure);
            notTrained(task, why, why);
          });
    }
  }

  /**
   * @param why for this site's own people, may hold what a trainer printed
   * @param told to the operator
   */
  private void notTrained(Task task, String why, String told) {
    busy.remove(task.digest().hex());
    desk.alarm("round " + (task.round() + 1) + " was not trained: " + why);
    giveUp(task, told);
    desk.say("idle", "", 0);
  }

  private void trained(Task task, SiteJob job, SumFacts sum, Worker.Update update) {
    busy.remove(task.digest().hex());
    crashPoint.accept("trained");
    String denial = desk.denial(job, sum, Action.SUBMIT);
    if (!denial.isEmpty()) {
      giveUp(task, denial);
      return;
    }
    desk.attempt(member -> member.protect(task.digest(), update.vector(), update.weight()));
    desk.clipping(task, update.clipped());
  }

  /** The reason goes to the operator: it must fit a message of the protocol. */
  private void giveUp(Task task, String why) {
    String reason = cut(why, MAX_REASON_BYTES);
    desk.attempt(member -> member.giveUp(task.digest(), reason));
  }

  /** The first characters that fit so many bytes of UTF-8, on one line. */
  static String cut(String text, int mostBytes) {
    String line = text.replaceAll("\\s*[\\p{Cntrl}]+\\s*", " ").strip();
    if (line.getBytes(StandardCharsets.UTF_8).length <= mostBytes) {
      return line;
    }
    int end = line.length();
    while (line.substring(0, end).getBytes(StandardCharsets.UTF_8).length + 3 > mostBytes) {
      end--;
    }
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  /** Ends the trainer of a job that is over, once it has finished what it does. */
  void endTrainer() {
    threads.train(worker::close);
  }

  // --- uploading

  /**
   * Sends a masked vector until the coordinator has all of it or refuses it. Without a session it
   * is not begun: the coordinator tells the task again in the next one.
   */
  void upload(Upload upload) {
    if (!desk.isWelcome() || !busy.add(uploading(upload))) {
      return;
    }
    begin(upload, desk.store());
    desk.say("uploading", "", 0);
  }

  private void begin(Upload upload, ByteString store) {
    threads.upload(() -> freeing(uploading(upload), () -> uploadNow(upload, store)));
  }

  private static String uploading(Upload upload) {
    return "upload " + upload.taskDigest().hex();
  }

  private void uploadNow(Upload upload, ByteString store) {
    String problem = "";
    try {
      byte[] content = Files.readAllBytes(blobs.namedPath(MemberSteps.blobName(upload.blobKey())));
      if (!uploader.send(content, upload.sealedCommitment().toArray())) {
        threads.postAfter(UPLOAD_RETRY, () -> again(upload, store));
        return;
      }
    } catch (Uploader.RefusedException | IOException | RuntimeException refused) {
      problem = StoreTrouble.said(refused);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    }
    String outcome = problem;
    threads.post(() -> uploaded(upload, outcome));
  }

  /** Unless there is no session, or another store: then it is begun anew, or never. */
  private void again(Upload upload, ByteString store) {
    if (desk.isWelcome() && desk.store().equals(store)) {
      begin(upload, store);
    } else {
      busy.remove(uploading(upload));
    }
  }

  private void uploaded(Upload upload, String problem) {
    busy.remove(uploading(upload));
    desk.say("idle", "", 0);
    if (problem.isEmpty()) {
      desk.worksAgain();
    } else {
      desk.alarm("an upload was refused: " + problem);
    }
  }

  // --- the next model

  /**
   * Recomputes the state that follows from a released sum, and signs it if it is the same. What
   * cannot be fetched is asked for again, with growing pauses, while the round is this job's
   * newest.
   */
  void adopt(Notice.ResultReady ready, SiteJob job, Cohort cohort) {
    SumFacts sum = SumFacts.of(cohort, ready.result().selfSeeds().size());
    String denial = desk.denial(job, sum, Action.RELEASE);
    if (!denial.isEmpty()) {
      desk.notActed(ready.task().ref(), "POLICY_DENIED", denial);
    } else if (busy.add(adopting(ready.task()))) {
      boolean byPerson =
          desk.use(job.spec().getJob()).filter(use -> !use.person().isEmpty()).isPresent();
      tryAdopt(new Adoption(ready, job, cohort, byPerson, ADOPT_RETRY, ""));
    }
  }

  private void tryAdopt(Adoption adoption) {
    threads.train(() -> freeing(adopting(adoption.task()), () -> adoptNow(adoption)));
  }

  private void adoptNow(Adoption adoption) {
    Task task = adoption.task();
    try {
      Worker.Next next =
          worker.next(adoption.ready(), adoption.job(), adoption.cohort(), adoption.byPerson());
      threads.post(
          () -> {
            busy.remove(adopting(task));
            desk.adopt(task, next);
          });
    } catch (FetchFailedException failure) {
      String why = String.valueOf(failure.getMessage());
      threads.post(() -> adoptLater(adoption, why));
    } catch (OutOfMemoryError full) {
      threads.post(() -> adoptLater(adoption, NO_MEMORY));
    } catch (RuntimeException failure) {
      threads.post(
          () -> {
            busy.remove(adopting(task));
            StoreTrouble.rethrow(failure);
            notTaken(task, StoreTrouble.said(failure));
            desk.notActed(task.ref(), RESULT_NOT_TAKEN, StoreTrouble.said(failure));
          });
    }
  }

  /** The operator hears of it once it has lasted: a line that is down for a moment is no reason. */
  private void adoptLater(Adoption adoption, String why) {
    if (!why.equals(adoption.lastProblem())) {
      notTaken(adoption.task(), why + ". It is tried again");
    }
    if (adoption.lasts()) {
      desk.notActed(adoption.task().ref(), RESULT_NOT_TAKEN, why, true);
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
