package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.cohorts.member.AllianceAgreeing;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.ImpossibleSumException;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.SumBounds;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/** The messages Result and Checkpoint, and the member's own recomputation. */
final class Agreeing {
  private Agreeing() {}

  /**
   * One Result per (job, round); its seeds must be those committed to in the deposits of the
   * certified survivors.
   */
  static void onResult(Participant me, Transaction tx, String sender, Result result)
      throws Refusal {
    Task task = result.parsedTask();
    TokenRef ref = task.ref();
    Manifest manifest = Voiding.manifest(tx, sender, ref.epoch());
    me.requireCoordinator(sender, manifest.cohort());
    Stores.requirePinned(me, tx, sender, manifest);
    Optional<Tokens> found = Tokens.find(tx, ref.epoch(), ref.token());
    Optional<byte[]> before = tx.get(Key.result(ref.job(), ref.round()));
    if (before.isPresent()) {
      require(
          new Digest(before.get()).equals(result.digest()),
          Reason.SECOND_RESULT,
          sender,
          "a second, different result of job %s round %d",
          ref.job(),
          ref.round() + 1);
      repeat(tx, found.orElseThrow(), result);
      return;
    }
    require(
        found.isPresent()
            && found.get().ref().equals(ref)
            && tx.get(found.get().key(Tokens.CERTIFIED_DIGEST))
                .map(digest -> new Digest(digest).equals(result.survivorsDigest()))
                .orElse(false),
        Reason.CERTIFICATE_MISSING,
        sender,
        "no certificate for survivors %s of %s seen",
        result.survivorsDigest().shortHex(),
        ref.describe());
    Tokens token = found.orElseThrow();
    TokenSecrets secrets = token.needSecrets(sender);
    checkSeeds(tx, sender, manifest, token, secrets, result);
    checkBase(tx, sender, task);
    AllianceAgreeing.checkSums(me, tx, sender, manifest.cohort(), result);
    tx.put(Key.result(ref.job(), ref.round()), result.digest().bytes());
    tx.put(token.key(Tokens.RESULT), result.encode());
    ready(tx, token, result);
  }

  private static void ready(Transaction tx, Tokens token, Result result) {
    Survivors survivors = Survivors.decode(tx.need(token.key(Tokens.CERTIFIED)));
    tx.notice(
        new Notice.ResultReady(
            result.parsedTask(),
            result,
            VerifiedRound.takenPartIn(token.manifest(), survivors, result)));
  }

  private static void repeat(Transaction tx, Tokens token, Result result) {
    if (token.has(Tokens.STATE_SIGNATURE)) {
      tx.sendAgain(token.key(Tokens.STATE_SIGNATURE));
    } else if (token.has(Tokens.RESULT)) {
      ready(tx, token, result);
    }
  }

  private static void checkSeeds(
      Transaction tx,
      String sender,
      Manifest manifest,
      Tokens token,
      TokenSecrets secrets,
      Result result)
      throws Refusal {
    List<Integer> survivors = Survivors.decode(tx.need(token.key(Tokens.CERTIFIED))).indices();
    require(
        survivors.size() == result.selfSeeds().size(),
        Reason.BAD_SEED,
        sender,
        "%d seeds for %d survivors",
        result.selfSeeds().size(),
        survivors.size());
    require(
        manifest.indices().containsAll(result.usedShares())
            && result.usedShares().size() >= manifest.cohort().threshold(),
        Reason.BAD_QUORUM,
        sender,
        "shares of %s were used, at least %d participants needed",
        result.usedShares(),
        manifest.cohort().threshold());
    for (int i = 0; i < survivors.size(); i++) {
      int index = survivors.get(i);
      Digest hash =
          Commitments.ofSecret(
              token.ref().epoch(),
              index,
              token.ref().token(),
              Commitments.Secret.SEED,
              result.selfSeeds().get(i).toArray());
      TokenSecrets.Peer peer = Objects.requireNonNull(secrets.peers().get(index));
      require(
          peer.seedHash().equals(hash),
          Reason.BAD_SEED,
          sender,
          "the seed of \"%s\" is not the one it deposited",
          manifest.cohort().members().get(index));
    }
  }

  private static void checkBase(Transaction tx, String sender, Task task) throws Refusal {
    JobState state = JobState.of(tx, sender, task.job());
    require(
        state.round() == task.round() - 1 && state.digest().equals(task.baseStateDigest()),
        Reason.BASE_STATE_MISMATCH,
        sender,
        "a result of round %d from state %s; after round %d I have %s",
        task.round() + 1,
        task.baseStateDigest().shortHex(),
        state.round() + 1,
        state.digest().shortHex());
  }

  static void adopt(
      Participant me, Transaction tx, Digest taskDigest, int[] sum, Digest nextStateRecomputed)
      throws Refusal {
    Tokens token = Tokens.ofTask(tx, me.self(), taskDigest);
    if (token.has(Tokens.STATE_SIGNATURE)) {
      tx.sendAgain(token.key(Tokens.STATE_SIGNATURE));
      return;
    }
    JobState state = JobState.of(tx, me.self(), token.ref().job());
    if (state.round() >= token.ref().round()) {
      compareWithCertified(me, token, state, nextStateRecomputed);
      return;
    }
    Optional<byte[]> stored = tx.get(token.key(Tokens.RESULT));
    require(
        stored.isPresent(),
        Reason.WRONG_STEP,
        me.self(),
        "no result of %s seen yet",
        token.ref().describe());
    Result result = Result.decode(stored.orElseThrow());
    checkSum(result, token.manifest().cohort(), sum);
    require(
        nextStateRecomputed.equals(result.nextStateDigest()),
        Reason.STATE_MISMATCH,
        token.manifest().cohort().coordinator(),
        "the sum of %s leads to state %s, announced was %s",
        token.ref().describe(),
        nextStateRecomputed.shortHex(),
        result.nextStateDigest().shortHex());
    new JobState(token.ref().round(), nextStateRecomputed).put(tx, token.ref().job());
    Pruning.forgetResults(tx, token.ref().job(), token.ref().round());
    if (!result.sums().isEmpty()) {
      tx.put(Key.uncertified(token.ref().job()), Participant.number(token.ref().round()));
    }
    tx.notice(
        new Notice.StateAdopted(
            token.ref().job(), token.ref().round(), nextStateRecomputed, false));
    tx.sendOnce(
        me,
        token.key(Tokens.STATE_SIGNATURE),
        new StateSignature(token.ref(), result.digest(), nextStateRecomputed, result.sumsDigest()));
    token.close();
  }

  private static void checkSum(Result result, Cohort cohort, int[] sum) throws Refusal {
    Task task = result.parsedTask();
    String coordinator = cohort.coordinator();
    require(
        sum.length == task.elements(),
        Reason.SUM_MISMATCH,
        coordinator,
        "a sum of %d words, %d due",
        sum.length,
        task.elements());
    Digest root = MerkleRoot.ofWords(sum);
    require(
        root.equals(result.sumRoot()),
        Reason.SUM_MISMATCH,
        coordinator,
        "the sum's root is %s, announced was %s",
        root.shortHex(),
        result.sumRoot().shortHex());
    try {
      new SumBounds(task.quantisation(), cohort.size(), result.selfSeeds().size()).check(sum);
    } catch (ImpossibleSumException | NoWeightException impossible) {
      throw new Refusal(
          Reason.IMPOSSIBLE_SUM,
          cohort.coordinator(),
          "it released an impossible sum: " + impossible.getMessage());
    }
  }

  /**
   * A checkpoint came first: nothing left to sign, but a different own computation is still an
   * error to report.
   */
  private static void compareWithCertified(
      Participant me, Tokens token, JobState state, Digest recomputed) throws Refusal {
    require(
        state.round() > token.ref().round() || state.digest().equals(recomputed),
        Reason.STATE_MISMATCH,
        me.self(),
        "my computation of %s gives %s, the certified state is %s",
        token.ref().describe(),
        recomputed.shortHex(),
        state.digest().shortHex());
  }

  /** T signatures of one state: taken over one's own, with an alarm where they differ. */
  static void onCheckpoint(Participant me, Transaction tx, String sender, Checkpoint checkpoint)
      throws Refusal {
    TokenRef ref = checkpoint.ref();
    Manifest manifest = Voiding.manifest(tx, sender, ref.epoch());
    me.requireCoordinator(sender, manifest.cohort());
    JobState state = JobState.of(tx, sender, ref.job());
    require(
        AllianceAgreeing.several(me, tx, sender, manifest.cohort()).isEmpty(),
        Reason.NOT_ALL_COHORTS,
        sender,
        "the state after %s is signed by one cohort only",
        ref.describe());
    Map<String, StateSignature> signed =
        Inbox.quorum(
            me.notary().under(manifest.cohort().rosterDigest()),
            sender,
            checkpoint.signatures(),
            StateSignature.class,
            manifest::pins,
            signature ->
                signature.ref().equals(ref)
                    && signature.stateDigest().equals(checkpoint.stateDigest()),
            manifest.cohort().threshold());
    require(
        signed.values().stream().map(StateSignature::resultDigest).distinct().count() == 1,
        Reason.BAD_QUORUM,
        sender,
        "the signatures are about different results");
    take(tx, ref.job(), ref.round(), checkpoint.stateDigest(), state);
  }

  /** T signatures of every cohort: the next round may start from this state. */
  static void onCheckpoint(
      Participant me, Transaction tx, String sender, AllianceCheckpoint checkpoint) throws Refusal {
    String job = checkpoint.job();
    JobState state = JobState.of(tx, sender, job);
    AllianceAgreeing.checkState(me, tx, sender, checkpoint);
    take(tx, job, checkpoint.round(), checkpoint.stateDigest(), state);
    Optional<Long> awaited = tx.get(Key.uncertified(job)).map(Participant::number);
    if (awaited.isPresent() && awaited.get() <= checkpoint.round()) {
      tx.erase(Key.uncertified(job));
    }
  }

  /** Takes a certified state, with an alarm where one's own differs; the round's tokens close. */
  private static void take(
      Transaction tx, String job, long round, Digest certified, JobState state) {
    boolean known =
        state.round() > round || (state.round() == round && state.digest().equals(certified));
    if (!known) {
      if (state.round() == round) {
        tx.notice(new Notice.StateOverridden(job, round, state.digest(), certified));
      }
      new JobState(round, certified).put(tx, job);
      Pruning.forgetResults(tx, job, round);
      tx.notice(new Notice.StateAdopted(job, round, certified, true));
    }
    for (Tokens token : Tokens.all(tx)) {
      if (token.ref().job().equals(job) && token.ref().round() == round) {
        token.close();
      }
    }
  }
}
