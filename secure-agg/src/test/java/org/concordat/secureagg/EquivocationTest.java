package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;
import org.junit.jupiter.api.Test;

/** Two statements of one sender that contradict each other are evidence; anything else is not. */
class EquivocationTest {
  private static final TestNotary ANYONE = new TestNotary("anyone");

  /** All sealed messages of an honest epoch, by sender. */
  private static Map<String, List<byte[]>> honestEpoch() {
    Map<String, List<byte[]>> sent = new TreeMap<>();
    EpochDrill drill = new EpochDrill(new World(4, 0, 161));
    EpochDrill.Tamper record =
        (site, bytes, message) -> {
          String sender = Inbox.open(ANYONE, bytes).sender();
          sent.computeIfAbsent(sender, name -> new ArrayList<>()).add(bytes);
          return List.of(bytes);
        };
    drill.ofMembers = record;
    drill.ofCoordinator = record;
    drill.run(drill.world.cohort, 1);
    return sent;
  }

  @Test
  void nothingThatAnHonestEpochSendsContradictsItself() {
    for (List<byte[]> sent : honestEpoch().values()) {
      for (byte[] one : sent) {
        for (byte[] other : sent) {
          assertThat(Equivocation.of(ANYONE, one, other)).isEmpty();
        }
      }
    }
  }

  @Test
  void everyOtherStatementContradicts() throws Refusal {
    for (Map.Entry<String, List<byte[]>> sender : honestEpoch().entrySet()) {
      TestNotary notary = new TestNotary(sender.getKey());
      for (byte[] first : sender.getValue()) {
        Message honest = Inbox.open(ANYONE, first).message();
        if (honest instanceof DepositView || honest instanceof ManifestCertificate) {
          continue; // One for each recipient; whatever quorum there is.
        }
        Message other = another(notary, honest);
        byte[] second = Inbox.seal(notary, other).toArray();
        assertThat(Equivocation.of(ANYONE, first, second))
            .as("%s", honest)
            .hasValueSatisfying(
                verdict -> {
                  assertThat(verdict.liar()).isEqualTo(sender.getKey());
                  assertThat(verdict.reason()).isEqualTo(Reason.EQUIVOCATION);
                });
        byte[] forged = Inbox.seal(new TestNotary("somebody-else"), other).toArray();
        if (!(other instanceof Parcel)) { // A parcel is signed by whoever signed its header.
          assertThat(Equivocation.of(ANYONE, first, forged)).isEmpty();
        }
      }
    }
  }

  /** The last mutation of the same number; of a parcel, one of its header, signed. */
  private static Message another(TestNotary notary, Message honest) throws Refusal {
    if (honest instanceof Parcel parcel) {
      SectionHeader header =
          (SectionHeader) Inbox.open(ANYONE, parcel.sealedHeader().toArray()).message();
      SectionHeader other =
          new SectionHeader(
              header.epoch(),
              header.kind(),
              World.digest("other"),
              header.commonDigest(),
              header.recoveryDigest(),
              header.sections());
      return new Parcel(
          parcel.epoch(),
          Inbox.seal(notary, other),
          parcel.common(),
          parcel.recovery(),
          parcel.sections());
    }
    return Mutations.of(honest).stream()
        .map(Message.class::cast)
        .filter(message -> message.envelopeRound() == honest.envelopeRound())
        .filter(
            message ->
                !(message instanceof EncapsulationSet e)
                    || !e.present().equals(((EncapsulationSet) honest).present()))
        .findFirst()
        .orElseThrow();
  }
}
