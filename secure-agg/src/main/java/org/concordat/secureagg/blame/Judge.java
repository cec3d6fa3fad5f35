package org.concordat.secureagg.blame;

import java.util.Optional;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.TwoStatements;

/** Any evidence: the same verdict for whoever has it and the roster. */
public final class Judge {
  private Judge() {}

  /**
   * @param evidence a {@link Dispute}, {@link RoundEvidence} or {@link TwoStatements}
   * @return the verdict; empty if it shows no lie. Of a dispute it may be UNRESPONSIVE, which is no
   *     proof
   * @throws Refusal blaming nobody that the evidence is about: it is made up, does not belong
   *     together, or is no evidence
   */
  public static Optional<Verdict> judge(Notary notary, EpochMessage evidence) throws Refusal {
    if (evidence instanceof Dispute dispute) {
      return Optional.of(Blame.judge(notary, dispute));
    }
    if (evidence instanceof RoundEvidence round) {
      return RoundBlame.judge(notary, round);
    }
    if (evidence instanceof TwoStatements two) {
      return Optional.of(Equivocation.judge(notary, two));
    }
    throw new Refusal(
        Reason.UNEXPECTED_MESSAGE, "unknown", "a " + evidence.type() + " is no evidence");
  }

  /**
   * The evidence of a payload.
   *
   * @throws org.concordat.secureagg.codec.MalformedMessageException if it is none
   */
  public static EpochMessage decode(byte[] payload) {
    String type = new org.concordat.secureagg.codec.ByteReader(payload).text(64);
    return switch (type) {
      case Dispute.TYPE -> Dispute.decode(payload);
      case RoundEvidence.TYPE -> RoundEvidence.decode(payload);
      case TwoStatements.TYPE -> TwoStatements.decode(payload);
      default ->
          throw new org.concordat.secureagg.codec.MalformedMessageException(
              "a \"" + type + "\" where evidence is due");
    };
  }
}
