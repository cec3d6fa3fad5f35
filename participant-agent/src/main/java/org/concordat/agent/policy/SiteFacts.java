package org.concordat.agent.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.stored.Kinds;
import org.concordat.certs.RosterEntry;
import org.concordat.jurisdictions.FactBook;
import org.concordat.jurisdictions.FactBook.Signed;
import org.concordat.jurisdictions.FactBook.Verdict;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members state about themselves, as this site knows it: its own sheet from the file in its
 * home, the others' from the coordinator. No signature is believed that was not verified here. On
 * the mailbox thread.
 */
public final class SiteFacts {
  private static final Logger LOG = LoggerFactory.getLogger(SiteFacts.class);

  /**
   * The own sheet is sent again so many looks after the last time, until the coordinator has it.
   */
  private static final int RESEND_LOOKS = 3;

  private final String self;
  private final FactsFile file;
  private final Rosters rosters;
  private final Notary notary;
  private final Entries entries;
  private final Clock clock;
  private final Reports reports;
  private final FactBook book = new FactBook();

  /** Of the file, when it was read last. */
  private byte[] seen = new byte[0];

  /** The number of the own sheet that the coordinator is known to have. */
  private long shown;

  private int sinceSent;

  public SiteFacts(
      String self,
      Path home,
      Rosters rosters,
      Notary notary,
      Entries entries,
      Clock clock,
      Reports reports) {
    this.self = self;
    this.file = new FactsFile(home);
    this.rosters = rosters;
    this.notary = notary;
    this.entries = entries;
    this.clock = clock;
    this.reports = reports;
    entries.all(Kinds.FACTS).values().forEach(this::load);
  }

  private void load(byte[] sealed) {
    try {
      book.put(open(sealed));
    } catch (BadEnvelopeException | FactSheet.MalformedSheetException formerKey) {
      LOG.info("what a member stated counts no more: {}", formerKey.getMessage());
    }
  }

  private Signed open(byte[] sealed) throws BadEnvelopeException {
    Notary.Opened opened = notary.open(sealed);
    FactSheet sheet = FactSheet.stated(opened.type(), opened.sender(), opened.payload());
    RosterEntry entry =
        rosters
            .find(sheet.member())
            .orElseThrow(
                () -> new BadEnvelopeException("'" + sheet.member() + "' is no member any more"));
    return new Signed(sheet, entry.identityKey().base64(), sealed);
  }

  /** A member's sheet that counts now. */
  public Optional<FactSheet> of(RosterEntry member) {
    return book.find(member.id().value(), member.identityKey().base64()).map(Signed::sheet);
  }

  private Optional<Signed> own() {
    return rosters.find(self).flatMap(entry -> book.find(self, entry.identityKey().base64()));
  }

  /** A new session: what the coordinator has is not known. */
  public void connected() {
    shown = 0;
    sinceSent = RESEND_LOOKS;
  }

  /**
   * Takes the file in the home if it has changed, and sends the own sheet until the coordinator
   * shows it. Every second.
   *
   * @param carry to the coordinator, where there is a session
   */
  public void look(Consumer<byte[]> carry) {
    byte[] now = read();
    if (!Arrays.equals(now, seen)) {
      seen = now;
      if (now.length > 0) {
        stated(now);
      }
    }
    Optional<Signed> own = own();
    if (own.isPresent() && own.get().sheet().number() > shown && ++sinceSent >= RESEND_LOOKS) {
      sinceSent = 0;
      carry.accept(own.get().sealed());
    }
  }

  private byte[] read() {
    try {
      return file.read();
    } catch (IOException unreadable) {
      return seen;
    }
  }

  private void stated(byte[] sealed) {
    try {
      Signed offered = open(sealed);
      if (!offered.sheet().member().equals(self)) {
        throw new BadEnvelopeException("it is of '" + offered.sheet().member() + "'");
      }
      Verdict verdict = book.judge(offered, clock.instant());
      if (verdict == Verdict.NEWER) {
        take(offered);
        sinceSent = RESEND_LOOKS;
        LOG.info("facts that this site states: sheet {}", offered.sheet().number());
      } else if (verdict != Verdict.KNOWN) {
        reports.alarm(
            "%s is not taken (%s): state the facts again, the next sheet has number %d"
                .formatted(file.path(), verdict, nextNumber()));
      }
    } catch (BadEnvelopeException | FactSheet.MalformedSheetException refused) {
      reports.alarm(file.path() + " is not taken: " + refused.getMessage());
    }
  }

  private long nextNumber() {
    return own().map(one -> one.sheet().number()).orElse(0L) + 1;
  }

  private void take(Signed newer) {
    entries.put(Kinds.FACTS, newer.sheet().member(), newer.sealed());
    book.put(newer);
  }

  private void keep(byte[] sealed) {
    try {
      file.write(sealed);
    } catch (IOException full) {
      LOG.warn("{} cannot be written: {}", file.path(), full.getMessage());
    }
  }

  /** A sheet that the coordinator passes on. */
  public void shown(byte[] sealed) {
    try {
      Signed offered = open(sealed);
      boolean mine = offered.sheet().member().equals(self);
      Verdict verdict = book.judge(offered, clock.instant());
      if (verdict == Verdict.NEWER) {
        take(offered);
        if (mine) { // another copy of this home has stated more
          seen = sealed.clone();
          keep(sealed);
        }
      } else if (verdict == Verdict.CONTRADICTS) {
        reports.alarm(
            "ALARM: '%s' has stated two things under number %d"
                .formatted(offered.sheet().member(), offered.sheet().number()));
      }
      if (mine) {
        shown = Math.max(shown, offered.sheet().number());
      }
    } catch (BadEnvelopeException | FactSheet.MalformedSheetException refused) {
      LOG.warn("facts from the coordinator are not taken: {}", refused.getMessage());
    }
  }
}
