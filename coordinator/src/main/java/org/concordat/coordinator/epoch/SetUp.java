package org.concordat.coordinator.epoch;

import org.concordat.secureagg.Notary;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.server.EpochServer;

/** What members and coordinator settle before rounds: stores, draws of cohorts, epochs. */
public final class SetUp {
  private final StoreRelay stores;
  private final DrawKeeper draws;
  private final Epochs epochs;

  public SetUp(StoreRelay stores, DrawKeeper draws, Epochs epochs) {
    this.stores = stores;
    this.draws = draws;
    this.epochs = epochs;
  }

  /**
   * Takes a message, with its signature checked, if it is about one of these. Of any other it notes
   * from which store it comes.
   *
   * @return whether it is
   */
  public boolean received(Notary.Opened opened, byte[] sealed) {
    stores.heard(opened);
    String type = opened.type();
    if (StoreRelay.TYPES.contains(type)) {
      stores.received(opened, sealed);
    } else if (EpochServer.MEMBER_TYPES.contains(type)) {
      epochs.received(opened.sender(), sealed, opened.round());
    } else if (DrawServer.MEMBER_TYPES.contains(type)) {
      draws.received(opened.sender(), sealed);
    } else {
      return false;
    }
    return true;
  }

  /** A member that has connected is told all of it. */
  public void connected(String member) {
    stores.connected(member);
    draws.tell(member);
    epochs.tell(member);
  }

  /** The epochs alone, again. */
  public void tellEpochs(String member) {
    epochs.tell(member);
  }
}
