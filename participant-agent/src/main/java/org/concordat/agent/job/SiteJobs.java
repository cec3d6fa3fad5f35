package org.concordat.agent.job;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.stored.Kinds;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.learning.RoundVector;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;

/** The jobs this site has answered, and its answers. Durable. */
public final class SiteJobs {

  /** A job as this site has it. The digests of its initial model are computed once. */
  public static final class SiteJob {
    private final JobSpec spec;
    private final Digest planDigest;
    private @Nullable Digest initialModel;
    private @Nullable Digest initialState;

    /**
     * @param planDigest SHA-256 of the signed spec's bytes
     */
    SiteJob(JobSpec spec, Digest planDigest) {
      this.spec = spec;
      this.planDigest = planDigest;
    }

    public JobSpec spec() {
      return spec;
    }

    public Digest planDigest() {
      return planDigest;
    }

    public int parameters() {
      return JobSpecs.parameters(spec.getModel());
    }

    public int vectorLength() {
      return RoundVector.length(parameters());
    }

    /** The initial model, drawn by this site itself. */
    public ModelState initial() {
      return InitialModel.draw(
          spec.getModel().getInputs(), JobSpecs.units(spec.getModel()), spec.getInitialSeed());
    }

    public synchronized Digest initialModel() {
      return Objects.requireNonNull(digested().initialModel);
    }

    public synchronized Digest initialState() {
      return Objects.requireNonNull(digested().initialState);
    }

    /** What a consent is to, by the signed job. */
    public JobTerms terms(List<String> members) {
      SecureAggregationPlan plan = spec.getSecureAggregation();
      return new JobTerms(
          spec.getJob(),
          initialState(),
          spec.getRounds(),
          members,
          plan.getColluders(),
          vectorLength(),
          plan.getQuantisationBits(),
          plan.getWireBits(),
          plan.getClipNormL2(),
          plan.getCoordinateBound(),
          plan.getMaxWeight());
    }

    private SiteJob digested() {
      if (initialState == null) {
        ModelState drawn = initial();
        initialModel = new Digest(drawn.modelDigest());
        initialState = new Digest(drawn.stateDigest(planDigest.bytes()));
      }
      return this;
    }
  }

  private final Entries entries;
  private final Map<String, SiteJob> jobs = new LinkedHashMap<>();
  private final Map<String, DataUse> uses = new HashMap<>();
  private final Map<String, String> withdrawals = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  public SiteJobs(Entries entries) {
    this.entries = entries;
    entries.all(Kinds.JOBS).forEach((id, spec) -> jobs.put(id, parse(spec)));
    entries.all(Kinds.DATA_USES).forEach((id, use) -> uses.put(id, DataUse.ofJson(use)));
    entries
        .all(Kinds.WITHDRAWALS)
        .forEach((id, why) -> withdrawals.put(id, new String(why, StandardCharsets.UTF_8)));
    told.addAll(entries.all(Kinds.JOBS_TOLD).keySet());
  }

  /** A job that this site consented to. */
  public Optional<SiteJob> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Whether a job that this site consented to has not ended. */
  public boolean isOpen(String id) {
    return jobs.containsKey(id);
  }

  /** The sealed answer to a spec, if it was answered before. */
  public Optional<byte[]> answer(Digest planDigest) {
    return entries.get(Kinds.JOB_ANSWERS, planDigest.hex());
  }

  /**
   * The job, if there is one, that this site consented to before and that started from the same
   * model.
   */
  public Optional<String> startedFromSameModel(SiteJob job) {
    return entries
        .get(Kinds.INITIAL_MODELS, job.initialModel().hex())
        .map(id -> new String(id, StandardCharsets.UTF_8))
        .filter(id -> !id.equals(job.spec().getJob()));
  }

  /** What a consent was about. */
  public Optional<DataUse> use(String id) {
    return Optional.ofNullable(uses.get(id));
  }

  /** Why this site's consent to a job was taken back, if it was; it stays so. */
  public Optional<String> withdrawn(String id) {
    return Optional.ofNullable(withdrawals.get(id));
  }

  /** Keeps that a consent was taken back. Durable when it returns. */
  public void withdraw(SiteJob job, String why, byte[] sealedAnswer) {
    String id = job.spec().getJob();
    entries.apply(
        List.of(
            new Entries.Put(Kinds.JOB_ANSWERS, job.planDigest().hex(), sealedAnswer),
            new Entries.Put(Kinds.WITHDRAWALS, id, why.getBytes(StandardCharsets.UTF_8))));
    withdrawals.put(id, why);
  }

  /** Whether a person approved the job here. */
  public boolean byPerson(String id) {
    return use(id).filter(use -> !use.person().isEmpty()).isPresent();
  }

  /** Whether this site's people were told of a job (obligation {@code notify}). */
  public boolean told(String id) {
    return told.contains(id);
  }

  /** Keeps that they were. Durable when it returns. */
  public void tell(String id) {
    entries.put(Kinds.JOBS_TOLD, id, new byte[0]);
    told.add(id);
  }

  /** Every earlier consent on the same data: of that name, or of files with that digest. */
  public List<DataUse> usesOf(String dataSet, Digest dataDigest) {
    return uses.values().stream()
        .filter(use -> use.dataSet().equals(dataSet) || use.dataDigest().equals(dataDigest.hex()))
        .sorted(Comparator.comparing(DataUse::job))
        .toList();
  }

  /** Keeps a refusal. Durable when it returns. */
  public void refused(SiteJob job, byte[] sealedAnswer) {
    entries.put(Kinds.JOB_ANSWERS, job.planDigest().hex(), sealedAnswer);
  }

  /**
   * Keeps a consent with what it was about. Durable when it returns.
   *
   * @param members whose updates are added up
   * @param person who decided, or empty
   */
  public void consented(
      byte[] sealedSpec,
      SiteJob job,
      byte[] sealedAnswer,
      DataSet data,
      List<String> members,
      String person) {
    String id = job.spec().getJob();
    DataUse use =
        DataUse.of(
            id,
            job.spec().getDataSet(),
            new Digest(data.digest()).hex(),
            data.reading().hex(),
            members,
            person,
            job.spec().getRounds() + 1L);
    entries.apply(
        List.of(
            new Entries.Put(Kinds.JOB_ANSWERS, job.planDigest().hex(), sealedAnswer),
            new Entries.Put(Kinds.JOBS, id, sealedSpec),
            new Entries.Put(Kinds.DATA_USES, id, use.toJson()),
            new Entries.Put(
                Kinds.INITIAL_MODELS,
                job.initialModel().hex(),
                id.getBytes(StandardCharsets.UTF_8))));
    jobs.put(id, job);
    uses.put(id, use);
  }

  /**
   * The change that notes, before this site reveals anything for a round, that the round's sum may
   * be opened; to be made durable with what reveals it, then {@link #opened}. Empty where the round
   * is noted already.
   */
  public Optional<Entries.Change> opening(String id, long round) {
    return use(id)
        .filter(use -> round > use.lastRound())
        .map(use -> new Entries.Put(Kinds.DATA_USES, id, use.opening(round).toJson()));
  }

  /** After the change of {@link #opening} is durable. */
  public void opened(String id, long round) {
    uses.computeIfPresent(id, (same, use) -> round > use.lastRound() ? use.opening(round) : use);
  }

  /** Forgets a job that has ended; the answer and what it was about stay. Durable. */
  public void ended(String id) {
    List<Entries.Change> changes = new ArrayList<>();
    changes.add(new Entries.Delete(Kinds.JOBS, id));
    changes.add(new Entries.Delete(Kinds.JOBS_TOLD, id));
    use(id)
        .ifPresent(use -> changes.add(new Entries.Put(Kinds.DATA_USES, id, use.over().toJson())));
    entries.apply(changes);
    jobs.remove(id);
    told.remove(id);
    uses.computeIfPresent(id, (same, use) -> use.over());
  }

  /** Reads a spec whose signature was checked before. */
  public static SiteJob parse(byte[] sealed) {
    try {
      Envelope envelope = Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope());
      return new SiteJob(JobSpec.parseFrom(envelope.getPayload()), Digest.sha256(sealed));
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalArgumentException("not a job's spec", malformed);
    }
  }
}
