package org.concordat.cli.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.ConsistencyProof;
import org.concordat.auditlog.InclusionProof;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.MalformedEntryException;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.Rfc6962;
import org.concordat.auditlog.SignatureRefusedException;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.TreeHash;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.AuditHead;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;

/**
 * The log as a running coordinator answers, proved: each entry is under the head of its page, which
 * the log's key signed and which extends the head that was seen here before. What was left out of
 * an answer is not seen. Each call is an entry itself.
 */
public final class AnsweredLog {
  private static final String NEXT =
      "nothing of the answer is to be trusted: copy the log and run 'concordat audit verify' on the"
          + " copy, and ask other members which head they have seen";

  /** Whom it asks. */
  interface Coordinator {
    Iterator<AuditRecord> queryAudit(AuditQueryRequest query);
  }

  private final Coordinator coordinator;
  private final SeenLogHead seen;

  /** Over a connection; the head that was seen is kept in the caller's home. */
  public AnsweredLog(Client client) {
    this(
        client.stream()::queryAudit,
        SeenLogHead.in(
            client.site().home(), LogVerifierKey.parse(client.genesis().logVkey().value())));
  }

  AnsweredLog(Coordinator coordinator, SeenLogHead seen) {
    this.coordinator = coordinator;
    this.seen = seen;
  }

  /**
   * Entries from an index on.
   *
   * @param head under which all of them are
   */
  public record Page(Checkpoint head, List<LoggedEntry> entries) {}

  /**
   * The entries that are answered, in order of index, each proved before it is handed over. Whether
   * they are those that were asked for is for the caller to look.
   *
   * @return the head under which all of them are
   * @throws Failure (verification failed) if head, order or an entry's proof do not hold
   */
  public Checkpoint query(AuditQueryRequest query, Consumer<LoggedEntry> entries) {
    return prove(query, (logged, proof) -> entries.accept(logged));
  }

  /**
   * The same, each entry with its proof under that head, which others can check.
   *
   * @throws Failure as {@link #query}
   */
  public Checkpoint prove(AuditQueryRequest query, BiConsumer<LoggedEntry, TlogProof> entries) {
    Checkpoint before = seen.read();
    Iterator<AuditRecord> answer =
        coordinator.queryAudit(query.toBuilder().setSeenSize(before.size()).build());
    try {
      Shown shown = head(before, answer);
      Checkpoint head = shown.head();
      long from = query.getFromIndex();
      while (answer.hasNext()) {
        AuditRecord record = answer.next();
        if (record.getIndex() < from) {
          throw notProved("entry " + record.getIndex() + " is not behind those before it");
        }
        entries.accept(
            entry(record, head),
            new TlogProof(record.getIndex(), hashes(record.getProofList()), shown.note()));
        from = record.getIndex() + 1;
      }
      return head;
    } catch (ProofRefusedException
        | SignatureRefusedException
        | MalformedNoteException
        | MalformedEntryException refused) {
      throw notProved(String.valueOf(refused.getMessage()));
    }
  }

  private static Failure notProved(String why) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED, "the coordinator's answer is not proved: " + why, NEXT);
  }

  /**
   * The entries from an index on, in order and without a gap; none where there are none yet.
   *
   * @throws Failure as {@link #query}, and if the answer leaves some out
   */
  public Page entries(long from, int limit) {
    List<LoggedEntry> entries = new ArrayList<>();
    Checkpoint head =
        query(
            AuditQueryRequest.newBuilder().setFromIndex(from).setLimit(limit).build(),
            entries::add);
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).index() != from + i) {
        throw leftOut(from + i, head);
      }
    }
    long next = from + entries.size();
    if (entries.size() < limit && next < head.size()) {
      throw leftOut(next, head);
    }
    return new Page(head, entries);
  }

  private static Failure leftOut(long index, Checkpoint head) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "the coordinator left out entry " + index + " of the " + head.size() + " that it signed",
        NEXT);
  }

  /**
   * @param note as signed
   */
  private record Shown(Checkpoint head, String note) {}

  private Shown head(Checkpoint before, Iterator<AuditRecord> answer) {
    if (!answer.hasNext()) {
      throw notProved("it has no head");
    }
    AuditHead shown = answer.next().getHead();
    byte[] note = shown.getCheckpoint().toByteArray();
    Checkpoint head = Checkpoint.open(note, seen.key());
    ConsistencyProof.of(before.size(), head.size(), bytes(shown.getProofList()))
        .verify(before.root(), head.root());
    if (head.size() > before.size()) {
      seen.write(note);
    }
    return new Shown(head, new String(note, StandardCharsets.UTF_8));
  }

  private static LoggedEntry entry(AuditRecord record, Checkpoint head) {
    byte[] json = record.getJson().getBytes(StandardCharsets.UTF_8);
    InclusionProof.of(record.getIndex(), head.size(), bytes(record.getProofList()))
        .verify(Rfc6962.leaf(json), head.root());
    return new LoggedEntry(record.getIndex(), AuditEntry.parse(json));
  }

  private static List<TreeHash> hashes(List<ByteString> hashes) {
    return hashes.stream().map(hash -> TreeHash.of(hash.toByteArray())).toList();
  }

  private static List<byte[]> bytes(List<ByteString> hashes) {
    return hashes.stream().map(ByteString::toByteArray).toList();
  }
}
