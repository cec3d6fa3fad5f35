package org.concordat.auditlog;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * A log that somebody else serves (c2sp.org/tlog-tiles), read at the head that it had when it was
 * opened; it may go on meanwhile. Nothing that is served is trusted: all of it leads to the root
 * that the log's key signed, or is refused.
 */
public final class ServedLog {
  private final LogFiles files;
  private final LogVerifierKey key;
  private final Checkpoint head;
  private final Optional<byte[]> witnessed;

  private ServedLog(
      LogFiles files, LogVerifierKey key, Checkpoint head, Optional<byte[]> witnessed) {
    this.files = files;
    this.key = key;
    this.head = head;
    this.witnessed = witnessed;
  }

  /**
   * Reads the signed head.
   *
   * @param name what refusals begin with
   * @param key the log's key as the caller knows it, never as it is served
   * @param entries whether they are served; without them there is no {@link #verify}
   * @throws LogDamagedException if the head is not by this key, or its tiles are missing
   * @throws LogUnreadableException if it cannot be read
   */
  public static ServedLog open(Path name, LogSource source, LogVerifierKey key, boolean entries) {
    LogFiles files = new LogFiles(name, source);
    // before the head, which a writer moves on: witnesses have never seen a larger one than that
    Optional<byte[]> witnessed = files.read(WitnessedHead.FILE, WitnessedHead.MAX_BYTES);
    return new ServedLog(files, key, SignedHead.pin(files, key, entries), witnessed);
  }

  /** The signed head at which it is read. */
  public Checkpoint head() {
    return head;
  }

  /** The same as signed. */
  public String note() {
    return SignedHead.text(files);
  }

  /**
   * Checks each byte of each tile and entry under the head, that entries are canonical and their
   * ids unique. Nothing is kept but what is needed to see that.
   *
   * @throws LogDamagedException naming the file and what is wrong with it
   * @throws LogUnreadableException if it cannot be read
   */
  public Verification verify() {
    return AuditVerifier.scan(files, head);
  }

  /**
   * Checks each hash tile under the head, where entries are not served: what the log holds is not
   * seen then.
   *
   * @throws LogDamagedException naming the file and what is wrong with it
   * @throws LogUnreadableException if it cannot be read
   */
  public void verifyHashes() {
    TreeEdge edge = new TreeEdge();
    while (edge.size() < head.size()) {
      long number = edge.size() / TilePath.FULL;
      TilePath leaves = new TilePath(0, number, TilePath.width(0, number, head.size()));
      byte[] tile = files.require(leaves);
      if (tile.length != leaves.width() * TreeHash.BYTES) {
        throw new LogDamagedException(files.path(leaves.path()), "has " + tile.length + " bytes");
      }
      Tiles.decode(tile, 0, leaves.width())
          .forEach(
              leaf ->
                  edge.add(
                      leaf,
                      (level, index, hashes) ->
                          files.require(new TilePath(level, index, TilePath.FULL), hashes)));
    }
    for (TilePath partial : TilePath.partials(head.size())) {
      if (partial.level() != TilePath.ENTRIES) {
        files.require(partial, edge.partial(partial.level()));
      }
    }
    if (!edge.root().equals(head.root())) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT),
          "the hashes lead to " + edge.root() + ", signed is " + head.root());
    }
  }

  /**
   * What its witnesses saw, if it says: that must be what its tiles hold.
   *
   * @throws LogDamagedException if witnesses saw another tree than this one, or a larger one
   */
  public Optional<WitnessedHead> witnessed(Collection<WitnessKey> known) {
    return witnessed.map(note -> WitnessedHead.of(files, note, head, key, known));
  }

  /**
   * @throws LogDamagedException if it is smaller than an earlier head, or no extension of it
   */
  public void requireExtends(Checkpoint before) {
    ExtendedLog.require(files, head.size(), before, head);
  }
}
