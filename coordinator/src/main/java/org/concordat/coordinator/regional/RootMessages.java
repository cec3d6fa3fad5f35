package org.concordat.coordinator.regional;

import com.google.protobuf.ByteString;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.CertsException;
import org.concordat.certs.Crl;
import org.concordat.coordinator.directory.Directory;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.protocol.v1.RegionRefused;
import org.concordat.protocol.v1.RegionUp;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the coordinator says, each part believed as far as members' signatures bear it out. On the
 * mailbox thread. What is not acted upon is said, for the operator.
 */
record RootMessages(
    Directory directory, RegionRounds rounds, PartialWork work, RootSession session) {
  private static final Logger LOG = LoggerFactory.getLogger(RootMessages.class);
  private static final int MAX_TEXT = 2000;

  void received(RegionDown message) {
    try {
      switch (message.getKindCase()) {
        case WELCOME -> rounds.connected();
        case ROSTER_CHAIN -> directory.recover(message.getRosterChain().toByteArray());
        case CRL -> directory.revocations().publish(Crl.parseOne(message.getCrl().toByteArray()));
        case TASK -> rounds.told(message.getTask());
        case CERTIFICATE -> work.begin(rounds.certified(message.getCertificate().toByteArray()));
        case KEPT -> rounds.retain(kept(message));
        default -> LOG.warn("the coordinator says what this program does not know: upgrade it");
      }
    } catch (Refusal refusal) {
      LOG.warn("{}", refusal.getMessage());
      session.push(refusal(Digest.NONE, String.valueOf(refusal.getMessage())));
    } catch (CertsException | Directory.RefusedException | MalformedMessageException bad) {
      LOG.warn("a message of the coordinator is not taken: {}", bad.getMessage());
    } catch (StoreException trouble) {
      LOG.error("a message of the coordinator could not be kept; it is asked again", trouble);
      session.again();
    }
  }

  private static Set<Digest> kept(RegionDown message) {
    return message.getKept().getTasksList().stream()
        .map(task -> new Digest(task.toByteArray()))
        .collect(Collectors.toSet());
  }

  /** Why nothing is added up for a task. */
  static RegionUp refusal(Digest task, String why) {
    return RegionUp.newBuilder()
        .setRefused(
            RegionRefused.newBuilder()
                .setTask(ByteString.copyFrom(task.bytes()))
                .setText(why.length() > MAX_TEXT ? why.substring(0, MAX_TEXT) : why))
        .build();
  }
}
