package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.coordinator.round.event.NonRevealChosen;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.coordinator.round.event.SurvivorsFrozen;
import org.concordat.coordinator.round.event.UploadAccepted;
import org.concordat.secureagg.Refusal;

/**
 * Uploads come in. The survivor set is frozen when everyone has uploaded, declined, refused or been
 * gone for longer than the grace, or when the deadline has passed, and never below N_min. Below it
 * the round waits for whoever is away; if too many declined or refused for N_min ever to be
 * reached, the token is given up and another attempt made. What somebody uploaded that is no member
 * any more does not count, nor what a region has of fewer than three members.
 */
public record Collecting() implements RoundPhase {
  @Override
  public String label() {
    return "COLLECTING";
  }

  @Override
  public Optional<RoundEvent.Builder> tooFew(String reasons) {
    return Optional.empty();
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.UploadStored stored) {
      return upload(round, stored);
    }
    if (message instanceof RoundMessage.Tick tick) {
      return tick(round, tick, now);
    }
    return RoundPhase.accept(round, message);
  }

  private static List<RoundEvent.Builder> upload(Round round, RoundMessage.UploadStored stored)
      throws Refusal {
    if (round.server().acceptUpload(stored.sealedCommitment()) == round.server()) {
      return List.of();
    }
    RoundEvent.Builder accepted =
        RoundEvent.newBuilder()
            .setUploadAccepted(
                UploadAccepted.newBuilder()
                    .setMember(stored.member())
                    .setSealedCommitment(ByteString.copyFrom(stored.sealedCommitment())));
    boolean last =
        round.participants().stream()
            .allMatch(
                member ->
                    member.equals(stored.member()) || round.server().uploads().containsKey(member));
    Set<String> uploaded = new TreeSet<>(round.server().uploads().keySet());
    uploaded.add(stored.member());
    Set<String> counted = round.counted(uploaded);
    return last && counted.size() >= round.minSurvivors()
        ? List.of(accepted, frozen())
        : List.of(accepted);
  }

  private static List<RoundEvent.Builder> tick(Round round, RoundMessage.Tick tick, Instant now) {
    Set<String> uploaded = round.server().uploads().keySet();
    List<String> out = round.participants().stream().filter(round::outOfIt).toList();
    boolean enough = round.counted().size() >= round.minSurvivors();
    boolean nobodyLeft =
        round.participants().stream()
            .allMatch(
                member ->
                    uploaded.contains(member) || out.contains(member) || tick.gone().test(member));
    if (enough && (nobodyLeft || RoundMessage.passed(round.phaseSince(), tick.deadline(), now))) {
      return List.of(frozen());
    }
    if (round.participants().size() - out.size() < round.minSurvivors()) {
      return List.of(
          RoundEvent.newBuilder()
              .setNonRevealChosen(NonRevealChosen.newBuilder().setReason(round.reasonsText())));
    }
    return List.of();
  }

  private static RoundEvent.Builder frozen() {
    return RoundEvent.newBuilder().setSurvivorsFrozen(SurvivorsFrozen.getDefaultInstance());
  }
}
