package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class JournalRecordTest {
  @TempDir Path directory;
  private Mac mac;
  private final TreeHash root = Rfc6962.leaf(new byte[] {1});
  private final JournalRecord record =
      new JournalRecord(7, Rfc6962.EMPTY_ROOT, 9, root, List.of(new byte[0], new byte[] {1, 2}));

  @BeforeEach
  void key() {
    mac = Samples.signer(directory).journalMac();
  }

  @Test
  void aRecordReadsBack() {
    JournalRecord read = JournalRecord.parse(record.encode());
    assertThat(read.base()).isEqualTo(7);
    assertThat(read.baseRoot()).isEqualTo(Rfc6962.EMPTY_ROOT);
    assertThat(read.first()).isEqualTo(9);
    assertThat(read.root()).isEqualTo(root);
    assertThat(read.entries()).containsExactly(new byte[0], new byte[] {1, 2});
    assertThat(read.end()).isEqualTo(11);
  }

  @Test
  void whatIsNoRecordIsRefused() {
    byte[] body = record.encode();
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      if (length != body.length - 4) { // one entry fewer
        assertThatThrownBy(() -> JournalRecord.parse(cut))
            .isInstanceOf(MalformedEntryException.class);
      }
    }
    assertThatThrownBy(() -> new JournalRecord(7, root, 6, root, record.entries()))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> new JournalRecord(-1, root, 6, root, record.entries()))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> new JournalRecord(1, root, Long.MAX_VALUE, root, record.entries()))
        .isInstanceOf(MalformedEntryException.class);
  }

  @Test
  void everyFlippedByteOfAFrameIsSeen() {
    byte[] frame =
        JournalChain.frame(new JournalRecord(9, root, 9, root, record.entries()).encode(), mac);
    assertThat(frame).hasSize(JournalChain.BLOCK);
    assertThat(JournalChain.read(frame, mac).records()).hasSize(1);
    int used = JournalChain.HEADER_BYTES + record.encode().length;
    for (int at = 0; at < used; at++) {
      byte[] changed = frame.clone();
      changed[at] ^= 1;
      assertThat(JournalChain.read(changed, mac).records()).as("byte %d", at).isEmpty();
    }
  }

  @TestFactory
  Stream<DynamicTest> rubbishIsNoJournal() {
    return Seeded.property(
        "mutated journal",
        100,
        random -> {
          byte[] frame =
              JournalChain.frame(
                  new JournalRecord(9, root, 9, root, record.entries()).encode(), mac);
          byte[] changed = Mutation.of(frame, random);
          JournalChain chain = JournalChain.read(changed, mac);
          chain
              .records()
              .forEach(
                  each ->
                      assertThat(each.encode())
                          .isEqualTo(JournalRecord.parse(each.encode()).encode()));
          assertThat(chain.end()).isIn(0L, 11L);
          assertThat(chain.reach()).isLessThanOrEqualTo(11);
        });
  }
}
