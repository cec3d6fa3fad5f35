package org.concordat.secureagg.blame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.BadKeyException;
import org.concordat.secureagg.crypto.DepositCheck;
import org.concordat.secureagg.crypto.DepositFaultException;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeyOpening;
import org.jspecify.annotations.Nullable;

/**
 * Judges a complaint ("Epoch" step 4). The same for everyone who has the dispute and the roster.
 *
 * <ol>
 *   <li>The complaint must be well-formed and its evidence must hang together: start, keys and
 *       presence are those of the contexts that the accused signed, the headers are signed by those
 *       they are said to be from. An honest complainer has checked all of it, so that anything
 *       wrong here is its lie.
 *   <li>The complainer must have opened keys that give the public ones, and so must the accused if
 *       it is the higher of the two. Who opened other keys lied; who has not answered is
 *       unresponsive. The keys of an accused that is the lower decide nothing and are not looked
 *       at, so that a verdict does not change once it is there.
 *   <li>Two different encapsulation headers of the pair's lower member are its lie.
 *   <li>From the higher's keys follows the pair's key, and with it {@link DepositCheck} decides: a
 *       fault in the deposit is the accused's lie, none is the complainer's.
 * </ol>
 */
public final class Blame {
  private final Notary notary;
  private final Dispute dispute;
  private final @Nullable EpochStart due;
  private final List<Digest> evidence = new ArrayList<>();

  private Blame(Notary notary, Dispute dispute, @Nullable EpochStart due) {
    this.notary = notary;
    this.dispute = dispute;
    this.due = due;
    evidence.add(dispute.complaint().sha256());
    dispute.openings().forEach(opening -> evidence.add(opening.sha256()));
  }

  /**
   * @return the verdict; UNRESPONSIVE where an opening is missing: then it is no proof, and may
   *     still change when the opening comes
   * @throws Refusal blaming nobody of the pair: the dispute's complaint has no valid signature, or
   *     it holds an opening that is not one of the pair's for this complaint; whoever presents it
   *     made it up
   */
  public static Verdict judge(Notary notary, Dispute dispute) throws Refusal {
    return new Blame(notary, dispute, null).judge();
  }

  /**
   * The same for a judge that knows the number's one start: a complaint about another start is its
   * complainer's lie, even where a second liar has signed the made-up start as well.
   *
   * @param start what the judge itself gave out, or signed its deposit under
   */
  public static Verdict judge(Notary notary, Dispute dispute, EpochStart start) throws Refusal {
    return new Blame(notary, dispute, start).judge();
  }

  private Verdict judge() throws Refusal {
    Received received = Inbox.openPresented(notary, "unknown", dispute.complaint());
    String complainer = received.sender();
    if (!(received.message() instanceof Complaint complaint)
        || complaint.epoch() != dispute.epoch()) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE, "unknown", "no complaint about epoch " + dispute.epoch());
    }
    CheckedComplaint pair;
    try {
      pair = CheckedComplaint.of(notary, complainer, complaint);
    } catch (FalseComplaintException e) {
      return verdict(complainer, Reason.FALSE_COMPLAINT, e.getMessage() + "");
    }
    if (due != null && !complaint.evidence().start().equals(Bytes.of(due.encode()))) {
      return verdict(
          complainer, Reason.FALSE_COMPLAINT, "its start is not the one of epoch " + due.number());
    }
    Map<String, KeyOpening> openings = openings(pair);
    for (String member : pair.openers()) {
      KeyOpening opening = openings.get(member);
      if (opening == null) {
        return verdict(member, Reason.UNRESPONSIVE, "it has not opened its keys");
      }
      if (!fits(opening, pair.keysOf(member))) {
        return verdict(member, Reason.BAD_OPENING, "it opened other keys than its public ones");
      }
      Verdict second = secondEncapsulation(pair, member, opening);
      if (second != null) {
        return second;
      }
    }
    return decide(pair, openings);
  }

  private Map<String, KeyOpening> openings(CheckedComplaint pair) throws Refusal {
    Map<String, KeyOpening> openings = new TreeMap<>();
    for (Bytes sealed : dispute.openings()) {
      Received received = Inbox.openPresented(notary, "unknown", sealed);
      boolean ofPair =
          received.sender().equals(pair.complainer()) || received.sender().equals(pair.accused());
      if (!(received.message() instanceof KeyOpening opening)
          || !ofPair
          || !opening.complaint().equals(pair.complaint().digest())
          || openings.put(received.sender(), opening) != null) {
        throw new Refusal(
            Reason.UNEXPECTED_MESSAGE, "unknown", "an opening that does not answer the complaint");
      }
    }
    return openings;
  }

  static boolean fits(KeyOpening opening, EpochKeys keys) {
    EpochKeyPair pair = EpochKeyPair.decode(opening.privateKeys().toArray());
    return pair.x25519Public().equals(keys.x25519()) && pair.mlKemPublic().equals(keys.mlKem768());
  }

  /**
   * Either the opener's copy is the complaint's, or somebody made two, or the opener made it up.
   */
  private @Nullable Verdict secondEncapsulation(
      CheckedComplaint pair, String opener, KeyOpening opening) {
    Bytes own = pair.complaint().evidence().encapsulation();
    try {
      Digest seen = pair.encapsulationHeader(notary, opening.encapsulation()).digest();
      if (seen.equals(pair.encapsulationHeader(notary, own).digest())) {
        return null;
      }
    } catch (FalseComplaintException e) {
      return verdict(opener, Reason.BAD_OPENING, e.getMessage() + "");
    }
    evidence.add(own.sha256());
    evidence.add(opening.encapsulation().sha256());
    return verdict(
        pair.low(), Reason.EQUIVOCATION, "it signed two different sets of encapsulations");
  }

  private Verdict decide(CheckedComplaint pair, Map<String, KeyOpening> openings) {
    KeyOpening high = Objects.requireNonNull(openings.get(pair.high()));
    byte[] pairKey;
    try {
      pairKey = pairKey(pair, EpochKeyPair.decode(high.privateKeys().toArray()));
    } catch (BadKeyException e) {
      return verdict(pair.low(), Reason.BAD_KEY, e.getMessage() + "");
    }
    try {
      DepositCheck.open(
          dispute.epoch(),
          pair.complaint().accused(),
          pair.complainerIndex(),
          pairKey,
          pair.complaint().evidence().section());
      return verdict(
          pair.complainer(), Reason.FALSE_COMPLAINT, "the deposit that it complains about is good");
    } catch (DepositFaultException e) {
      return verdict(
          pair.accused(), Reason.valueOf(e.grievance().name()), String.valueOf(e.getMessage()));
    }
  }

  /** Step 2 as the higher member computes it. */
  private static byte[] pairKey(CheckedComplaint pair, EpochKeyPair high) throws BadKeyException {
    Bytes ciphertext = pair.complaint().evidence().ciphertext();
    return Derivation.pairKey(
        pair.complaint().epoch(),
        pair.cohort().rosterDigest(),
        high.agree(pair.lowKeys().x25519()),
        high.decapsulate(ciphertext),
        ciphertext.toArray(),
        pair.lowKeys(),
        pair.highKeys());
  }

  private Verdict verdict(String liar, Reason reason, String explanation) {
    return new Verdict(dispute.epoch(), liar, reason, explanation, evidence);
  }
}
