package org.concordat.agent.approval;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.learning.RoundVector;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Digest;
import org.concordat.store.Entries;

/** The jobs this site has answered, and its answers. Durable. */
public final class SiteJobs {
  private static final String SPECS = "job-spec";
  private static final String ANSWERS = "job-answer";
  private static final String INITIAL_MODELS = "job-initial-model";

  /**
   * A job as this site has it.
   *
   * @param planDigest SHA-256 of the signed spec's bytes
   */
  public record SiteJob(JobSpec spec, Digest planDigest) {
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
  }

  private final Entries entries;
  private final Map<String, SiteJob> jobs = new LinkedHashMap<>();

  public SiteJobs(Entries entries) {
    this.entries = entries;
    entries.all(SPECS).forEach((id, spec) -> jobs.put(id, parse(spec)));
  }

  /** A job that this site consented to. */
  public Optional<SiteJob> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** The sealed answer to a spec, if it was answered before. */
  public Optional<byte[]> answer(Digest planDigest) {
    return entries.get(ANSWERS, planDigest.hex());
  }

  /**
   * The job, if there is one, that this site consented to before and that started from the same
   * model.
   */
  public Optional<String> startedFromSameModel(SiteJob job) {
    return entries
        .get(INITIAL_MODELS, new Digest(job.initial().modelDigest()).hex())
        .map(id -> new String(id, StandardCharsets.UTF_8))
        .filter(id -> !id.equals(job.spec().getJob()));
  }

  /** Keeps an answer, and the spec where consent was given. Durable when it returns. */
  public void answered(byte[] sealedSpec, SiteJob job, byte[] sealedAnswer, boolean granted) {
    List<Entries.Change> changes = new ArrayList<>();
    changes.add(new Entries.Put(ANSWERS, job.planDigest().hex(), sealedAnswer));
    if (granted) {
      String id = job.spec().getJob();
      changes.add(new Entries.Put(SPECS, id, sealedSpec));
      changes.add(
          new Entries.Put(
              INITIAL_MODELS,
              new Digest(job.initial().modelDigest()).hex(),
              id.getBytes(StandardCharsets.UTF_8)));
    }
    entries.apply(changes);
    if (granted) {
      jobs.put(job.spec().getJob(), job);
    }
  }

  /** Forgets a job that has ended; the answer stays. */
  public void ended(String id) {
    entries.apply(List.of(new Entries.Delete(SPECS, id)));
    jobs.remove(id);
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
