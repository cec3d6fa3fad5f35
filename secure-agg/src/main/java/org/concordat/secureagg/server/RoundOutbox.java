package org.concordat.secureagg.server;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.PairRevealRequest;

/** What a round must send, and whom it waits for. */
record RoundOutbox(RoundState state) {
  void due(int index, List<Message> messages) {
    switch (state.phase) {
      case COLLECTING ->
          addIf(
              !state.roots.containsKey(index) && !state.declines.containsKey(index),
              messages,
              state.task);
      case CERTIFYING ->
          addIf(
              state.roots.containsKey(index) && !state.survivorSignatures.containsKey(index),
              messages,
              state.survivorSet());
      case UNMASKING -> dueReveals(index, messages);
      case AGREEING -> dueResult(index, messages);
      case CHECKPOINTED -> {
        if (state.inSeveralCohorts()) {
          dueResult(index, messages);
        } else {
          addIf(!state.stateSignatures.containsKey(index), messages, checkpointMessage());
        }
      }
      case VOIDING ->
          addIf(!state.nonReveals.containsKey(index), messages, new NonRevealRequest(state.ref));
      case VOIDED -> messages.add(quorumMessage());
      case APPLYING -> {}
    }
  }

  private void dueResult(int index, List<Message> messages) {
    if (!state.stateSignatures.containsKey(index)) {
      // who revealed has seen the certificate, durably
      addIf(!state.reveals.containsKey(index), messages, certificate());
      messages.add(Objects.requireNonNull(state.result));
    }
  }

  private void dueReveals(int index, List<Message> messages) {
    Opening open = state.opening;
    if (open == null) {
      addIf(!state.reveals.containsKey(index), messages, certificate());
    } else if (state.roots.containsKey(index)) {
      // A survivor whose shares were not among the first T needs the certificate before it may
      // answer.
      addIf(!state.reveals.containsKey(index), messages, certificate());
      for (int dropped : open.badRecovery()) {
        addIf(
            !state.pairsOf(dropped).containsKey(index),
            messages,
            new PairRevealRequest(state.ref, dropped));
      }
    }
  }

  private Certificate certificate() {
    return Objects.requireNonNull(state.certificate);
  }

  private static void addIf(boolean condition, List<Message> messages, Message message) {
    if (condition) {
      messages.add(message);
    }
  }

  /** Whom the phase waits for. */
  Waiting waiting() {
    return switch (state.phase) {
      case COLLECTING -> {
        Set<Integer> answered = new TreeSet<>(state.roots.keySet());
        answered.addAll(state.declines.keySet());
        yield waiting(
            state.manifest.indices(), answered, state.roots.size(), state.cohort().minSurvivors());
      }
      case CERTIFYING -> waiting(state.survivorSet().indices(), state.survivorSignatures.keySet());
      case UNMASKING -> waitingForReveals();
      case AGREEING, CHECKPOINTED ->
          waiting(state.manifest.indices(), state.stateSignatures.keySet());
      case VOIDING, VOIDED -> waiting(state.manifest.indices(), state.nonReveals.keySet());
      case APPLYING -> new Waiting(state.phase.name(), List.of(), 0, 0);
    };
  }

  private Waiting waitingForReveals() {
    Opening open = state.opening;
    if (open == null) {
      return waiting(state.manifest.indices(), state.reveals.keySet());
    }
    List<Integer> all = state.survivorSet().indices();
    Set<Integer> answered = new TreeSet<>(all);
    open.badRecovery().forEach(dropped -> answered.retainAll(state.pairsOf(dropped).keySet()));
    return waiting(all, answered, answered.size(), all.size());
  }

  private Waiting waiting(List<Integer> due, Set<Integer> answered) {
    return waiting(due, answered, answered.size(), state.cohort().threshold());
  }

  private Waiting waiting(List<Integer> due, Collection<Integer> answered, int count, int needed) {
    List<String> missing =
        due.stream().filter(i -> !answered.contains(i)).map(state::name).toList();
    return new Waiting(state.phase.name(), missing, count, needed);
  }

  NonRevealQuorum quorumMessage() {
    return new NonRevealQuorum(state.ref, List.copyOf(state.nonReveals.values()));
  }

  Checkpoint checkpointMessage() {
    return new Checkpoint(
        state.ref,
        Objects.requireNonNull(state.result).nextStateDigest(),
        state.stateSignatures.values().stream().limit(state.cohort().threshold()).toList());
  }
}
