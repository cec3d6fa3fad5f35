package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.Refusal.require;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.message.CommitmentList;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawList;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.ListCertificate;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;

/**
 * The checks of a draw that everyone makes alike: members, the coordinator, auditors.
 *
 * @param notary opens everybody's messages
 * @param alliance the roster's agents, and K as the checker assumes it
 * @param presenter whom to blame for what does not hold
 */
public record DrawCheck(Notary notary, Alliance alliance, String presenter) {
  /** The plan is about this roster, assumes no fewer colluders, and names agents of the roster. */
  public void plan(DrawPlan plan) throws Refusal {
    require(
        plan.rosterDigest().equals(alliance.rosterDigest()),
        Reason.DRAW_MISMATCH,
        presenter,
        "a draw of roster %s, mine is %s",
        plan.rosterDigest().shortHex(),
        alliance.rosterDigest().shortHex());
    require(
        plan.colluders() >= alliance.colluders() && plan.colluders() < alliance.size(),
        Reason.DRAW_MISMATCH,
        presenter,
        "a draw that assumes %d colluders of %d members, at least %d are due",
        plan.colluders(),
        alliance.size(),
        alliance.colluders());
    List<Integer> participants = plan.participants();
    require(
        !participants.isEmpty()
            && participants.get(participants.size() - 1) < alliance.size()
            && (plan.number() > 0 || participants.size() == alliance.size()),
        Reason.DRAW_MISMATCH,
        presenter,
        "number %d of the draw is for %d of %d agents",
        plan.number(),
        participants.size(),
        alliance.size());
  }

  /**
   * Who may take part after a number whose list was certified: whoever took part in it, but for
   * those in the list who withheld their values. Who was not in the list has withheld nothing.
   *
   * @param revealed indices
   */
  public static List<Integer> remaining(DrawPlan plan, DrawList list, Set<Integer> revealed) {
    return plan.participants().stream()
        .filter(index -> !list.commitments().containsKey(index) || revealed.contains(index))
        .toList();
  }

  /** T_all under the plan's K. */
  public int quorum(DrawPlan plan) {
    return org.concordat.secureagg.Cohort.threshold(alliance.size(), plan.colluders());
  }

  /** The list that the sealed commitments make: at least T_all, one a participant, each signed. */
  public DrawList list(DrawPlan plan, CommitmentList sealed) throws Refusal {
    SortedMap<Integer, Digest> commitments = new TreeMap<>();
    for (Bytes one : sealed.commitments()) {
      Received received = Inbox.openPresented(notary, presenter, one);
      int index = alliance.indexOf(received.sender());
      require(
          received.message() instanceof DrawCommitment commitment
              && commitment.number() == plan.number()
              && commitment.planDigest().equals(plan.digest())
              && participates(plan, index)
              && commitments.put(index, commitment.commitment()) == null,
          Reason.BAD_QUORUM,
          presenter,
          "a \"%s\" by \"%s\" does not belong to number %d's commitments",
          received.message().type(),
          received.sender(),
          plan.number());
    }
    requireEnough(plan, commitments.size());
    return new DrawList(plan.digest(), commitments);
  }

  private static boolean participates(DrawPlan plan, int index) {
    return Collections.binarySearch(plan.participants(), index) >= 0;
  }

  private void requireEnough(DrawPlan plan, int commitments) throws Refusal {
    require(
        commitments >= quorum(plan),
        Reason.BAD_QUORUM,
        presenter,
        "a list of %d commitments, at least %d of %d agents are due",
        commitments,
        quorum(plan),
        alliance.size());
  }

  /** A list with the signatures of T_all members in it. */
  public DrawList certified(DrawPlan plan, ListCertificate certificate) throws Refusal {
    DrawList list = certificate.parsedList();
    require(
        certificate.number() == plan.number()
            && list.planDigest().equals(plan.digest())
            && list.commitments().keySet().stream().allMatch(i -> participates(plan, i)),
        Reason.DRAW_MISMATCH,
        presenter,
        "the list is not of number %d of this draw",
        plan.number());
    requireEnough(plan, list.commitments().size());
    SortedMap<Integer, Digest> commitments = list.commitments();
    Inbox.quorum(
        notary,
        presenter,
        certificate.signatures(),
        ListSignature.class,
        (member, store) -> commitments.containsKey(alliance.indexOf(member)),
        new ListSignature(plan.number(), list.digest())::equals,
        quorum(plan));
    return list;
  }

  /**
   * A number's certified list and the values revealed for it, not necessarily all.
   *
   * @return values by index
   */
  public SortedMap<Integer, Bytes> revealed(DrawCertificate drawn) throws Refusal {
    plan(drawn.plan());
    DrawList list = certified(drawn.plan(), drawn.certificate());
    Digest digest = list.digest();
    SortedMap<Integer, Digest> commitments = list.commitments();
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    for (Bytes sealed : drawn.reveals()) {
      Received received = Inbox.openPresented(notary, presenter, sealed);
      int index = alliance.indexOf(received.sender());
      require(
          received.message() instanceof DrawReveal reveal
              && reveal.number() == drawn.number()
              && reveal.listDigest().equals(digest)
              && fits(drawn.plan(), received.sender(), reveal.value(), commitments.get(index))
              && values.put(index, reveal.value()) == null,
          Reason.COMMITMENT_MISMATCH,
          presenter,
          "a \"%s\" by \"%s\" opens no commitment of number %d",
          received.message().type(),
          received.sender(),
          drawn.number());
    }
    return values;
  }

  private static boolean fits(
      DrawPlan plan,
      String member,
      Bytes value,
      @org.jspecify.annotations.Nullable Digest commitment) {
    return commitment != null && DrawCommitment.of(plan.digest(), member, value).equals(commitment);
  }

  /**
   * What a complete certificate gives.
   *
   * @throws Refusal BAD_QUORUM if a reveal is missing, or naming what is wrong
   */
  public Drawn drawn(DrawCertificate certificate) throws Refusal {
    SortedMap<Integer, Bytes> values = revealed(certificate);
    DrawList list = certificate.certificate().parsedList();
    require(
        values.size() == list.commitments().size(),
        Reason.BAD_QUORUM,
        presenter,
        "%d of %d values are revealed",
        values.size(),
        list.commitments().size());
    return Drawn.of(alliance, certificate.plan(), list.digest(), values);
  }
}
