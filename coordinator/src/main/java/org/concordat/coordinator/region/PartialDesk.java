package org.concordat.coordinator.region;

import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.gateway.UploadDesk;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.PartialSum;

/**
 * Takes regions' partial sums, once the survivors are certified, and hands on to the agents' desk
 * what is a member's.
 *
 * @param agents takes members' uploads
 */
public record PartialDesk(RoundEngine engine, Notary notary, EpochLog log, UploadDesk agents)
    implements UploadDesk {
  @Override
  public int requireExpected(String sender, UploadCommitment commitment)
      throws UploadRefusedException {
    if (!isRegion(sender, commitment.ref())) {
      return agents.requireExpected(sender, commitment);
    }
    Round round = round(commitment.ref());
    if (!round.missingRegions().contains(sender)
        && !round.regions().partials().containsKey(sender)) {
      throw new UploadRefusedException(
          "no partial sum of '" + sender + "' is due for " + round.stream().inWords());
    }
    if (commitment.wireBytes() != round.task().wireBytes()) {
      throw new UploadRefusedException(
          "a partial sum of %d bytes, the task asks for %d"
              .formatted(commitment.wireBytes(), round.task().wireBytes()));
    }
    return round.task().quantisation().wireBytes();
  }

  @Override
  public void uploaded(String sender, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    if (!isRegion(sender, commitment.ref())) {
      agents.uploaded(sender, sealed, commitment);
      return;
    }
    try {
      PartialSum partial = PartialSum.open(notary, sealed);
      Round round = round(commitment.ref());
      engine.handle(round.stream(), new RoundMessage.PartialSumStored(partial, sealed));
    } catch (Refusal refusal) {
      log.refused(sender, refusal);
      throw new UploadRefusedException(String.valueOf(refusal.getMessage()));
    }
  }

  private boolean isRegion(String sender, TokenRef ref) {
    return engine.of(ref).filter(round -> round.regions().names().contains(sender)).isPresent();
  }

  private Round round(TokenRef ref) throws UploadRefusedException {
    return engine
        .of(ref)
        .filter(open -> open.task().ref().equals(ref))
        .orElseThrow(() -> new UploadRefusedException("no open round waits for " + ref.describe()));
  }
}
