package org.concordat.agent.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent asks a person about a job. Holds no cell of data.
 *
 * @param id 32 hex digits, drawn by the agent; answered once
 * @param site the member whose agent asks
 * @param title the job's, as its operator wrote it; may be empty
 * @param dataSetDigest what the job would be trained on, 64 hex digits
 * @param specDigest SHA-256 of the signed job, 64 hex digits
 * @param rounds training rounds; one evaluation round follows
 * @param members whose updates would be added up
 * @param reasons why a person is asked, in words, the gravest first
 * @param created an instant, ISO 8601
 * @param decidedBy the approver's id, empty while open
 * @param comment the approver's, or why the request was withdrawn
 * @param refusedAnswers what was wrong with answers that did not count, the newest last
 */
public record Request(
    String id,
    String site,
    String job,
    String title,
    String purpose,
    String dataSet,
    String dataSetDigest,
    String specDigest,
    int rounds,
    List<String> members,
    List<String> reasons,
    String created,
    State state,
    String decidedBy,
    String comment,
    List<String> refusedAnswers) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .configure(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES, true)
          .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, true);
  private static final int MAX_REFUSED_ANSWERS = 10;

  /** What became of a request. */
  public enum State {
    OPEN,
    ACCEPTED,
    REJECTED,
    /** The job ended, or its data changed, before anybody answered. */
    WITHDRAWN
  }

  public Request {
    members = List.copyOf(members);
    reasons = List.copyOf(reasons);
    refusedAnswers = List.copyOf(refusedAnswers);
  }

  public boolean isOpen() {
    return state == State.OPEN;
  }

  Request closed(State how, String who, String why) {
    return with(how, who, why, refusedAnswers);
  }

  Request refused(String why) {
    List<String> all = new ArrayList<>(refusedAnswers);
    all.add(why);
    int from = Math.max(0, all.size() - MAX_REFUSED_ANSWERS);
    return with(state, decidedBy, comment, all.subList(from, all.size()));
  }

  private Request with(State now, String who, String why, List<String> refused) {
    return new Request(
        id,
        site,
        job,
        title,
        purpose,
        dataSet,
        dataSetDigest,
        specDigest,
        rounds,
        members,
        reasons,
        created,
        now,
        who,
        why,
        refused);
  }

  byte[] toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * @throws IOException if the bytes are no request
   */
  static Request ofJson(byte[] json) throws IOException {
    return JSON.readValue(json, Request.class);
  }
}
