package org.concordat.coordinator.job;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.job.record.Answered;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Consent;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;

/** What members answer to jobs, and who is waited for. Used on the mailbox thread only. */
public final class Consenting {
  /** People are given a week where a site says that it waits for one. */
  private static final Duration PERSON_WAIT = Duration.ofDays(7);

  /** How a site's report says so. */
  private static final String PERSON = "person's approval";

  /** Of one site to one job; one refusal more is taken, so that a consent can be taken back. */
  private static final int MAX_ANSWERS = 16;

  /** How sites end the explanation of a consent that they add nothing to. */
  private static final String USUAL_CONSENT = "and its policy allows every action";

  private final JobBook book;
  private final Directory directory;
  private final Sessions sessions;
  private final ConsentCheck check;
  private final JobStart start;
  private final Clock clock;
  private final Duration consentWait;
  private final Duration personWait;

  /**
   * @param consentWait after which a job starts or fails without those that have not answered
   */
  public Consenting(
      JobBook book,
      Directory directory,
      Sessions sessions,
      ConsentCheck check,
      JobStart start,
      Clock clock,
      Duration consentWait) {
    this.book = book;
    this.directory = directory;
    this.sessions = sessions;
    this.check = check;
    this.start = start;
    this.clock = clock;
    this.consentWait = consentWait;
    this.personWait = consentWait.compareTo(PERSON_WAIT) > 0 ? consentWait : PERSON_WAIT;
  }

  /**
   * Takes a member's answer. The first one decides who takes part, until the job runs: a consent
   * that is taken back before does not count. A different one in a running job (its store was lost,
   * its data is another) is logged and shown: what the member does of the rounds follows from its
   * own answer.
   */
  public Optional<Job> answered(String member, Notary.Opened opened) {
    Consent consent;
    try {
      consent = Consent.parseFrom(opened.payload());
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
    Optional<Job> found = book.find(consent.getJob());
    if (found.isEmpty() || !ConsentCheck.isAbout(found.get(), member, consent)) {
      return Optional.empty();
    }
    Job job = found.get();
    Answered before = job.record().getAnsweredOrDefault(member, Answered.getDefaultInstance());
    Digest digest = Digest.sha256(opened.payload());
    boolean first = job.record().getState() == JobState.PROPOSED && !answered(job, member);
    boolean another =
        before.getCount() > 0
            && before.getCount() < (consent.getGranted() ? MAX_ANSWERS : MAX_ANSWERS + 1)
            && !digest.equals(new Digest(before.getDigest().toByteArray()));
    boolean takenBack =
        job.record().getState() == JobState.PROPOSED && another && !consent.getGranted();
    if (!first && !takenBack && !(job.running() && another)) {
      return Optional.empty();
    }
    Consent counted = check.counted(job, member, consent);
    check.write(job, member, counted, first ? "" : "/" + digest.hex());
    JobRecord.Builder record =
        job.record().toBuilder()
            .putAnswered(
                member,
                Answered.newBuilder()
                    .setDigest(ByteString.copyFrom(digest.bytes()))
                    .setCount(before.getCount() + 1)
                    .build());
    if (first || takenBack) {
      record.putConsents(member, counted.getGranted());
    }
    if (!counted.getGranted()) {
      record.putExplanations(member, cut(counted.getExplanation())).removeRemarks(member);
    } else if (!remark(counted).isEmpty()) {
      record.putRemarks(member, cut(remark(counted)));
    }
    return Optional.of(start.startIfAnswered(book.put(record.build(), job.spec()), false));
  }

  /** What a site adds to the sentence that every consent has. */
  private static String remark(Consent consent) {
    int usual = consent.getExplanation().indexOf(USUAL_CONSENT);
    String more =
        usual < 0
            ? consent.getExplanation()
            : consent.getExplanation().substring(usual + USUAL_CONSENT.length());
    return more.replaceFirst("^[\\s.,;:]+", "");
  }

  private static boolean answered(Job job, String member) {
    return job.record().containsConsents(member);
  }

  /** Nobody waits for the answer of one that is no member any more. */
  private List<String> unanswered(Job job) {
    return job.record().getMembersList().stream()
        .filter(member -> !answered(job, member) && directory.isMember(member))
        .toList();
  }

  /**
   * A site has said what it does. That a person is asked is kept: it is so until the site answers,
   * whatever else it does meanwhile, and while it is away.
   */
  public void reported(String member, AgentReport report) {
    Optional<Job> asked =
        report.getState().contains(PERSON) ? book.find(report.getJob()) : Optional.empty();
    asked
        .filter(job -> job.record().getState() == JobState.PROPOSED)
        .filter(job -> unanswered(job).contains(member) && !isAskingPerson(job, member))
        .ifPresent(job -> book.put(job.record().toBuilder().addAsking(member).build(), job.spec()));
  }

  private static boolean isAskingPerson(Job job, String member) {
    return job.record().getAskingList().contains(member);
  }

  /** Whose answers a proposed job waits for, in words; empty for any other. */
  public String waitingFor(Job job) {
    List<String> missing = unanswered(job);
    if (job.record().getState() != JobState.PROPOSED || missing.isEmpty()) {
      return "";
    }
    return "answers of "
        + missing.stream()
            .map(
                member ->
                    sessions.find(member).isEmpty()
                        ? member + " (away)"
                        : isAskingPerson(job, member) ? member + " (a person is asked)" : member)
            .collect(Collectors.joining(", "));
  }

  /** Starts, or fails, jobs whose members have had long enough to answer. */
  public List<Job> tick() {
    List<Job> changed = new ArrayList<>();
    for (Job job : List.copyOf(book.all())) {
      long waited = clock.millis() - job.record().getSubmittedMillis();
      Duration limit =
          unanswered(job).stream().anyMatch(member -> isAskingPerson(job, member))
              ? personWait
              : consentWait;
      boolean due = waited > limit.toMillis() || unanswered(job).isEmpty();
      if (job.record().getState() == JobState.PROPOSED && due) {
        Job after = start.startIfAnswered(job, true);
        if (after != job) {
          changed.add(after);
        }
      }
    }
    return changed;
  }

  private static String cut(String text) {
    return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
  }
}
