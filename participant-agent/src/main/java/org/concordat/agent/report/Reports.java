package org.concordat.agent.report;

import java.time.Clock;
import java.util.Map;
import org.concordat.agent.session.Link;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Refused;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of this site: to its own people in {@link AgentStatus} and the log, to the
 * coordinator and its operator over the session. On the mailbox only.
 */
public final class Reports {
  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
  private static final int MAX_TOLD_CHARS = 2000;

  private final AgentStatus status;
  private final Link link;
  private final Clock clock;
  private String lastAlarm = "";
  private String clippedJob = "";
  private long updates;
  private long clippedUpdates;

  public Reports(AgentStatus status, Link link, Clock clock) {
    this.status = status;
    this.link = link;
    this.clock = clock;
  }

  /** Shows a value to this site's people. */
  public void show(String key, Object value) {
    status.set(key, value);
  }

  /** Shows several at once. */
  public void show(Map<String, ?> values) {
    status.set(values);
  }

  /** Shows what changed several times since: once a second is enough for people. */
  public void flush() {
    status.flush();
  }

  /** What this site did not do, or somebody else should not have done. */
  public void alarm(String what) {
    LOG.warn("{}", what);
    lastAlarm = what;
    show(Map.of("lastAlarm", what, "lastAlarmAt", clock.instant().toString()));
  }

  /**
   * This site has trained and uploaded again: what kept it from that is past, and stays in the log.
   * What somebody else did wrong stays here, too.
   */
  public void worksAgain() {
    if (!lastAlarm.startsWith("ALARM")) {
      lastAlarm = "";
      show(Map.of("lastAlarm", "", "lastAlarmAt", ""));
    }
  }

  /** Notes whether an update was clipped. */
  public void clipping(Task task, boolean clipped) {
    if (task.kind() != Task.Kind.TRAIN) {
      return;
    }
    if (!task.job().equals(clippedJob)) {
      clippedJob = task.job();
      updates = 0;
      clippedUpdates = 0;
    }
    updates++;
    clippedUpdates += clipped ? 1 : 0;
    status.later(
        Map.of(
            "clipped",
            ("%s of %s updates for job '%s' were longer than its clip-norm and were scaled down")
                .formatted(clippedUpdates, updates, clippedJob)));
  }

  /** Says at both sides that nothing is being done. */
  public void idle() {
    doing("idle", "", 0);
  }

  /**
   * Says at both sides what is being done.
   *
   * @param job empty where it is about none
   * @param round from 1
   */
  public void doing(String state, String job, long round) {
    status.later(
        job.isEmpty()
            ? Map.of("state", state)
            : Map.of("state", state, "job", job, "round", round));
    link.report(AgentReport.newBuilder().setState(state).setJob(job).setRound(round).build());
  }

  /** Tells the coordinator what was not acted upon, so that nobody waits. */
  public void notActed(TokenRef ref, String reason, String text) {
    notActed(ref, reason, text, false);
  }

  /** The same of what secure aggregation refuses. */
  public void notActed(TokenRef ref, Refusal refusal) {
    notActed(ref, refusal.reason().name(), String.valueOf(refusal.getMessage()));
  }

  /**
   * The same.
   *
   * @param goesOn whether it is tried again and again; otherwise this site counts as away
   */
  public void notActed(TokenRef ref, String reason, String text, boolean goesOn) {
    link.refused(
        Refused.newBuilder()
            .setJob(ref.job())
            .setRound(ref.round())
            .setAttempt(ref.attempt())
            .setReason(reason)
            .setText(text.length() > MAX_TOLD_CHARS ? text.substring(0, MAX_TOLD_CHARS) : text)
            .setGoesOn(goesOn)
            .build());
  }
}
