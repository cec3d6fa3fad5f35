package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.DepositCheck;
import org.concordat.secureagg.crypto.DepositFaultException;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/**
 * Epoch step 4, before the manifest: every deposit is checked. What the dealer alone signed wrongly
 * is refused; what only the two of a pair can see is complained about.
 */
final class DepositChecking {
  private DepositChecking() {}

  static void onDepositView(Participant me, Transaction tx, String sender, DepositView message)
      throws Refusal {
    EpochSetup setup = EpochSetup.of(me, tx, sender, message.epoch());
    List<Integer> present = setup.present();
    int dealer = authorOf(setup, message);
    require(
        present.contains(dealer) && dealer != setup.self(),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "a deposit of \"%s\", who is not present",
        setup.name(dealer));
    Digest context = new Digest(tx.need(Key.SETUP_DEPOSIT_CONTEXT));
    SectionHeader header =
        setup.checkView(message.view(), dealer, SectionHeader.Kind.DEPOSIT, context);
    Optional<byte[]> before = tx.get(Key.view(dealer));
    if (before.isPresent()) {
      require(
          digestOf(before.get()).equals(header.digest()),
          Reason.CONFLICTING_MESSAGE,
          setup.name(dealer),
          "two different deposits for epoch %d",
          setup.epoch());
      return;
    }
    if (tx.has(Key.SETUP_COMPLAINT)) {
      Complaining.complainAgain(setup, dealer);
      return;
    }
    checkSizes(setup, dealer, message);
    try {
      Bytes opened =
          DepositCheck.open(
              setup.epoch(), dealer, setup.self(), setup.pairKey(dealer), message.view().section());
      tx.put(Key.view(dealer), view(header, message.view().common(), opened));
    } catch (DepositFaultException fault) {
      Complaining.complain(setup, dealer, fault.grievance(), message.view());
    }
  }

  /**
   * The deposit's digest, the hashes of its seeds, the opened shares: {@link EpochSecrets} reads
   * it.
   */
  private static byte[] view(SectionHeader header, Bytes common, Bytes opened) {
    ByteWriter view = new ByteWriter().raw(header.digest().bytes());
    for (int token = 0; token < Limits.TOKENS; token++) {
      view.raw(DepositLayout.secretHash(common, token, Secret.SEED).bytes());
    }
    return view.raw(opened.toArray()).toBytes();
  }

  private static int authorOf(EpochSetup setup, DepositView message) throws Refusal {
    String coordinator = setup.cohort().coordinator();
    String author =
        Inbox.openPresented(setup.me().notary(), coordinator, message.view().sealedHeader())
            .sender();
    int index = setup.cohort().indexOf(author);
    require(index >= 0, Reason.NOT_A_MEMBER, coordinator, "a deposit of a stranger");
    return index;
  }

  private static void checkSizes(EpochSetup setup, int dealer, DepositView message) throws Refusal {
    try {
      DepositLayout.checkSizes(message.view().common(), message.view().section(), false);
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.BAD_SECTION, setup.name(dealer), e.getMessage() + "");
    }
  }

  /** All that are announced were seen and are good: says so, once, durable before it is sent. */
  static void onDepositSet(Participant me, Transaction tx, String sender, DepositSet set)
      throws Refusal {
    EpochSetup setup = EpochSetup.of(me, tx, sender, set.epoch());
    if (tx.has(Key.opened(set.epoch()))) {
      return; // My complaint or opening is the answer.
    }
    Optional<byte[]> before = tx.get(Key.SETUP_DEPOSIT_SET);
    if (before.isPresent()) {
      require(
          new Digest(before.get()).equals(set.digest()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different deposit sets for epoch %d",
          set.epoch());
      tx.sendAgain(Key.SETUP_CHECKED);
      return;
    }
    List<Integer> dealers = set.deposits().stream().map(DepositSet.Deposit::index).toList();
    require(
        dealers.contains(setup.self()) && dealers.size() >= setup.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        sender,
        "deposits of %s; mine must be among them, and at least %d",
        dealers,
        setup.cohort().minSurvivors());
    for (DepositSet.Deposit deposit : set.deposits()) {
      checkDeposit(setup, sender, deposit);
    }
    tx.put(Key.SETUP_DEPOSIT_SET, set.digest().bytes());
    tx.sendOnce(me, Key.SETUP_CHECKED, new DepositsChecked(set.epoch(), set.digest()));
  }

  private static void checkDeposit(EpochSetup setup, String sender, DepositSet.Deposit deposit)
      throws Refusal {
    require(
        deposit.index() < setup.cohort().size(),
        Reason.NOT_A_MEMBER,
        sender,
        "a deposit of member %d of %d",
        deposit.index(),
        setup.cohort().size());
    Optional<Digest> seen = seen(setup, deposit.index());
    require(
        seen.isPresent(),
        Reason.WRONG_STEP,
        sender,
        "I have not seen a good deposit of \"%s\"",
        setup.name(deposit.index()));
    require(
        seen.orElseThrow().equals(deposit.digest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the deposit of \"%s\" is not the one that I checked",
        setup.name(deposit.index()));
  }

  /** Digest of a deposit that was found good, or of one's own. */
  static Optional<Digest> seen(EpochSetup setup, int dealer) {
    String key = dealer == setup.self() ? Key.SETUP_OWN_HEADER : Key.view(dealer);
    return setup.tx().get(key).map(DepositChecking::digestOf);
  }

  private static Digest digestOf(byte[] view) {
    return new Digest(new ByteReader(view).raw(Digest.SIZE_BYTES));
  }
}
