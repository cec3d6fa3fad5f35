package org.concordat.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.AuditHead;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that answers from a log, and lies. */
class AnsweredLogTest {
  @TempDir Path directory;
  private LogSigner signer;
  private AuditLog log;
  private SeenLogHead seen;
  private Consumer<List<AuditRecord>> lie = answer -> {};

  @BeforeEach
  void write() {
    signer = LogSigner.create(directory.resolve("log.key"), "test.example/audit");
    log = AuditLog.open(directory.resolve("log"), signer);
    append(0, 300, "");
    seen = SeenLogHead.in(directory, signer.vkey());
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void append(int from, int to, String mark) {
    log.append(
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    AuditEntry.of(
                        "e" + mark + i,
                        Instant.parse("2026-12-01T09:00:00Z"),
                        EntryType.SYSTEM,
                        "coordinator",
                        "test",
                        EntryOutcome.OK))
            .toList());
  }

  private List<AuditRecord> honest(AuditQueryRequest query) {
    List<AuditRecord> answer = new ArrayList<>();
    AuditHead.Builder head =
        AuditHead.newBuilder().setCheckpoint(ByteString.copyFromUtf8(log.signedCheckpoint()));
    if (query.getSeenSize() > 0 && query.getSeenSize() <= log.size()) {
      log.consistency(query.getSeenSize())
          .hashes()
          .forEach(hash -> head.addProof(ByteString.copyFrom(hash.bytes())));
    }
    answer.add(AuditRecord.newBuilder().setHead(head).build());
    log.query(AuditFilter.ALL.from(query.getFromIndex()).limit(query.getLimit()))
        .map(this::record)
        .forEach(answer::add);
    return answer;
  }

  private AuditRecord record(LoggedEntry logged) {
    AuditRecord.Builder record =
        AuditRecord.newBuilder().setIndex(logged.index()).setJson(logged.entry().json());
    log.inclusion(logged.index(), log.size())
        .hashes()
        .forEach(hash -> record.addProof(ByteString.copyFrom(hash.bytes())));
    return record.build();
  }

  private AnsweredLog asked() {
    return new AnsweredLog(
        query -> {
          List<AuditRecord> answer = honest(query);
          lie.accept(answer);
          return answer.iterator();
        },
        seen);
  }

  private static void refused(ThrowingCallable call, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ExitCode.VERIFICATION_FAILED);
              assertThat(failure).hasMessageContaining(why);
            });
  }

  private void refused(Consumer<List<AuditRecord>> how, String why) {
    lie = how;
    refused(() -> asked().entries(0, 10), why);
  }

  @Test
  void anHonestAnswerIsTakenAndItsHeadRemembered() {
    AnsweredLog.Page page = asked().entries(290, 100);
    assertThat(page.entries()).hasSize(10).extracting(LoggedEntry::index).startsWith(290L);
    assertThat(page.head()).isEqualTo(log.checkpoint());
    assertThat(seen.read()).isEqualTo(log.checkpoint());
    append(300, 700, "");
    assertThat(asked().entries(600, 10).head().size()).isEqualTo(700);
    assertThat(seen.read().size()).isEqualTo(700);
    assertThat(asked().entries(700, 10).entries()).isEmpty();
  }

  @Test
  void anEntryThatIsNotInTheLogIsRefused() {
    refused(
        answer -> {
          AuditRecord record = answer.get(3);
          String other = record.getJson().replace("coordinator", "zurich");
          answer.set(3, record.toBuilder().setJson(other).build());
        },
        "inclusion");
  }

  @Test
  void whatComesBeforeTheLieIsHandedOverAndNothingBehindIt() {
    lie =
        answer ->
            answer.set(4, answer.get(4).toBuilder().setProof(0, answer.get(1).getProof(1)).build());
    List<Long> taken = new ArrayList<>();
    AuditQueryRequest ten = AuditQueryRequest.newBuilder().setLimit(10).build();
    refused(() -> asked().query(ten, logged -> taken.add(logged.index())), "inclusion");
    assertThat(taken).containsExactly(0L, 1L, 2L);
  }

  @Test
  void anEntryOfAnotherIndexOrOrderIsRefused() {
    refused(answer -> answer.set(3, answer.get(3).toBuilder().setIndex(9).build()), "inclusion");
    refused(answer -> Collections.swap(answer, 2, 3), "not behind");
    refused(answer -> answer.set(3, answer.get(3).toBuilder().setIndex(-1).build()), "not behind");
    refused(
        answer -> answer.set(10, answer.get(10).toBuilder().setIndex(300).build()), "inclusion");
  }

  @Test
  void proofsOfAnyOtherLengthAreRefused() {
    refused(answer -> answer.set(1, answer.get(1).toBuilder().clearProof().build()), "too few");
    refused(
        answer ->
            answer.set(1, answer.get(1).toBuilder().addProof(answer.get(1).getProof(0)).build()),
        "too many");
    refused(
        answer ->
            answer.set(
                1, answer.get(1).toBuilder().addProof(ByteString.copyFromUtf8("short")).build()),
        "32 bytes");
  }

  @Test
  void anEntryLeftOutOfAGaplessAnswerIsMissed() {
    refused(answer -> answer.remove(4), "left out entry 3");
    refused(answer -> answer.remove(10), "left out entry 9");
  }

  @Test
  void anAnswerWithoutAHeadIsRefused() {
    refused(List::clear, "no head");
    refused(answer -> answer.remove(0), "checkpoint");
  }

  @Test
  void aHeadBySomebodyElseIsRefused() {
    LogSigner other = LogSigner.create(directory.resolve("other.key"), "test.example/audit");
    try (AuditLog theirs = AuditLog.open(directory.resolve("theirs"), other)) {
      ByteString note = ByteString.copyFromUtf8(theirs.signedCheckpoint());
      refused(
          answer ->
              answer.set(
                  0,
                  AuditRecord.newBuilder()
                      .setHead(AuditHead.newBuilder().setCheckpoint(note))
                      .build()),
          "by another key");
    }
  }

  /** The log's own key signs another history: only who remembers the head before sees it. */
  @Test
  void aForkIsRefusedAndTheHeadSeenBeforeIsKept() {
    asked().entries(0, 1);
    Checkpoint before = seen.read();
    log.close();
    log = AuditLog.open(directory.resolve("fork"), signer);
    append(0, 299, "");
    refused(() -> asked().entries(0, 1), "consistency");
    append(299, 500, "other");
    refused(() -> asked().entries(0, 1), "consistency");
    assertThat(seen.read()).isEqualTo(before);
  }

  @Test
  void aHeadThatWasSeenIsOfThisLogOrNone() throws IOException {
    Files.write(directory.resolve("seen-log-head"), "no note".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> asked().entries(0, 1))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("seen-log-head");
  }
}
