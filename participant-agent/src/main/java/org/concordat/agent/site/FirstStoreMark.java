package org.concordat.agent.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.concordat.agent.stored.Kinds;
import org.concordat.certs.FirstStore;
import org.concordat.secureagg.Incarnation;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this site's store is the one that the member was founded with. {@code member init} leaves
 * a mark in the empty state directory; the first start takes it as the store's incarnation. A store
 * that is found empty without the mark may be one that was lost: it is new to everybody, and cannot
 * tell what was done before.
 */
public final class FirstStoreMark {
  private static final Logger LOG = LoggerFactory.getLogger(FirstStoreMark.class);
  private static final String ID = "first-incarnation";

  private final Path file;
  private final Entries entries;
  private final Optional<Incarnation> mark;

  /**
   * @throws MisconfiguredException if the file is there and is no mark
   */
  public FirstStoreMark(Path home, Entries entries) {
    this.file = home.resolve(FirstStore.FILE);
    this.entries = entries;
    this.mark = read();
  }

  /** The incarnation in the mark, where it was there when this process began. */
  public Optional<Incarnation> mark() {
    return mark;
  }

  private Optional<Incarnation> read() {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return Optional.of(Incarnation.of(HexFormat.of().parseHex(text)));
    } catch (NoSuchFileException taken) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException damaged) {
      throw new MisconfiguredException(
          file
              + " cannot be read as 32 hex digits. Next: remove it; this site then asks the other"
              + " members what they know of it before it takes part");
    }
  }

  /** What goes into the store together with its incarnation. */
  public Entries.Change change(Incarnation first) {
    return new Entries.Put(Kinds.FIRST_STORE, ID, first.bytes().toArray());
  }

  /** The store has its incarnation: the mark has done its work, and must name no other store. */
  public void remove() {
    try {
      if (Files.deleteIfExists(file)) {
        LOG.info("this is the first store of this site; {} is taken and removed", file);
      }
    } catch (IOException kept) {
      LOG.warn("{} cannot be removed ({}). Next: remove it by hand", file, kept.getMessage());
    }
  }

  /** Whether this store has been this site's only one. */
  public boolean isFirst(Incarnation now) {
    return entries.get(Kinds.FIRST_STORE, ID).map(Incarnation::of).filter(now::equals).isPresent();
  }
}
