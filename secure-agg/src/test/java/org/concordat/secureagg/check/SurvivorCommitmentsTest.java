package org.concordat.secureagg.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Survivors.Upload;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way in which a survivor set says more than its survivors have signed. */
class SurvivorCommitmentsTest {
  private static final String PRESENTER = "zz-coordinator";

  private static World world;
  private static TokenRef ref;
  private Survivors survivors;
  private List<Bytes> commitments;

  /** Member 3 takes no part in the epoch. */
  @BeforeAll
  static void certifiedEpoch() throws Refusal {
    world = new World(4, 0, 71);
    world.runEpoch(1, Set.of(3));
    ref = world.task(0, 0, 3, 10, World.INITIAL, List.of()).ref();
  }

  @BeforeEach
  void threeSurvivors() {
    survivors = set(0, 1, 2);
    commitments = new ArrayList<>(world.commitments(survivors));
  }

  private static Survivors set(int... members) {
    List<Upload> uploads = new ArrayList<>();
    for (int member : members) {
      uploads.add(new Upload(member, root(member)));
    }
    return new Survivors(ref, uploads);
  }

  private static Digest root(int member) {
    return World.digest("root-" + member);
  }

  private static String name(int member) {
    return world.cohort.members().get(member);
  }

  private static Bytes sealed(int member, Message message) {
    return Inbox.seal(new TestNotary(name(member)), message);
  }

  private void check() throws Refusal {
    SurvivorCommitments.check(world.notary, PRESENTER, world.lastManifest, survivors, commitments);
  }

  /** The presenter is blamed: what it shows, it has put together. */
  private String refused(Reason reason) {
    Refusal refusal = catchThrowableOfType(Refusal.class, this::check);
    assertThat(refusal).as("it is accepted").isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.culprit()).isEqualTo(PRESENTER);
    return String.valueOf(refusal.getMessage());
  }

  @Test
  void whatEverySurvivorSignedPasses() {
    assertThatCode(this::check).doesNotThrowAnyException();
    survivors = set(1);
    commitments = new ArrayList<>(world.commitments(survivors));
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void thereIsOneForEachSurvivor() {
    Bytes last = commitments.remove(2);
    assertThat(refused(Reason.WRONG_ROOT)).contains("2 signed commitments for 3 survivors");
    commitments.add(last);
    commitments.add(last);
    assertThat(refused(Reason.WRONG_ROOT)).contains("4 signed commitments for 3 survivors");
    commitments.clear();
    assertThat(refused(Reason.WRONG_ROOT)).contains("0 signed commitments for 3 survivors");
  }

  @Test
  void theyAreInTheOrderOfTheSet() {
    commitments.add(commitments.remove(0));
    assertThat(refused(Reason.WRONG_ROOT))
        .contains("\"" + name(0) + "\" never signed the root " + root(0).shortHex());
  }

  @Test
  void theLastOneIsLookedAtLikeTheFirst() {
    for (int wrong = 0; wrong < 3; wrong++) {
      threeSurvivors();
      commitments.set(wrong, sealed(wrong, new UploadCommitment(ref, root(9), 1)));
      assertThat(refused(Reason.WRONG_ROOT))
          .contains("\"" + name(wrong) + "\" never signed the root " + root(wrong).shortHex());
    }
  }

  @Test
  void anotherMembersSignatureIsNone() {
    commitments.set(1, sealed(2, new UploadCommitment(ref, root(1), 1)));
    assertThat(refused(Reason.WRONG_ROOT)).contains("\"" + name(1) + "\" never signed");
  }

  @Test
  void anotherMessageOfTheMemberIsNone() {
    commitments.set(1, sealed(1, new SurvivorSignature(ref, survivors.digest())));
    assertThat(refused(Reason.WRONG_ROOT)).contains("\"" + name(1) + "\" never signed");
  }

  @Test
  void aCommitmentForAnotherTaskIsNone() {
    TokenRef other = world.task(1, 0, 4, 10, World.INITIAL, List.of()).ref();
    commitments.set(1, sealed(1, new UploadCommitment(other, root(1), 1)));
    assertThat(refused(Reason.WRONG_ROOT)).contains("for its upload of " + ref.describe());
  }

  @Test
  void onlyTheStoreThatTheManifestPinsHasSigned() {
    Incarnation other = TestNotary.store("another store");
    commitments.set(
        1,
        Inbox.seal(
            new TestNotary(name(1)), new Stamp(other, 7), new UploadCommitment(ref, root(1), 1)));
    assertThat(refused(Reason.WRONG_STORE))
        .contains("the upload of \"" + name(1) + "\" is signed by its store " + other.shortHex())
        .contains("epoch 1 does not pin");
  }

  @Test
  void whoHoldsNoSharesIsNoSurvivor() {
    survivors = set(0, 1, 3);
    commitments = new ArrayList<>(world.commitments(survivors));
    assertThat(refused(Reason.WRONG_STORE)).contains("the upload of \"" + name(3) + "\"");
  }

  @Test
  void whatIsNoEnvelopeIsThePresenters() {
    byte[] broken = commitments.get(1).toArray();
    broken[70] ^= 1;
    commitments.set(1, Bytes.of(broken));
    Refusal refusal = catchThrowableOfType(Refusal.class, this::check);
    assertThat(refusal.culprit()).isEqualTo(PRESENTER);
    assertThat(refusal.getMessage()).contains("it presents: ");
  }
}
