package org.concordat.coordinator.directory;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.jurisdictions.FactBook;
import org.concordat.jurisdictions.FactBook.Signed;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members state about themselves: the newest sheet of each, signed with its key in force.
 * Changed on the mailbox thread, read on any.
 */
public final class MemberFacts {
  private static final Logger LOG = LoggerFactory.getLogger(MemberFacts.class);

  private final Directory directory;
  private final Notary notary;
  private final Entries entries;
  private final Clock clock;
  private final FactBook book = new FactBook();

  /**
   * Loads what is stored; each signature is verified again.
   *
   * @param notary opens what a member of the roster in force has signed with its present key
   */
  public MemberFacts(Directory directory, Notary notary, Entries entries, Clock clock) {
    this.directory = directory;
    this.notary = notary;
    this.entries = entries;
    this.clock = clock;
    entries.all(Kinds.FACTS).forEach(this::load);
  }

  private void load(String member, byte[] sealed) {
    try {
      book.put(open(sealed));
    } catch (BadEnvelopeException | FactSheet.MalformedSheetException formerKey) {
      LOG.info("what '{}' stated counts no more: {}", member, formerKey.getMessage());
    }
  }

  /**
   * Opens a sheet, whoever brought it.
   *
   * @throws BadEnvelopeException if no member of the roster in force has signed it
   * @throws FactSheet.MalformedSheetException if it is none, or about another than who signed it
   */
  public Signed open(byte[] sealed) throws BadEnvelopeException {
    Notary.Opened opened = notary.open(sealed);
    FactSheet sheet = FactSheet.stated(opened.type(), opened.sender(), opened.payload());
    RosterEntry entry = directory.find(sheet.member()).orElseThrow();
    return new Signed(sheet, entry.identityKey().base64(), sealed);
  }

  /** See {@link FactBook#judge}. */
  public FactBook.Verdict judge(Signed offered) {
    return book.judge(offered, clock.instant());
  }

  /** Takes a sheet that was judged newer. Durable when it returns. */
  public void take(Signed newer) {
    entries.put(Kinds.FACTS, newer.sheet().member(), newer.sealed());
    book.put(newer);
  }

  /** A member's sheet that counts now. */
  public Optional<FactSheet> of(RosterEntry member) {
    return signed(member).map(Signed::sheet);
  }

  /** The same with its signature. */
  public Optional<Signed> signed(RosterEntry member) {
    return book.find(member.id().value(), member.identityKey().base64());
  }

  /** Those that count now, by member. */
  public List<Signed> all() {
    return directory.roster().entries().stream()
        .map(this::signed)
        .flatMap(Optional::stream)
        .toList();
  }

  /** A sheet as a session carries it. */
  public static SessionDown forAgents(Signed signed) {
    return SessionDown.newBuilder().setFacts(ByteString.copyFrom(signed.sealed())).build();
  }
}
