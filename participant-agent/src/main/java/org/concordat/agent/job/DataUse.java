package org.concordat.agent.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/**
 * What a consent was about, and which sums over the data set may have been opened since. Kept after
 * the job has ended: the next job on the same data is judged by it.
 *
 * @param dataDigest of the files that were consented to, 64 hex digits
 * @param reading how the files were read then: digest of their description (columns, label, split),
 *     64 hex digits
 * @param members of the job when it was consented to, sorted
 * @param person the approver's id where a person decided, else empty
 * @param planned sums that the job would open: its training rounds and the evaluation
 * @param opened rounds of which this site may have revealed shares; a retry is none of its own
 * @param lastRound the last of these, from 0; -1 for none
 * @param ended whether the job has ended
 */
public record DataUse(
    String job,
    String dataSet,
    String dataDigest,
    String reading,
    List<String> members,
    String person,
    long planned,
    long opened,
    long lastRound,
    boolean ended) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES, true)
          .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, true);

  public DataUse {
    members = members.stream().sorted().toList();
  }

  /** A job that was just consented to. */
  static DataUse of(
      String job,
      String dataSet,
      String dataDigest,
      String reading,
      List<String> members,
      String person,
      long planned) {
    return new DataUse(job, dataSet, dataDigest, reading, members, person, planned, 0, -1, false);
  }

  /** How many sums over the data this job may have opened, or may yet open. */
  public long sums() {
    return ended ? opened : planned;
  }

  DataUse opening(long round) {
    return new DataUse(
        job, dataSet, dataDigest, reading, members, person, planned, opened + 1, round, ended);
  }

  DataUse over() {
    return new DataUse(
        job, dataSet, dataDigest, reading, members, person, planned, opened, lastRound, true);
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static DataUse ofJson(byte[] json) {
    try {
      return JSON.readValue(json, DataUse.class);
    } catch (IOException damaged) {
      throw new IllegalStateException("a record of a job in this site's state is damaged", damaged);
    }
  }
}
