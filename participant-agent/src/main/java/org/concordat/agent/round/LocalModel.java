package org.concordat.agent.round;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.data.DataSets.DataChangedException;
import org.concordat.agent.job.DataUse;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.train.LocalTrainer;
import org.concordat.agent.train.Trained;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.learning.ModelState;
import org.concordat.learning.RoundVector;
import org.concordat.learning.ServerSgd;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.cohorts.CohortSums;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.WeightedMean;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.step.Notice;
import org.jspecify.annotations.Nullable;

/**
 * The model of the job in hand, at this site: trained for a task, and taken to the next state by a
 * released sum. Both take long, and run on one thread of their own; the trainer of the job is kept
 * over its rounds.
 */
public final class LocalModel implements AutoCloseable {
  /**
   * An update ready to be protected.
   *
   * @param weight this site's training rows, at most the job's max-weight
   * @param clipped whether the update was longer than the job's clip norm leaves room for
   */
  record Update(double[] vector, double weight, boolean clipped) {}

  /** The trainer that is kept, and the job that it was started for. */
  private record Running(String job, LocalTrainer trainer) {}

  /** The sum as fetched, and the state that this site computes from it. */
  record Next(int[] sum, Digest state) {}

  private final DataSets dataSets;
  private final LocalTrainer.Starter trainers;
  private final Fetcher fetcher;
  private final SpotCheck spotCheck;
  private @Nullable ModelState latest;
  private volatile @Nullable Running trainer;
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

  public LocalModel(
      DataSets dataSets, LocalTrainer.Starter trainers, Fetcher fetcher, SpotCheck spotCheck) {
    this.dataSets = dataSets;
    this.trainers = trainers;
    this.fetcher = fetcher;
    this.spotCheck = spotCheck;
  }

  /**
   * Starts the trainer of a job that was consented to, unless one runs: the first round need not
   * wait for it then.
   */
  void prepare(SiteJob job, DataUse use) throws TrainerFailedException, DataChangedException {
    if (trainer == null) {
      trainer(job, consented(use));
    }
  }

  private DataSet consented(DataUse use) throws DataChangedException {
    return dataSets.consented(use.dataSet(), Digest.ofHex(use.dataDigest()), use.reading());
  }

  /**
   * Trains, or only evaluates, from the task's model, as the job that was consented to says.
   *
   * @throws DataChangedException if the data is not what was consented to
   */
  Update train(Task task, SiteJob job, DataUse use)
      throws TrainerFailedException, FetchFailedException, DataChangedException {
    DataSet data = consented(use);
    ModelState base = base(task, job);
    boolean train = task.kind() == Task.Kind.TRAIN;
    Duration limit = Duration.ofSeconds(job.spec().getDeadlineSeconds());
    Trained trained;
    try {
      trained = trainer(job, data).work(task.round(), base, train, limit);
    } catch (TrainerFailedException failure) {
      close();
      throw failure;
    }
    SecureAggregationPlan plan = job.spec().getSecureAggregation();
    double clip = plan.getClipNormL2();
    double bound = plan.getCoordinateBound();
    double weight = Math.min(trained.trainRows(), plan.getMaxWeight());
    if (!train) {
      double[] scores =
          RoundVector.ofEvaluation(base.size(), trained.loss(), trained.accuracy(), clip, bound);
      return new Update(scores, weight, false);
    }
    RoundVector.Trained bounded =
        RoundVector.ofTraining(
            base, trained.parameters(), trained.loss(), trained.accuracy(), clip, bound);
    return new Update(bounded.vector(), weight, bounded.clipped());
  }

  /** Fetches a released sum, spot-checks it and recomputes the state that follows from it. */
  Next next(Notice.ResultReady ready, SiteJob job, Cohort cohort, boolean byPerson)
      throws FetchFailedException {
    Task task = ready.task();
    Result result = ready.result();
    int[] sum = fetcher.sum(result.sumRoot(), task.elements());
    spotCheck.check(ready, job, cohort, byPerson, sum);
    WeightedMean mean =
        result.sums().isEmpty()
            ? new Quantiser(task.quantisation(), cohort.size()).mean(sum)
            : meanOfAll(task, result, sum);
    ModelState from = base(task, job);
    ModelState next =
        task.kind() == Task.Kind.TRAIN
            ? new ServerSgd(job.spec().getServerLearningRate())
                .next(
                    from,
                    RoundVector.split(mean.mean(), task.quantisation().coordinateBound()).update())
            : from;
    latest = next;
    return new Next(sum, new Digest(next.stateDigest(job.planDigest().bytes())));
  }

  /** Over every cohort, in their order; the other cohorts' sums have the roots that are listed. */
  private WeightedMean meanOfAll(Task task, Result result, int[] own) throws FetchFailedException {
    CohortSums sums = new CohortSums(task.quantisation(), task.elements());
    for (CohortSum listed : result.sums()) {
      boolean ours = listed.cohortDigest().equals(task.cohortDigest());
      int[] words = ours ? own : fetcher.sum(listed.sumRoot(), task.elements());
      if (!MerkleRoot.ofWords(words).equals(listed.sumRoot())) {
        throw new FetchFailedException(
            "a cohort's sum does not have the root that the result lists: "
                + listed.sumRoot().shortHex());
      }
      sums.add(new CohortSums.Sum(words, listed.members()));
    }
    return sums.mean();
  }

  /**
   * The task's model: this site's own, else the coordinator's bytes, checked against the digest in
   * the task.
   */
  private ModelState base(Task task, SiteJob job) throws FetchFailedException {
    ModelState known = latest;
    ModelState state =
        known != null && new Digest(known.modelDigest()).equals(task.modelDigest())
            ? known
            : load(task, job);
    if (!new Digest(state.stateDigest(job.planDigest().bytes())).equals(task.baseStateDigest())) {
      throw new IllegalArgumentException(
          ("model %s does not belong to the base state %s that the task names: the"
                  + " coordinator contradicts itself")
              .formatted(task.modelDigest().shortHex(), task.baseStateDigest().shortHex()));
    }
    latest = state;
    return state;
  }

  private ModelState load(Task task, SiteJob job) throws FetchFailedException {
    if (job.initialModel().equals(task.modelDigest())) {
      return job.initial();
    }
    return ModelState.decode(
        fetcher.model(task.modelDigest(), 8L * job.parameters()), job.parameters());
  }

  private LocalTrainer trainer(SiteJob job, DataSet data) throws TrainerFailedException {
    String id = job.spec().getJob();
    Running running = trainer;
    if (running == null || !running.trainer().isAlive() || !running.job().equals(id)) {
      close();
      requireConsent(id);
      running = new Running(id, trainers.start(job.spec(), data));
      trainer = running;
    }
    requireConsent(id); // after it can be seen by whoever withdraws: one of both ends it
    return running.trainer();
  }

  private void requireConsent(String job) throws TrainerFailedException {
    if (withdrawn.contains(job)) {
      close();
      throw new TrainerFailedException(
          TrainerFailedException.Reason.REFUSED, "the consent was taken back");
    }
  }

  /**
   * A consent was taken back: a trainer that works for the job is killed, and none is started again
   * until this program is. On any thread, without waiting; {@link #train} fails then.
   */
  void withdrawn(String job) {
    withdrawn.add(job);
    Running running = trainer;
    if (running != null && running.job().equals(job)) {
      running.trainer().kill();
    }
  }

  /** Ends the trainer, if one runs. */
  @Override
  public void close() {
    Running running = trainer;
    trainer = null;
    if (running != null) {
      running.trainer().close();
    }
  }
}
