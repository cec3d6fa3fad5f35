package org.concordat.coordinator.gateway;

import java.util.function.Consumer;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.SetUp;
import org.concordat.coordinator.job.Consenting;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Opens each sealed message once, and takes it, by its type, to stores, epochs, draws, jobs, or the
 * round whose token it is about. On the mailbox thread.
 */
public final class SealedRouting {
  private final Notary notary;
  private final LastStatements statements;
  private final EpochLog log;
  private final SetUp setUp;
  private final Consenting consenting;
  private final RoundMessages rounds;
  private final Consumer<String> goOn;

  /**
   * @param goOn told a job that may have its consents now
   */
  public SealedRouting(
      Notary notary,
      LastStatements statements,
      EpochLog log,
      SetUp setUp,
      Consenting consenting,
      RoundMessages rounds,
      Consumer<String> goOn) {
    this.notary = notary;
    this.statements = statements;
    this.log = log;
    this.setUp = setUp;
    this.consenting = consenting;
    this.rounds = rounds;
    this.goOn = goOn;
  }

  void received(String member, byte[] sealed) {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (!opened.sender().equals(member)) {
        throw new BadEnvelopeException(
            "signed by '" + opened.sender() + "', sent by '" + member + "'");
      }
      statements.heard(opened, sealed);
      route(member, sealed, opened);
    } catch (BadEnvelopeException | MalformedMessageException bad) {
      log.badMessage(member, "a message was not acted upon: " + bad.getMessage());
    }
  }

  private void route(String member, byte[] sealed, Notary.Opened opened) {
    if (setUp.received(opened, sealed)) {
      return;
    }
    if (opened.type().equals(Job.CONSENT_TYPE)) {
      consenting.answered(member, opened).map(Job::id).ifPresent(goOn);
    } else {
      rounds.received(opened, sealed);
    }
  }

  /** A member that is none any more since its upload began has brought nothing. */
  void uploaded(String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    try {
      notary.open(sealed);
    } catch (BadEnvelopeException gone) {
      throw new UploadRefusedException(String.valueOf(gone.getMessage()));
    }
    rounds.uploaded(member, sealed, commitment);
  }
}
