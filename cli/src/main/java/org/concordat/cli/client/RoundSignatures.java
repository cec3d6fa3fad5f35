package org.concordat.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.cohorts.StateCheck;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.message.Limits;

/**
 * The members' signatures of the state that a round over several cohorts led to. The records alone
 * do not show them: a coordinator could keep records of a state that nobody has signed.
 *
 * @param round from 1
 */
public record RoundSignatures(Client client, String job, long round) {
  /**
   * Checks that T members of every drawn cohort have signed the state, each for the result in its
   * cohort's record, and that the log names these very signatures.
   *
   * @param drawn cohorts, in the order of the draw
   * @param records of all of them in that order, each verified
   * @param folder a copy of the log, as for {@link RoundDownload#requireLogged}
   * @throws Failure VERIFICATION_FAILED if the signatures are missing or cannot be read, are about
   *     something else, or are not in the log
   * @throws Refusal naming the cohort whose signatures do not make a quorum
   */
  public AllianceCheckpoint verified(
      List<Cohort> drawn, List<VerifiedRound> records, Optional<Path> folder) throws Refusal {
    AllianceCheckpoint certified = download();
    Cohort any = records.get(0).cohort();
    Pinned pinned = new Pinned(client, this::wrong);
    Notary notary = pinned.notary(pinned.roster(any.rosterDigest()));
    List<Digest> results = new StateCheck(notary, any.coordinator()).results(drawn, certified);
    if (!certified.job().equals(job) || certified.round() + 1 != round) {
      throw wrong("the signatures of its state are of another round");
    }
    for (int i = 0; i < records.size(); i++) {
      requireAbout(i, certified, results.get(i), records.get(i));
    }
    RoundLog log = RoundLog.ofSignatures(job, round, certified.digest());
    if (log.find(client, folder, this::wrong).isEmpty()) {
      throw wrong("no entry of the audit log names the signatures of its state");
    }
    return certified;
  }

  private void requireAbout(
      int index, AllianceCheckpoint certified, Digest signedResult, VerifiedRound record) {
    boolean same =
        certified.cohorts().get(index).cohort().equals(record.cohort())
            && certified.stateDigest().equals(record.result().nextStateDigest())
            && certified.sums().equals(record.result().sums())
            && signedResult.equals(record.result().digest());
    if (!same) {
      throw wrong(
          "the signatures of cohort %d are about another state, sum or result than its record"
              .formatted(index + 1));
    }
  }

  private AllianceCheckpoint download() {
    EvidenceRequest request =
        EvidenceRequest.newBuilder()
            .setJob(job)
            .setRound(round)
            .setKind(EvidenceRequest.Kind.SIGNATURES)
            .build();
    try {
      return AllianceCheckpoint.decode(
          EvidenceParts.collect(client, request, Limits.PAYLOAD_BYTES, this::wrong));
    } catch (StatusRuntimeException missing) {
      if (missing.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw missing;
      }
      throw wrong(
          "the coordinator has no signatures of its state: not every cohort has certified it, or"
              + " it withholds them");
    } catch (IllegalArgumentException malformed) { // an infeasible cohort, too
      throw wrong("the signatures of its state cannot be read: " + malformed.getMessage());
    }
  }

  private Failure wrong(String what) {
    return RoundDownload.doesNotVerify(job, round, what);
  }
}
