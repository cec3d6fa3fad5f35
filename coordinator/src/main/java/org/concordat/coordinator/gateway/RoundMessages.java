package org.concordat.coordinator.gateway;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.Refused;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what members say about a round to the round whose token it is about. */
public final class RoundMessages {
  private static final Logger LOG = LoggerFactory.getLogger(RoundMessages.class);

  /** Reasons for which a member refuses a task that it can take once it has what it lacks. */
  private static final Set<String> LACKING =
      Stream.of(
              Reason.BASE_STATE_MISMATCH,
              Reason.JOB_UNKNOWN,
              Reason.NOT_ALL_COHORTS,
              Reason.EPOCH_UNKNOWN,
              Reason.EPOCH_NOT_CERTIFIED)
          .map(Reason::name)
          .collect(Collectors.toUnmodifiableSet());

  private final RoundEngine engine;
  private final Epochs epochs;
  private final EpochLog log;
  private final JobBook book;
  private final AlliancePolicy policy;
  private final CatchUp catchUp;
  private final Mailbox mailbox;
  private boolean committing;

  public RoundMessages(
      RoundEngine engine,
      Epochs epochs,
      EpochLog log,
      JobBook book,
      AlliancePolicy policy,
      CatchUp catchUp,
      Mailbox mailbox) {
    this.engine = engine;
    this.epochs = epochs;
    this.log = log;
    this.book = book;
    this.policy = policy;
    this.catchUp = catchUp;
    this.mailbox = mailbox;
  }

  /** A message. What is about a token of no open round comes too late, not wrongly. */
  void received(Notary.Opened opened, byte[] sealed) {
    String member = opened.sender();
    try {
      if (Inbox.read(opened).message() instanceof TokenMessage message) {
        engine.of(message.ref()).ifPresent(round -> give(round, member, sealed));
      } else {
        log.badMessage(member, "a message was not acted upon: no round takes its type");
      }
    } catch (Refusal malformed) {
      log.refused(member, malformed);
    }
  }

  private void give(Round round, String member, byte[] sealed) {
    try {
      engine.take(round.stream(), new RoundMessage.FromMember(member, sealed));
      commitSoon();
    } catch (Refusal wrong) {
      convict(round, member, sealed);
      log.refused(member, wrong);
    }
  }

  /** Makes durable what was taken, before anything of it is told. */
  void commit() {
    engine.commit();
  }

  /** Once what is waiting in the mailbox has been taken too: members answer at about one time. */
  private void commitSoon() {
    if (!committing) {
      committing = true;
      mailbox.post(
          () -> {
            committing = false;
            engine.commit();
          });
    }
  }

  private void convict(Round round, String member, byte[] refused) {
    epochs.accuse(
        round.server().cohort().rosterDigest(), member, () -> round.server().proof(refused));
  }

  /**
   * A member that lacks what a task builds on is sent that and the task again, once a session and
   * round. Otherwise it counts as away from this attempt, and its reason is the operator's.
   */
  void refused(Session session, Refused refused) {
    String member = session.member();
    for (Round round : List.copyOf(engine.open().values())) {
      boolean about =
          round.task().job().equals(refused.getJob())
              && round.task().round() == refused.getRound()
              && round.task().attempt() == refused.getAttempt()
              && round.participants().contains(member);
      if (about
          && LACKING.contains(refused.getReason())
          && session.tellAgain(round.stream().name())) {
        LOG.info("{} lacks what {} builds on: sent again", member, round.stream().inWords());
        engine.commit();
        catchUp.lacking(round, member);
      } else if (about) {
        LOG.warn("{} refuses {}: {}", member, round.stream().inWords(), refused.getText());
        engine.happened(
            round.stream(),
            new RoundMessage.Refused(
                member, refused.getReason() + ": " + refused.getText(), refused.getGoesOn()));
      }
    }
  }

  /**
   * See {@link UploadDesk#requireExpected}. Of a member whose region has an aggregator not a byte
   * is taken here.
   */
  int requireExpected(String member, UploadCommitment commitment) throws UploadRefusedException {
    Round round = expecting(member, commitment);
    Optional<String> aggregator = round.regions().aggregatorOf(member);
    if (aggregator.isPresent()) {
      throw new UploadRefusedException(
          "the update of '%s' goes to '%s', the aggregator of its jurisdiction, and never here"
              .formatted(member, aggregator.get()));
    }
    if (commitment.wireBytes() != round.task().wireBytes()) {
      throw new UploadRefusedException(
          "an upload of "
              + commitment.wireBytes()
              + " bytes, the task asks for "
              + round.task().wireBytes());
    }
    requireAllowed(round, member);
    return round.task().quantisation().wireBytes();
  }

  /** The policy, at this moment, of this member's update. */
  private void requireAllowed(Round round, String member) throws UploadRefusedException {
    Job job = book.find(round.task().job()).orElseThrow();
    String denials =
        policy.denialNow(
            Action.SUBMIT,
            job.spec(),
            member,
            SumFacts.before(round.server().cohort()),
            round.stream().inWords());
    if (!denials.isEmpty()) {
      throw new UploadRefusedException(denials);
    }
  }

  private Round expecting(String member, UploadCommitment commitment)
      throws UploadRefusedException {
    TokenRef ref = commitment.ref();
    Round round =
        engine
            .of(ref)
            .filter(open -> open.task().ref().equals(ref))
            .orElseThrow(
                () -> new UploadRefusedException("no open round waits for " + ref.describe()));
    if (!round.participants().contains(member)) {
      throw new UploadRefusedException("'" + member + "' has no part in epoch " + ref.epoch());
    }
    return round;
  }

  /**
   * An upload that a region's aggregator has whole counts as one that is here.
   *
   * @param sealed the member's own commitment
   * @throws UploadRefusedException if the update was to go elsewhere, or not at all
   */
  public void heldBy(String aggregator, String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    Round round = expecting(member, commitment);
    if (!round.regions().aggregatorOf(member).equals(Optional.of(aggregator))) {
      throw new UploadRefusedException(
          "the update of '%s' is not for '%s' to add up".formatted(member, aggregator));
    }
    requireAllowed(round, member);
    uploaded(member, sealed, commitment);
  }

  /** See {@link UploadDesk#uploaded}. */
  void uploaded(String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    Round round = expecting(member, commitment);
    try {
      engine.handle(round.stream(), new RoundMessage.UploadStored(member, sealed));
    } catch (Refusal refusal) {
      convict(round, member, sealed);
      throw new UploadRefusedException(String.valueOf(refusal.getMessage()));
    }
  }
}
