package org.concordat.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.concordat.agent.Founded;
import org.concordat.agent.approval.BadApprovalException.Reason;
import org.concordat.agent.approval.Request.State;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.ParticipantKeys;
import org.concordat.protocol.v1.Approval;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people answer in the inbox: which answers count, and each way in which one does not, by
 * name. Real keys, a real store; 'ada' is named in the agent's file, 'bela' has the role only.
 */
class AnswersTest {
  private static final Digest DATA = Digest.sha256(new byte[] {1});

  private static final Instant START = Instant.parse("2026-11-30T09:00:00Z");

  @TempDir static Path founded;
  private static Founded alliance;

  @TempDir Path home;
  private final SettableClock clock = new SettableClock(START);
  private Database database;
  private Entries entries;
  private Inbox inbox;
  private Requests requests;

  @BeforeAll
  static void found() {
    alliance = new Founded(founded, Founded.OPEN, new SettableClock(START));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @BeforeEach
  void open() {
    database = Database.open(StoreLocation.sqlite(home.resolve("state")));
    entries = new SqlEntries(database);
    inbox = Inbox.open(home);
    requests = new Requests(entries, inbox, check("ada"), "zurich", clock);
  }

  private ApprovalCheck check(String... approvers) {
    Rosters rosters = new Rosters(alliance.genesis, entries);
    return new ApprovalCheck(alliance.notary("zurich", rosters), rosters, Arrays.asList(approvers));
  }

  /** The agent ends and comes back. */
  private void restart() {
    database.close();
    open();
  }

  private Request ask(String job) {
    return ask(job, "it is a second job");
  }

  private Request ask(String job, String reason) {
    JobSpec spec = Founded.job(job).build();
    byte[] sealed = alliance.seal("operator", "job.spec", spec.toByteArray());
    return requests.ask(
        spec, sealed, Digest.sha256(sealed), DATA, Founded.MEMBERS, List.of(reason));
  }

  private Approval.Builder approval(Request request) {
    return Inbox.approval(request, true, "the board has seen it", clock.instant()).toBuilder();
  }

  private byte[] signed(String who, Approval.Builder approval) {
    return alliance.seal(who, Inbox.APPROVAL_TYPE, approval.build().toByteArray());
  }

  private byte[] good(Request request) {
    return signed("ada", approval(request));
  }

  private Path file(Request request, String ending) {
    return home.resolve("inbox").resolve(request.id() + ending);
  }

  private Request now(Request request) {
    return inbox.find(request.id()).orElseThrow();
  }

  private String refusalOf(Request asked, byte[] answer) {
    inbox.answer(asked, answer);
    assertThat(requests.answered()).as("it does not count").isEmpty();
    List<String> noted = now(asked).refusedAnswers();
    return noted.get(noted.size() - 1);
  }

  @Test
  void anAnswerThatCountsClosesItsRequest() {
    Request asked = ask("job");
    byte[] answer = good(asked);
    inbox.answer(asked, answer);
    Requests.Answered answered = requests.answered().get(0);
    assertThat(answered.request()).isEqualTo(asked);
    assertThat(answered.answer().approver()).isEqualTo("ada");
    assertThat(answered.answer().accepted()).isTrue();
    assertThat(answered.answer().comment()).isEqualTo("the board has seen it");
    assertThat(answered.answer().sealed()).isEqualTo(answer);
    assertThat(Digest.sha256(answered.sealedSpec()).hex()).isEqualTo(asked.specDigest());
    requests.close(answered);
    assertThat(now(asked).state()).isEqualTo(State.ACCEPTED);
    assertThat(now(asked).decidedBy()).isEqualTo("ada");
    assertThat(file(asked, ".answer")).doesNotExist();
    assertThat(requests.open()).isZero();
  }

  /** The signed job lies beside the request, and counts only as the one that the request names. */
  @Test
  void theSignedJobIsShownAsLongAsItIsTheOneAskedAbout() throws IOException {
    Request asked = ask("job");
    byte[] shown = inbox.job(asked).orElseThrow();
    assertThat(Digest.sha256(shown).hex()).isEqualTo(asked.specDigest());
    Files.delete(file(asked, ".job"));
    assertThat(inbox.job(asked)).isEmpty();
    restart();
    assertThat(inbox.job(asked)).contains(shown);
    Files.write(file(asked, ".job"), new byte[] {1});
    assertThat(inbox.job(asked)).isEmpty();
  }

  @Test
  void aRejectionCountsAsOne() {
    Request asked = ask("job");
    inbox.answer(asked, signed("ada", approval(asked).setAccepted(false).setComment("no")));
    Requests.Answered answered = requests.answered().get(0);
    assertThat(answered.answer().accepted()).isFalse();
    requests.close(answered);
    assertThat(now(asked).state()).isEqualTo(State.REJECTED);
    assertThat(now(asked).comment()).isEqualTo("no");
  }

  private byte[] wrong(Reason reason, Request asked) {
    ByteString other = ByteString.copyFrom(Digest.sha256(new byte[] {9}).bytes());
    return switch (reason) {
      case NOT_AN_APPROVAL ->
          alliance.seal("ada", "job.consent", approval(asked).build().toByteArray());
      case NOT_AN_APPROVER -> signed("operator", approval(asked));
      case NOT_NAMED -> signed("bela", approval(asked));
      case OTHER_SITE -> signed("ada", approval(asked).setSite("boston"));
      case REPLAYED -> signed("ada", approval(asked).setRequest("0".repeat(32)));
      case JOB_CHANGED -> signed("ada", approval(asked).setSpecDigest(other));
      case DATA_CHANGED -> signed("ada", approval(asked).setDataSetDigest(other));
    };
  }

  private static final Map<Reason, List<String>> SAID =
      Map.of(
          Reason.NOT_AN_APPROVAL, List.of("signed as 'job.consent', not as job.approval"),
          Reason.NOT_AN_APPROVER, List.of("'operator' has not the role approver"),
          Reason.NOT_NAMED, List.of("'bela'", "approval.approvers of this agent's file: [ada]"),
          Reason.OTHER_SITE, List.of("an answer for site 'boston'"),
          Reason.REPLAYED, List.of("it answers request " + "0".repeat(32), "counts once"),
          Reason.JOB_CHANGED, List.of("it approves job 'job' with digest ", "asked was about"),
          Reason.DATA_CHANGED,
              List.of("it approves data ", "asked was about " + DATA.hex().substring(0, 12)));

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonIsToldByNameAndLeavesTheRequestOpen(Reason reason) throws IOException {
    Request asked = ask("job");
    byte[] answer = wrong(reason, asked);
    assertThat(refusalOf(asked, answer)).startsWith(reason + ": ").contains(SAID.get(reason));
    assertThat(now(asked).isOpen()).isTrue();
    assertThat(now(asked).decidedBy()).isEmpty();
    assertThat(file(asked, ".answer")).doesNotExist();
    assertThat(Files.readAllBytes(file(asked, ".refused"))).as("kept aside").isEqualTo(answer);

    restart();
    assertThat(now(asked).refusedAnswers()).as("durable").hasSize(1);
    assertThat(requests.answered()).as("what is aside is not read again").isEmpty();
    inbox.answer(now(asked), good(asked));
    assertThat(requests.answered()).as("a good one still counts").hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void theCheckItselfNamesTheReason(Reason reason) {
    Request asked = ask("job");
    assertThatThrownBy(() -> check("ada").check(asked, wrong(reason, asked)))
        .isInstanceOfSatisfying(
            BadApprovalException.class, bad -> assertThat(bad.reason()).isEqualTo(reason));
  }

  @Test
  void anotherJobUnderTheSameDigestIsAChangedJob() {
    Request asked = ask("job");
    assertThat(refusalOf(asked, signed("ada", approval(asked).setJob("other"))))
        .startsWith("JOB_CHANGED: ")
        .contains("it approves job 'other'")
        .contains("asked was about 'job'");
  }

  @Test
  void anAnswerThatNamesNoDataIsAboutOtherData() {
    Request asked = ask("job");
    assertThat(refusalOf(asked, signed("ada", approval(asked).clearDataSetDigest())))
        .startsWith("DATA_CHANGED: it approves data (none)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "zurich", "boston", "coordinator"})
  void whoeverHasNotTheRoleAnswersForNobody(String who) {
    Request asked = ask("job");
    assertThat(refusalOf(asked, signed(who, approval(asked))))
        .startsWith("NOT_AN_APPROVER: '" + who + "'");
  }

  @Test
  void aNameInTheAgentsFileGivesNobodyTheRole() {
    Request asked = ask("job");
    assertThatThrownBy(
            () -> check("ada", "operator").check(asked, signed("operator", approval(asked))))
        .hasMessageStartingWith("NOT_AN_APPROVER: ");
  }

  @Test
  void aSignatureWithOtherKeysIsNone() {
    Request asked = ask("job");
    ParticipantKeys stolen = ParticipantKeys.create(home.resolve("mallory"));
    byte[] payload = approval(asked).build().toByteArray();
    for (String name : List.of("ada", "mallory")) {
      assertThat(refusalOf(asked, Founded.seal("test", name, stolen, Inbox.APPROVAL_TYPE, payload)))
          .startsWith("NOT_AN_APPROVAL: signature of '" + name + "'")
          .contains("does not verify with the roster's key");
    }
  }

  @Test
  void anAnswerOfAnotherAllianceIsNone() {
    Request asked = ask("job");
    byte[] payload = approval(asked).build().toByteArray();
    byte[] elsewhere =
        Founded.seal("other", "ada", alliance.keys.get("ada"), Inbox.APPROVAL_TYPE, payload);
    assertThat(refusalOf(asked, elsewhere))
        .startsWith("NOT_AN_APPROVAL: envelope of alliance 'other', this is 'test'");
  }

  @Test
  void aPayloadThatIsNoApprovalIsNone() {
    Request asked = ask("job");
    byte[] rubbish = alliance.seal("ada", Inbox.APPROVAL_TYPE, new byte[] {(byte) 0xff, 1, 2});
    assertThat(refusalOf(asked, rubbish)).isEqualTo("NOT_AN_APPROVAL: its payload is no approval");
  }

  @Test
  void aCommentMayBeAsLongAsTheCommandAllows() {
    Request asked = ask("job");
    assertThat(refusalOf(asked, signed("ada", approval(asked).setComment("x".repeat(501)))))
        .isEqualTo("NOT_AN_APPROVAL: its comment has more than 500 characters");
    inbox.answer(asked, signed("ada", approval(asked).setComment("x".repeat(500))));
    assertThat(requests.answered()).hasSize(1);
  }

  @Test
  void whatAStrangerWroteIsToldWithoutControlCharacters() {
    Request asked = ask("job");
    assertThat(refusalOf(asked, signed("ada", approval(asked).setSite("bos\u001b[2J\nton"))))
        .startsWith("OTHER_SITE: ")
        .doesNotContain("\u001b")
        .doesNotContain("\n");
  }

  @Test
  void aDamagedFileIsNoApprovalWhereverItIsDamaged() throws IOException {
    Request asked = ask("job");
    byte[] whole = good(asked);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    byte[] signatureFlipped = whole.clone();
    signatureFlipped[whole.length - 1] ^= 1;
    byte[] tail = Arrays.copyOf(whole, whole.length + 2);
    tail[whole.length] = (byte) 0x7a; // a field 15 that an envelope does not have
    List<byte[]> damaged =
        List.of(
            new byte[0],
            new byte[] {7},
            Arrays.copyOf(whole, whole.length - 1),
            Arrays.copyOf(whole, whole.length / 2),
            flipped,
            signatureFlipped,
            tail,
            new byte[Inbox.MAX_ANSWER_BYTES + 1]);
    for (byte[] content : damaged) {
      Files.write(file(asked, ".answer"), content);
      assertThat(requests.answered()).as("%d bytes", content.length).isEmpty();
      List<String> noted = now(asked).refusedAnswers();
      assertThat(noted.get(noted.size() - 1)).startsWith("NOT_AN_APPROVAL: ");
      assertThat(file(asked, ".refused")).exists();
    }
    assertThat(now(asked).refusedAnswers()).hasSize(damaged.size());
    inbox.answer(now(asked), whole);
    assertThat(requests.answered()).hasSize(1);
  }

  @Test
  void theLastTenRefusalsAreKept() {
    Request asked = ask("job");
    for (int i = 0; i < 12; i++) {
      refusalOf(asked, signed("ada", approval(asked).setSite("site-" + i)));
    }
    assertThat(now(asked).refusedAnswers())
        .hasSize(10)
        .first()
        .asString()
        .contains("site 'site-2'");
    assertThat(now(asked).refusedAnswers().get(9)).contains("site 'site-11'");
  }

  // --- older and newer

  @Test
  void anAnswerToAnEarlierRequestAboutTheSameJobIsReplayed() throws IOException {
    Request earlier = ask("job");
    byte[] answer = good(earlier);
    requests.withdraw("job", "its data changed");
    clock.advance(Duration.ofMinutes(1));
    Request later = ask("job");
    assertThat(refusalOf(later, answer))
        .startsWith("REPLAYED: it answers request " + earlier.id() + ", this is " + later.id());
    Files.write(file(earlier, ".answer"), answer);
    assertThat(requests.answered()).as("the request it was for is over").isEmpty();
    assertThat(now(earlier).refusedAnswers().get(0)).contains("WITHDRAWN: an answer counts once");
    assertThat(now(earlier).state()).isEqualTo(State.WITHDRAWN);
    assertThat(now(later).isOpen()).isTrue();
  }

  @Test
  void anAnswerToALaterRequestIsNoneToAnEarlierOne() {
    Request earlier = ask("job");
    clock.advance(Duration.ofMinutes(1));
    Request later = ask("job", "there is another reason now");
    assertThat(refusalOf(earlier, good(later))).startsWith("REPLAYED: ");
  }

  @Test
  void anAnswerCountsOnceEvenIfItIsPutBack() throws IOException {
    Request asked = ask("job");
    byte[] answer = good(asked);
    inbox.answer(asked, answer);
    requests.close(requests.answered().get(0));
    Files.write(file(asked, ".answer"), answer);
    assertThat(requests.answered()).isEmpty();
    assertThat(now(asked).refusedAnswers().get(0)).contains("ACCEPTED: an answer counts once");
    assertThat(now(asked).state()).as("as it was decided").isEqualTo(State.ACCEPTED);
    assertThat(now(asked).decidedBy()).isEqualTo("ada");
  }

  /** A request's id is drawn by the agent: nobody can have signed for it before it was made. */
  @ParameterizedTest
  @ValueSource(longs = {-400, -1, 0, 1, 400})
  void whatTheApproversClockSaysDoesNotDecide(long days) {
    Request asked = ask("job");
    Instant said = clock.instant().plus(Duration.ofDays(days));
    inbox.answer(asked, signed("ada", approval(asked).setUnixMillis(said.toEpochMilli())));
    assertThat(requests.answered()).hasSize(1);
  }

  @Test
  void anAnswerToARequestThatNobodyMadeIsMovedAside() throws IOException {
    Path folder = home.resolve("inbox");
    Files.write(folder.resolve("e".repeat(32) + ".answer"), new byte[] {1});
    assertThat(requests.answered()).isEmpty();
    assertThat(folder.resolve("e".repeat(32) + ".answer")).doesNotExist();
    assertThat(folder.resolve("e".repeat(32) + ".refused")).exists();
  }

  // --- what is asked is durable

  @Test
  void whatAnOpenRequestShowsIsAskedOnce() {
    Request first = ask("job");
    assertThat(ask("job")).isEqualTo(first);
    Request further = ask("job", "a reason that the first does not show");
    assertThat(further.id()).isNotEqualTo(first.id());
    assertThat(requests.open()).isEqualTo(2);
    requests.withdraw("job", "its data changed");
    assertThat(ask("job").id()).as("closed ones ask nothing").isNotEqualTo(first.id());
  }

  @Test
  void whatIsAskedAndAnsweredOutlivesARestart() throws IOException {
    Request asked = ask("job");
    Files.delete(file(asked, ".request.json"));
    restart();
    assertThat(now(asked)).as("shown anew").isEqualTo(asked);
    assertThat(requests.openFor(Digest.ofHex(asked.specDigest()))).contains(asked);
    assertThat(requests.open()).isEqualTo(1);
    inbox.answer(asked, good(asked));
    assertThat(requests.answered()).hasSize(1);
    restart();
    Requests.Answered again = requests.answered().get(0);
    assertThat(again.request()).as("it stays until it is acted upon").isEqualTo(asked);
    assertThat(Digest.sha256(again.sealedSpec()).hex()).isEqualTo(asked.specDigest());
    requests.close(again);
    restart();
    assertThat(requests.answered()).isEmpty();
    assertThat(requests.openFor(Digest.ofHex(asked.specDigest()))).isEmpty();
    assertThat(now(asked).state()).isEqualTo(State.ACCEPTED);
  }

  @Test
  void aRequestThatWasTamperedWithInTheFolderIsWrittenAnewAndDecidesNothing() throws IOException {
    Request asked = ask("job");
    Request forged =
        new Request(
            asked.id(),
            asked.site(),
            asked.job(),
            asked.title(),
            asked.purpose(),
            asked.dataSet(),
            Digest.sha256(new byte[] {9}).hex(),
            asked.specDigest(),
            asked.rounds(),
            asked.members(),
            List.of(),
            asked.created(),
            State.OPEN,
            "",
            "",
            List.of());
    Files.write(file(asked, ".request.json"), forged.toJson());
    inbox.answer(forged, good(forged));
    assertThat(requests.answered()).isEmpty();
    assertThat(now(asked).refusedAnswers().get(0)).startsWith("DATA_CHANGED: ");
    assertThat(now(asked).reasons()).isEqualTo(asked.reasons());
    Files.writeString(file(asked, ".request.json"), "{\"id\":");
    restart();
    assertThat(now(asked).reasons()).isEqualTo(asked.reasons());
  }

  @Test
  void aRequestInTheFolderThatIsNotInTheStateIsRemoved() throws IOException {
    Path stranger = home.resolve("inbox/" + "d".repeat(32) + ".request.json");
    Files.write(stranger, InboxTest.request("d", "job").toJson());
    restart();
    assertThat(stranger).doesNotExist();
  }

  @Test
  void aDamagedRequestInTheStateIsNamed() {
    Request asked = ask("job");
    entries.put("approval-request", asked.id(), new byte[] {'{'});
    database.close();
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("request " + asked.id() + " in this site's state is damaged");
  }

  @Test
  void theLastHundredThatWereClosedAreKept() {
    Request first = ask("job-0");
    requests.withdraw("job-0", "over");
    Request open = ask("stays-open");
    for (int i = 1; i <= Requests.KEPT_CLOSED; i++) {
      clock.advance(Duration.ofSeconds(1));
      ask("job-" + i);
      assertThat(inbox.find(first.id())).isPresent();
      requests.withdraw("job-" + i, "over");
    }
    assertThat(inbox.find(first.id())).isEmpty();
    assertThat(inbox.list()).hasSize(Requests.KEPT_CLOSED + 1).contains(open);
    restart();
    assertThat(inbox.list()).hasSize(Requests.KEPT_CLOSED + 1).contains(open);
  }

  @Test
  void somebodyCanApproveOnlyIfNamedAndWithTheRole() {
    assertThat(check().anybody()).isFalse();
    assertThat(check("operator", "nobody", "Not_A_Name").anybody()).isFalse();
    assertThat(check("operator", "bela").anybody()).isTrue();
  }
}
