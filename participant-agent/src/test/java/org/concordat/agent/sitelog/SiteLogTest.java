package org.concordat.agent.sitelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.concordat.agent.NoLink;
import org.concordat.agent.upload.Uploader;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLogException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC);
  private static final SiteEntries ENTRIES = new SiteEntries("boston", "coordinator", CLOCK);

  @TempDir Path root;
  private Path home;

  @BeforeEach
  void aHome() throws IOException {
    home = root.resolve("home");
    Files.createDirectories(home.resolve("keys"));
  }

  private SiteLog open(long most) throws IOException {
    return SiteLog.open(home, "test/boston", most);
  }

  /** Nobody can read it: it is noted all the same. */
  private static AuditEntry asked(int number) {
    return ENTRIES.askedSealed(bytes("asked " + number));
  }

  private static AuditEntry said(int number) {
    return ENTRIES.saidSealed(bytes("said " + number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> ids(Path of) {
    return SiteLog.entries(of).stream().map(AuditEntry::id).toList();
  }

  @Test
  void whatWasAnsweredIsThereAfterACrashWithWhatWasAskedBefore() throws IOException {
    try (SiteLog log = open(1000)) {
      assertThat(log.asked(asked(1))).isTrue();
      assertThat(log.said(said(1))).isTrue();
      Path crashed = root.resolve("crashed");
      copy(home, crashed);
      assertThat(ids(crashed)).containsExactly(asked(1).id(), said(1).id());
      try (SiteLog again = SiteLog.open(crashed, "test/boston", 1000)) {
        assertThat(again.said(said(2))).isTrue();
      }
      assertThat(ids(crashed)).containsExactly(asked(1).id(), said(1).id(), said(2).id());
    }
  }

  /** Else a consent that is taken back breaks no upload off. */
  @Test
  void anUploadThatIsLoggedIsBrokenOffLikeAnyOther() throws Exception {
    CompletableFuture<Void> unwanted = new CompletableFuture<>();
    List<CompletableFuture<Void>> given = new ArrayList<>();
    Uploader line =
        (content, commitment, roster, told) -> {
          given.add(told);
          return true;
        };
    try (SiteLog log = open(1000)) {
      Uploader logged = new LoggedLink(new NoLink(), log, ENTRIES).logged(line);
      assertThat(
              logged.send(
                  new byte[1], bytes("commitment"), org.concordat.secureagg.Digest.NONE, unwanted))
          .isTrue();
    }
    assertThat(given).singleElement().isSameAs(unwanted);
    assertThat(ids(home)).containsExactly(ENTRIES.saidSealed(bytes("commitment")).id());
  }

  @Test
  void theSameMessageIsOneEntryHoweverOftenItIsSent() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (SiteLog log = open(1000)) {
        log.asked(asked(1));
        log.asked(asked(1));
        assertThat(log.said(said(1))).isTrue();
        assertThat(log.said(said(1))).isTrue();
      }
    }
    assertThat(ids(home)).containsExactly(asked(1).id(), said(1).id());
  }

  @Test
  void theOldestPartGoesBeyondTheLimit() throws IOException {
    try (SiteLog log = open(50)) { // five a part
      for (int i = 0; i < 63; i++) {
        assertThat(log.said(said(i))).isTrue();
      }
    }
    List<String> kept = ids(home);
    assertThat(kept).hasSizeLessThanOrEqualTo(50).endsWith(said(62).id());
    assertThat(kept).hasSizeGreaterThanOrEqualTo(45).doesNotContain(said(0).id());
  }

  @Test
  void whatTheDiskRefusesIsNotSaidAndNothingIsActedUponUntilItTakesIt() throws IOException {
    try (SiteLog log = open(50)) {
      Path inTheWay = Files.createFile(home.resolve("site-log/00000002"));
      for (int i = 0; i < 4; i++) {
        assertThat(log.said(said(i))).isTrue();
      }
      assertThat(log.said(said(4))).isFalse();
      assertThat(log.asked(asked(5))).isFalse();
      assertThat(log.said(said(5))).isFalse();
      assertThat(log.look()).isFalse();
      Files.delete(inTheWay);
      assertThat(log.look()).isTrue();
      assertThat(log.look()).isFalse();
      assertThat(log.said(said(5))).isTrue();
    }
    assertThat(ids(home)).contains(said(5).id()).doesNotContain(asked(5).id());
  }

  @Test
  void whatWasChangedIsRefused() throws IOException {
    try (SiteLog log = open(1000)) {
      log.said(said(1));
    }
    Path entries = home.resolve("site-log/00000001/tile/entries/000.p/1");
    byte[] whole = Files.readAllBytes(entries);
    Random random = new Random(7);
    whole[2 + random.nextInt(whole.length - 2)] ^= 1;
    Files.write(entries, whole);
    assertThatThrownBy(() -> SiteLog.entries(home)).isInstanceOf(AuditLogException.class);
    assertThatThrownBy(() -> open(1000)).isInstanceOf(AuditLogException.class);
  }

  @Test
  void anythingMayBeAskedAndIsNoted() throws IOException {
    Random random = new Random(11);
    try (SiteLog log = open(10_000)) {
      for (int i = 0; i < 500; i++) {
        byte[] junk = new byte[random.nextInt(80)];
        random.nextBytes(junk);
        assertThat(log.asked(ENTRIES.askedSealed(junk))).isTrue();
        assertThat(log.asked(ENTRIES.proposed(junk))).isTrue();
      }
    }
    assertThat(SiteLog.entries(home)).hasSizeGreaterThan(900);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
