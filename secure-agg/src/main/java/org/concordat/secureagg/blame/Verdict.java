package org.concordat.secureagg.blame;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal.Reason;

/**
 * Who lied.
 *
 * @param epoch the number that the lie is about
 * @param liar the member (or coordinator) to leave out
 * @param reason what it did; UNRESPONSIVE is the one thing that nobody else can check: someone did
 *     not answer whoever asked
 * @param explanation for people, no secrets
 * @param evidence digests of the sealed messages that show it, in the order they were given
 */
public record Verdict(
    long epoch, String liar, Reason reason, String explanation, List<Digest> evidence) {
  public Verdict {
    evidence = List.copyOf(evidence);
  }

  /** Whether the evidence alone shows it, to anybody. */
  public boolean proven() {
    return reason != Reason.UNRESPONSIVE;
  }
}
