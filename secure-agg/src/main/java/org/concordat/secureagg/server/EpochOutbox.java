package org.concordat.secureagg.server;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.SectionView;

/** What an epoch must send, and whom it waits for. */
record EpochOutbox(EpochState state) {
  void due(int index, List<Message> messages) {
    boolean here = state.present.contains(index);
    switch (state.phase) {
      case KEYS -> {
        if (!state.keys.containsKey(index)) {
          messages.add(state.start);
        }
      }
      case ENCAPSULATIONS -> {
        if (here && !state.encapsulations.containsKey(index)) {
          messages.add(new KeySet(state.number(), List.copyOf(state.sealedKeys.values())));
        }
      }
      case DEPOSITS -> {
        if (here && !state.deposits.containsKey(index)) {
          messages.add(
              new EncapsulationSet(
                  state.number(),
                  state.present,
                  EpochParcels.views(state.encapsulations, state.present, index, index)));
        }
      }
      case CHECKS -> dueChecks(index, messages);
      case OPENING -> {
        dueChecks(index, messages);
        dueOpenings(index, messages);
      }
      case SIGNATURES -> dueManifest(index, messages);
      case CERTIFIED -> messages.add(Objects.requireNonNull(state.certificate));
      case FAILED -> {
        if (here) {
          oneForEachLiar().forEach(dispute -> messages.add(dispute.message()));
        }
      }
    }
  }

  /** The same for one that was away: it erases and signs late, and takes part from then on. */
  void dueAnew(int index, List<Message> messages) {
    if (state.phase == EpochServer.Phase.CERTIFIED) {
      dueManifest(index, messages);
    }
    due(index, messages);
  }

  private void dueManifest(int index, List<Message> messages) {
    if (participants().contains(index) && !state.signatures.containsKey(index)) {
      messages.add(Objects.requireNonNull(state.manifest));
    }
  }

  private void dueChecks(int index, List<Message> messages) {
    if (!state.deposits.containsKey(index) || state.answeredChecks().contains(index)) {
      return;
    }
    for (SectionView view :
        EpochParcels.views(state.deposits, state.present, index, Limits.MEMBERS)) {
      messages.add(new DepositView(state.number(), view));
    }
    if (!state.disputes.containsKey(index)) {
      messages.add(Objects.requireNonNull(state.depositSet));
    }
  }

  /** A second dispute about one liar shows nothing new; a proof goes before silence. */
  Collection<OpenDispute> oneForEachLiar() {
    Map<String, OpenDispute> byLiar = new TreeMap<>();
    for (OpenDispute dispute : state.disputes.values()) {
      byLiar.merge(
          dispute.verdict().liar(), dispute, (one, other) -> one.verdict().proven() ? one : other);
    }
    return byLiar.values();
  }

  private void dueOpenings(int index, List<Message> messages) {
    asking().stream()
        .filter(dispute -> dispute.accused() == index)
        .forEach(dispute -> messages.add(dispute.request()));
  }

  /** The accused is asked once the complainer has opened its own keys, and they fit. */
  List<OpenDispute> asking() {
    return state.disputes.values().stream()
        .filter(
            dispute ->
                state.phase == EpochServer.Phase.OPENING
                    && dispute.hasOpening(dispute.complainer())
                    && !dispute.hasOpening(dispute.accused())
                    && !dispute.decided())
        .toList();
  }

  /** Whom the step waits for. */
  Waiting waiting() {
    int minSurvivors = state.cohort().minSurvivors();
    return switch (state.phase) {
      case KEYS ->
          waiting(
              IntStream.range(0, state.cohort().size()).boxed().toList(),
              state.keys.keySet(),
              minSurvivors);
      case ENCAPSULATIONS -> waiting(state.present, state.encapsulations.keySet(), minSurvivors);
      case DEPOSITS -> waiting(state.present, state.deposits.keySet(), minSurvivors);
      case CHECKS -> waiting(state.deposits.keySet(), state.answeredChecks(), minSurvivors);
      case OPENING -> waitingForOpenings();
      case SIGNATURES ->
          waiting(participants(), state.signatures.keySet(), state.cohort().threshold());
      case CERTIFIED -> waiting(List.of(), state.signatures.keySet(), state.cohort().threshold());
      case FAILED -> waiting(List.of(), List.of(), 0);
    };
  }

  private Waiting waitingForOpenings() {
    TreeSet<Integer> answered = new TreeSet<>(state.answeredChecks());
    for (OpenDispute dispute : state.disputes.values()) {
      if (!dispute.decided()) {
        answered.removeIf(index -> dispute.concerns(index) && !dispute.hasOpening(index));
      }
    }
    return waiting(state.deposits.keySet(), answered, 0);
  }

  private Waiting waiting(Collection<Integer> due, Collection<Integer> answered, int needed) {
    List<String> missing =
        due.stream().filter(i -> !answered.contains(i)).map(state::name).toList();
    return new Waiting(state.phase.name(), missing, answered.size(), needed);
  }

  List<Integer> participants() {
    return state.manifest == null ? List.of() : state.manifest.indices();
  }
}
