package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.server.EpochServer.Phase;

/** How one step ends and the next begins. Changes the copy that it is given. */
final class EpochSteps {
  private EpochSteps() {}

  /** Ends the step with whoever has answered. */
  static EpochState close(EpochState next) throws Refusal {
    switch (next.phase) {
      case KEYS -> {
        SortedMap<Integer, Digest> digests = new TreeMap<>();
        next.keys.forEach((index, key) -> digests.put(index, key.digest()));
        next.present = List.copyOf(next.keys.keySet());
        next.context = Contexts.ofKeys(next.start.digest(), digests);
        next.phase = Phase.ENCAPSULATIONS;
      }
      case ENCAPSULATIONS -> {
        next.present = List.copyOf(next.encapsulations.keySet());
        next.context = Contexts.ofPresent(Objects.requireNonNull(next.context), next.present);
        next.phase = Phase.DEPOSITS;
      }
      case DEPOSITS -> {
        next.depositSet = depositSet(next);
        next.phase = Phase.CHECKS;
      }
      case CHECKS -> {
        next.manifest = EpochParcels.manifest(next);
        next.phase = Phase.SIGNATURES;
      }
      default -> next.phase = Phase.FAILED;
    }
    return next;
  }

  /** Goes on once every dealer has answered and every dispute is decided. */
  static EpochState closeChecks(EpochState next) throws Refusal {
    boolean all = next.answeredChecks().size() == next.deposits.size();
    boolean decided = next.disputes.values().stream().allMatch(OpenDispute::decided);
    return all && decided ? close(next) : next;
  }

  private static DepositSet depositSet(EpochState state) throws Refusal {
    List<DepositSet.Deposit> deposits = new ArrayList<>();
    for (var deposit : state.deposits.entrySet()) {
      Digest digest = EpochChecks.headerOf(state.notary, deposit.getValue()).digest();
      deposits.add(new DepositSet.Deposit(deposit.getKey(), digest));
    }
    return new DepositSet(state.number(), deposits);
  }
}
