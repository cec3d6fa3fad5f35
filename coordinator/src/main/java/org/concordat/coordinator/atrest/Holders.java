package org.concordat.coordinator.atrest;

import java.util.List;
import java.util.Optional;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.directory.Directory;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.jurisdictions.agreement.ModelKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members that can open a model together.
 *
 * @param agreement digest of the agreement that names them, hexadecimal
 * @param needed so many of them
 * @param all in order of id; those of the agreement that are in the roster
 */
public record Holders(String agreement, int needed, List<Holder> all) {
  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

  public Holders {
    all = List.copyOf(all);
  }

  /** A member and the key that its share is sealed to. */
  public record Holder(String member, IdentityKey key) {}

  /**
   * Those of the agreement in force; empty where it names none, where there is no agreement, and
   * where fewer are left in the roster than are needed, which is warned of.
   */
  public static Optional<Holders> of(Directory directory) {
    Optional<Agreement> agreement;
    try {
      agreement = directory.documents().agreement();
    } catch (Directory.RefusedException lost) {
      LOG.warn("Models are sealed for the coordinator only: {}", lost.getMessage());
      return Optional.empty();
    }
    return agreement.flatMap(one -> of(one, directory));
  }

  private static Optional<Holders> of(Agreement agreement, Directory directory) {
    ModelKeys keys = agreement.modelKeys();
    if (keys == null) {
      return Optional.empty();
    }
    List<Holder> left =
        keys.holders().stream()
            .flatMap(id -> directory.roster().find(new MemberId(id)).stream())
            .filter(entry -> directory.isMember(entry.id().value()))
            .map(Holders::holder)
            .toList();
    if (left.size() < keys.needed()) {
      LOG.warn(
          "Models are sealed for the coordinator only: of the holders that the agreement names {}"
              + " are members, and {} are needed. Put another version of it in force",
          left.size(),
          keys.needed());
      return Optional.empty();
    }
    return Optional.of(new Holders(agreement.digest(), keys.needed(), left));
  }

  private static Holder holder(RosterEntry entry) {
    return new Holder(entry.id().value(), entry.identityKey());
  }
}
