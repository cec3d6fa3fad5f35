package org.concordat.coordinator.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.concordat.coordinator.combine.Combiner;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.learning.ModelState;
import org.concordat.learning.RoundVector;
import org.concordat.learning.ServerSgd;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.cohorts.CohortSums;
import org.concordat.secureagg.kernel.ImpossibleSumException;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.kernel.SumBounds;
import org.concordat.secureagg.kernel.WeightedMean;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.jspecify.annotations.Nullable;

/** The long computation of a round, on a worker: the sum, and the model that follows from it. */
public final class RoundWork {
  /** What the names of sums begin with. */
  public static final String SUM = "sum-";

  /** Metrics whose rounding error is larger are not told: they would look like facts. */
  private static final double MAX_METRICS_ERROR = 0.02;

  private final Uploads uploads;
  private final Blobs blobs;
  private final int threads;

  /** The model of the round before, most likely the next one's base. */
  private volatile @Nullable ModelState latest;

  public RoundWork(Uploads uploads, Blobs blobs, int threads) {
    this.uploads = uploads;
    this.blobs = blobs;
    this.threads = threads;
  }

  /**
   * Computes what a round in phase Applying leads to. The sum and the next model are durable when
   * it returns; for one cohort of several it computes the sum alone.
   */
  public RoundMessage apply(Round round, Job job) {
    try {
      return applied(round, job);
    } catch (Refusal refusal) {
      return new RoundMessage.CannotApply(String.valueOf(refusal.getMessage()));
    } catch (NoWeightException noWeight) {
      return new RoundMessage.CannotApply("no member brought any weight: " + noWeight.getMessage());
    } catch (UnmovedModelException unmoved) {
      return new RoundMessage.CannotApply(String.valueOf(unmoved.getMessage()));
    } catch (ImpossibleSumException impossible) {
      return new RoundMessage.CannotApply(impossible(impossible, round.regions()));
    } catch (IOException | IllegalArgumentException failure) {
      return new RoundMessage.CannotApply("the sum cannot be computed: " + failure.getMessage());
    }
  }

  private RoundMessage applied(Round round, Job job) throws Refusal, IOException {
    Task task = round.task();
    int[] sum = sum(round);
    new SumBounds(task.quantisation(), round.cohortSize(), round.server().survivors().size())
        .check(sum); // before anything of it is kept, or told
    Digest root = MerkleRoot.ofWords(sum);
    if (round.cohort() > 0) {
      blobs.putNamed(sumName(root), encode(sum));
      return new RoundMessage.Summed(root);
    }
    Next next =
        next(
            task,
            job,
            new Quantiser(task.quantisation(), round.cohortSize()).mean(sum),
            round.server().survivors().size());
    store(root, sum, next); // only now: where it cannot go on there is no sum
    return next.message(root, List.of());
  }

  /**
   * What all cohorts' sums of a round lead to, the same for each of them: {@link
   * RoundMessage.Applied#withSum} makes it one cohort's.
   *
   * @param cohorts all of the round's, in order, each with its sum on disk
   */
  public RoundMessage applyAll(List<Round> cohorts, Job job) {
    try {
      Task task = cohorts.get(0).task();
      CohortSums sums = new CohortSums(task.quantisation(), task.elements());
      List<CohortSum> list = new ArrayList<>();
      for (Round cohort : cohorts) {
        Digest root = cohort.cohortSum().orElseThrow();
        sums.add(new CohortSums.Sum(stored(root), cohort.cohortSize()));
        list.add(new CohortSum(cohort.task().cohortDigest(), cohort.cohortSize(), root));
      }
      int survivors = cohorts.stream().mapToInt(one -> one.server().survivors().size()).sum();
      Next next = next(task, job, sums.mean(), survivors);
      next.store();
      return next.message(list.get(0).sumRoot(), list);
    } catch (NoWeightException noWeight) {
      return new RoundMessage.CannotApply("no member brought any weight: " + noWeight.getMessage());
    } catch (UnmovedModelException unmoved) {
      return new RoundMessage.CannotApply(String.valueOf(unmoved.getMessage()));
    } catch (IllegalArgumentException failure) {
      return new RoundMessage.CannotApply("the sums cannot be added: " + failure.getMessage());
    }
  }

  private int[] stored(Digest root) {
    int[] sum =
        Ring.fromBytes(
            blobs
                .openNamed(sumName(root))
                .orElseThrow(() -> new IllegalArgumentException("sum " + root + " is missing"))
                .all());
    if (!MerkleRoot.ofWords(sum).equals(root)) {
      throw new IllegalArgumentException("sum " + root + " on the disk is another one");
    }
    return sum;
  }

  private int[] sum(Round round) throws Refusal, IOException {
    Task task = round.task();
    List<MaskTerm> masks = round.server().unmaskingInput();
    List<Path> files = new ArrayList<>();
    round.server().uploads().entrySet().stream()
        .filter(upload -> round.server().survivors().contains(upload.getKey()))
        .filter(upload -> round.regions().aggregatorOf(upload.getKey()).isEmpty())
        .map(upload -> uploads.file(upload.getKey(), task.digest(), upload.getValue()))
        .forEach(files::add);
    round
        .regions()
        .partials()
        .forEach((region, sum) -> files.add(uploads.file(region, task.digest(), sum.root())));
    return Combiner.sum(task, files, masks, threads);
  }

  private void store(Digest root, int[] sum, Next next) {
    boolean anotherRounds = Files.exists(blobs.namedPath(sumName(root)));
    boolean stored = false;
    try {
      Meanwhile.both("sum-writer", () -> blobs.putNamed(sumName(root), encode(sum)), next::store);
      stored = true;
    } finally {
      if (!stored && !anotherRounds) {
        blobs.erase(sumName(root));
      }
    }
  }

  /**
   * Expected error of the accuracy from quantisation, which metrics pass too: they use half the
   * coordinate bound, and the sum of the rounding errors is divided by that of the weights.
   */
  private static double metricsError(Quantisation quantisation, int survivors, double weight) {
    double full = weight / quantisation.maxWeight();
    return 2 * Math.sqrt(survivors / 6.0) / (quantisation.levels() * full);
  }

  private Next next(Task task, Job job, WeightedMean mean, int survivors) {
    RoundVector.Mean parts = RoundVector.split(mean.mean(), task.quantisation().coordinateBound());
    ModelState base = base(job);
    ModelState state =
        task.kind() == Task.Kind.TRAIN
            ? new ServerSgd(job.spec().getServerLearningRate()).next(base, parts.update())
            : base;
    if (task.kind() == Task.Kind.TRAIN && Arrays.equals(state.modelDigest(), base.modelDigest())) {
      throw new UnmovedModelException(unmoved(task.quantisation()));
    }
    Digest digest = new Digest(state.stateDigest(job.planDigest().bytes()));
    return new Next(
        state,
        digest,
        parts,
        mean.totalWeight(),
        metricsError(task.quantisation(), survivors, mean.totalWeight()));
  }

  /** Whose update it was, the masks hide from everybody. */
  private static String impossible(ImpossibleSumException sum, Regions regions) {
    String partials =
        regions.partials().isEmpty()
            ? ""
            : ", or a partial sum of "
                + String.join(", ", regions.partials().keySet())
                + " is not what its members sent";
    return "no updates within the job's terms give this sum: "
        + sum.getMessage()
        + ". A member sent something else, or members were shown different tasks"
        + partials
        + "; nobody can be named, and the model stays as it was. Next: submit a new job, with fewer members to"
        + " find out which";
  }

  /** The sum changes nothing: the job ends by name. */
  private static final class UnmovedModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmovedModelException(String message) {
      super(message);
    }
  }

  /** Members never add a second sum to one model: the next round would wait for good. */
  private static String unmoved(Quantisation quantisation) {
    return String.format(
        Locale.ROOT,
        "the sum left the model as it was. One quantisation step is %.3g, an update is at most %.3g"
            + " long (clip-norm-l2), each value at most %.3g (coordinate-bound): with %d"
            + " quantisation bits, changes much smaller than a step are lost. Next: submit a new job"
            + " with a smaller coordinate-bound, a smaller max-weight or more quantisation bits; if"
            + " training itself changes nothing, look at learning-rate",
        quantisation.step(),
        quantisation.clipNormL2(),
        quantisation.coordinateBound(),
        quantisation.quantBits());
  }

  /** What follows from a round's sum, in memory until it is stored. */
  private final class Next {
    private final ModelState state;
    private final Digest stateDigest;
    private final RoundVector.Mean mean;
    private final double totalWeight;
    private final double metricsError;

    Next(
        ModelState state,
        Digest stateDigest,
        RoundVector.Mean mean,
        double totalWeight,
        double metricsError) {
      this.state = state;
      this.stateDigest = stateDigest;
      this.mean = mean;
      this.totalWeight = totalWeight;
      this.metricsError = metricsError;
    }

    /** The model is durable when this returns. */
    void store() {
      blobs.put(model().hex(), state.encode());
      latest = state;
    }

    private Digest model() {
      return new Digest(state.modelDigest());
    }

    RoundMessage.Applied message(Digest sumRoot, List<CohortSum> cohorts) {
      return new RoundMessage.Applied(
          sumRoot,
          model(),
          stateDigest,
          metricsError > MAX_METRICS_ERROR ? Double.NaN : Math.max(0, mean.loss()),
          metricsError > MAX_METRICS_ERROR ? Double.NaN : Math.max(0, Math.min(1, mean.accuracy())),
          totalWeight,
          cohorts);
    }
  }

  private ModelState base(Job job) {
    Digest digest = new Digest(job.record().getModel().toByteArray());
    ModelState known = latest;
    if (known != null && new Digest(known.modelDigest()).equals(digest)) {
      return known;
    }
    byte[] content =
        blobs
            .get(digest.hex())
            .orElseThrow(
                () ->
                    new IllegalArgumentException("the base model " + digest.hex() + " is missing"));
    return ModelState.decode(content, job.parameters());
  }

  /** The name under which a published sum is kept. */
  public static String sumName(Digest root) {
    return SUM + root.hex();
  }

  /** A sum as it travels: 32-bit little-endian words, the weight last. */
  static byte[] encode(int[] sum) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(4, sum.length)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(sum);
    return buffer.array();
  }
}
