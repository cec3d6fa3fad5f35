package org.concordat.e2e.lies;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;

/** The table of lies. Each was a working attack, or is one that the protocol's table names. */
public final class Lies {
  /** Whom lies about one member are about. */
  public static final String VICTIM = "zurich";

  /** Of five members; the job that takes four leaves this one out. */
  public static final String OUTSIDER = "lyon";

  /** A job that has ended, of whose first model every member has been in a sum. */
  public static final String EARLIER = "honest-first";

  /** Tells the truth. */
  public static final Lie NONE =
      new Lie(
          "honest",
          "tells the truth",
          Reason.LATE,
          "",
          (desk, member, message) -> List.of(message));

  public static final List<Lie> ALL =
      List.of(
          new Lie(
              "epoch-smaller-c",
              "opens an epoch with fewer colluders than the job's",
              Reason.TERMS_MISMATCH,
              "colluders at least 1",
              (desk, member, message) -> epoch(message, cohort -> colluders(cohort, 0))),
          new Lie(
              "epoch-stranger",
              "opens an epoch with a member that is not in the job",
              Reason.TERMS_MISMATCH,
              "members",
              (desk, member, message) -> epoch(message, cohort -> with(cohort, OUTSIDER)),
              job ->
                  job.addAllMembers(List.of("boston", "budapest", "cleveland", VICTIM))
                      .getSecureAggregationBuilder()
                      .setColluders(0)),
          new Lie(
              "task-clip",
              "asks for a clip a hundred times the job's",
              Reason.TERMS_MISMATCH,
              "clip norm",
              task(t -> quantised(t, 1, 100, 1, 1))),
          new Lie(
              "task-bound",
              "asks for half the job's coordinate bound",
              Reason.TERMS_MISMATCH,
              "coordinate bound",
              task(t -> quantised(t, 1, 1, 0.5, 1))),
          new Lie(
              "task-weight",
              "asks for a largest weight ten times the job's",
              Reason.TERMS_MISMATCH,
              "largest weight",
              task(t -> quantised(t, 1, 1, 1, 10))),
          new Lie(
              "task-bits",
              "asks for half the quantisation bits",
              Reason.TERMS_MISMATCH,
              "quantisation bits",
              task(t -> quantised(t, 0.5, 1, 1, 1))),
          new Lie(
              "task-length",
              "asks for a vector one longer than the model",
              Reason.TERMS_MISMATCH,
              "vector length",
              task(
                  t ->
                      copy(
                          t,
                          t.round(),
                          t.attempt(),
                          t.token(),
                          t.kind(),
                          1,
                          false,
                          t.quantisation()))),
          new Lie(
              "evaluation-first",
              "asks for an evaluation where the job trains",
              Reason.TERMS_MISMATCH,
              "kind of round 1",
              task(
                  t ->
                      copy(
                          t,
                          t.round(),
                          t.attempt(),
                          t.token(),
                          Task.Kind.EVALUATE,
                          0,
                          false,
                          t.quantisation()))),
          new Lie(
              "model-swapped",
              "starts from another model than the job's",
              Reason.BASE_STATE_MISMATCH,
              "",
              task(
                  t ->
                      copy(
                          t,
                          t.round(),
                          t.attempt(),
                          t.token(),
                          t.kind(),
                          0,
                          true,
                          t.quantisation()))),
          new Lie(
              "token-replayed",
              "gives the second round the token of the first",
              Reason.TOKEN_BURNT,
              "",
              (desk, member, message) ->
                  message instanceof Task t && t.round() == 1
                      ? List.of(desk.first(t.job()).map(first -> token(t, first.token())).orElse(t))
                      : List.of(message)),
          new Lie(
              "retry-without-nonreveal",
              "asks for the same round again after the upload, under another token",
              Reason.RETRY_WITHOUT_NON_REVEAL,
              "",
              uploaded(
                  t ->
                      copy(
                          t,
                          t.round(),
                          t.attempt() + 1,
                          t.token() + 9,
                          t.kind(),
                          0,
                          false,
                          t.quantisation()))),
          new Lie(
              "second-sum",
              "asks for a second sum from one model, as if for the first time",
              Reason.RETRY_WITHOUT_NON_REVEAL,
              "",
              uploaded(t -> token(t, t.token() + 9))),
          new Lie(
              "model-summed-before",
              "starts another job from the model that an earlier job was summed from",
              Reason.MODEL_ALREADY_SUMMED,
              "a second sum needs a person's approval here",
              (desk, member, message) ->
                  message instanceof Task t
                      ? List.of(desk.first(EARLIER).map(first -> model(t, first)).orElse(t))
                      : List.of(message)),
          new Lie(
              "two-survivor-sets",
              "shows a second survivor set for one token",
              Reason.SECOND_SURVIVOR_SET,
              "",
              (desk, member, message) ->
                  message instanceof Survivors all
                      ? List.of(all, new Survivors(all.ref(), others(all, desk, member)))
                      : List.of(message)),
          new Lie(
              "replaced-root",
              "puts the root of y + delta into the certificate",
              Reason.WRONG_ROOT,
              "",
              (desk, member, message) ->
                  message instanceof Survivors all
                      ? replacedRoot(desk, member, all)
                      : List.of(message)),
          new Lie(
              "listed-without-upload",
              "lists a member that has not uploaded",
              Reason.WRONG_ROOT,
              "\"" + VICTIM + "\" never signed",
              Lies::listedWithoutUpload),
          new Lie(
              "second-result",
              "sends a second, slightly different result",
              Reason.SECOND_RESULT,
              "",
              (desk, member, message) ->
                  message instanceof Result r
                      ? List.of(r, result(r, r.sumRoot(), Digest.sha256(r.encode())))
                      : List.of(message)),
          new Lie(
              "forged-sum",
              "releases another sum than the uploads add up to",
              Reason.SUM_MISMATCH,
              "leaf 0 of the sum",
              (desk, member, message) ->
                  message instanceof Result r ? List.of(impossible(desk, r)) : List.of(message)),
          new Lie(
              "impossible-sum",
              "the same to members that make no spot checks: no updates within the job's terms give"
                  + " it",
              Reason.IMPOSSIBLE_SUM,
              "",
              (desk, member, message) ->
                  message instanceof Result r ? List.of(impossible(desk, r)) : List.of(message)));

  private Lies() {}

  /** The lie of that name. */
  public static Lie named(String name) {
    return ALL.stream().filter(lie -> lie.name().equals(name)).findFirst().orElse(NONE);
  }

  // --- epochs

  private static List<Message> epoch(Message message, UnaryOperator<Cohort> change) {
    return message instanceof EpochStart start
        ? List.of(
            new EpochStart(
                start.number(),
                change.apply(start.cohort()),
                start.previousEpoch(),
                start.previousManifest()))
        : List.of(message);
  }

  private static Cohort colluders(Cohort cohort, int colluders) {
    return Cohort.of(
        cohort.alliance(),
        cohort.rosterDigest(),
        cohort.policyDigest(),
        cohort.members(),
        cohort.coordinator(),
        colluders);
  }

  private static Cohort with(Cohort cohort, String stranger) {
    List<String> members = new ArrayList<>(cohort.members());
    if (!members.contains(stranger)) {
      members.add(stranger);
    }
    return Cohort.of(
        cohort.alliance(),
        cohort.rosterDigest(),
        cohort.policyDigest(),
        members,
        cohort.coordinator(),
        cohort.colluders());
  }

  // --- tasks

  private static Lie.Script task(UnaryOperator<Task> change) {
    return (desk, member, message) ->
        List.of(message instanceof Task task ? change.apply(task) : message);
  }

  /** A second task, sent when the upload is in: just before the survivor set. */
  private static Lie.Script uploaded(UnaryOperator<Task> second) {
    return (desk, member, message) ->
        message instanceof Survivors all
            ? List.of(second.apply(desk.task(all.ref())), all)
            : List.of(message);
  }

  private static Task quantised(
      Task t, double timesBits, double timesClip, double timesBound, double timesWeight) {
    Quantisation q = t.quantisation();
    return copy(
        t,
        t.round(),
        t.attempt(),
        t.token(),
        t.kind(),
        0,
        false,
        new Quantisation(
            q.wireBits(),
            (int) (q.quantBits() * timesBits),
            q.clipNormL2() * timesClip,
            q.coordinateBound() * timesBound,
            q.maxWeight() * timesWeight));
  }

  private static Task token(Task t, int token) {
    return copy(t, t.round(), t.attempt(), token, t.kind(), 0, false, t.quantisation());
  }

  /** The model of another job's task, as if this job's state were of it. */
  private static Task model(Task t, Task other) {
    return new Task(
        t.job(),
        t.round(),
        t.attempt(),
        t.epoch(),
        t.token(),
        t.kind(),
        other.modelDigest(),
        t.baseStateDigest(),
        t.policyDigest(),
        t.cohortDigest(),
        t.vectorLength(),
        t.quantisation(),
        t.earlierNonReveals());
  }

  private static Task copy(
      Task t,
      long round,
      int attempt,
      int token,
      Task.Kind kind,
      int longer,
      boolean otherModel,
      Quantisation quantisation) {
    return new Task(
        t.job(),
        round,
        attempt,
        t.epoch(),
        token % 64,
        kind,
        otherModel ? other(t.modelDigest()) : t.modelDigest(),
        otherModel ? other(t.baseStateDigest()) : t.baseStateDigest(),
        t.policyDigest(),
        t.cohortDigest(),
        t.vectorLength() + longer,
        quantisation,
        attempt == t.attempt() ? t.earlierNonReveals() : List.of());
  }

  private static Digest other(Digest digest) {
    return Digest.sha256(digest.bytes());
  }

  // --- survivors

  /** All but one other than the member that is shown it. */
  private static List<Survivors.Upload> others(Survivors all, LyingTraffic desk, String member) {
    Survivors.Upload out =
        all.uploads().stream()
            .filter(upload -> !desk.name(all.ref(), upload.index()).equals(member))
            .findFirst()
            .orElseThrow();
    return all.uploads().stream().filter(upload -> !upload.equals(out)).toList();
  }

  /**
   * Everybody but the victim is shown another root for it, and signs; then the certificate goes to
   * all, with the commitments as the members signed them.
   */
  private static List<Message> replacedRoot(LyingTraffic desk, String member, Survivors all) {
    Survivors forged = replaced(desk, all);
    desk.certify(forged);
    return member.equals(VICTIM) ? List.of() : List.of(forged);
  }

  private static Survivors replaced(LyingTraffic desk, Survivors all) {
    return new Survivors(
        all.ref(),
        all.uploads().stream()
            .map(
                upload ->
                    desk.name(all.ref(), upload.index()).equals(VICTIM)
                        ? new Survivors.Upload(upload.index(), other(upload.root()))
                        : upload)
            .toList());
  }

  /** The victim never gets the task; it is listed all the same, and shown the certificate. */
  private static List<Message> listedWithoutUpload(
      LyingTraffic desk, String member, Message message) {
    if (message instanceof Task task && member.equals(VICTIM)) {
      desk.task(task.ref());
      return List.of();
    }
    if (message instanceof Survivors all) {
      List<Survivors.Upload> uploads = new ArrayList<>(all.uploads());
      int index = desk.index(all.ref(), VICTIM);
      if (uploads.stream().noneMatch(upload -> upload.index() == index)) {
        uploads.add(new Survivors.Upload(index, other(uploads.get(0).root())));
      }
      uploads.sort(java.util.Comparator.comparingInt(Survivors.Upload::index));
      Survivors forged = new Survivors(all.ref(), uploads);
      desk.certify(forged);
      return List.of(forged);
    }
    return List.of(message);
  }

  // --- results

  private static Result result(Result r, Digest sumRoot, Digest next) {
    return new Result(
        r.task(), r.survivorsDigest(), sumRoot, r.selfSeeds(), r.usedShares(), next, r.sums());
  }

  /** One word is far outside of what the survivors' largest updates could add up to. */
  private static Result impossible(LyingTraffic desk, Result r) {
    Task task = Task.ofCore(r.task().toArray());
    int[] sum = new int[task.elements()];
    sum[0] = 20 * task.quantisation().levels();
    sum[sum.length - 1] = task.quantisation().levels();
    Digest root = MerkleRoot.ofWords(sum);
    desk.forge(root, sum);
    return result(r, root, r.nextStateDigest());
  }

  static Bytes payload(Survivors survivors) {
    return Bytes.of(survivors.encode());
  }
}
