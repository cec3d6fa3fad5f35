package org.concordat.e2e.lies;

import java.util.List;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Message;

/**
 * One lie of a coordinator.
 *
 * @param name on the command line
 * @param what it does, in words
 * @param expected why members that notice it refuse
 * @param field what the refusal names besides
 * @param script what it does, in code
 * @param job the job in which it is told: changes to a job of five members with c = 1
 */
public record Lie(
    String name, String what, Refusal.Reason expected, String field, Script script, Job job) {
  /** What is really sent, in order, where {@code message} would be. */
  public interface Script {
    List<Message> down(LyingTraffic desk, String member, Message message);
  }

  /** Changes to the job. */
  public interface Job {
    void change(JobSpec.Builder job);
  }

  Lie(String name, String what, Refusal.Reason expected, String field, Script script) {
    this(name, what, expected, field, script, job -> {});
  }
}
