package org.concordat.coordinator.round;

import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.message.Task;

/**
 * Whose events a stream has: those of a round, or of one cohort of a round over several.
 *
 * @param round from 0
 * @param cohort from 1; 0 where there is one, and for all of them together
 */
public record StreamId(String job, long round, int cohort) implements Comparable<StreamId> {
  private static final String PREFIX = "round/";

  /** The whole of a round. */
  public static StreamId of(String job, long round) {
    return new StreamId(job, round, 0);
  }

  /** Of the round that a task belongs to. */
  public static StreamId of(Task task, int cohort) {
    return new StreamId(task.job(), task.round(), cohort);
  }

  /**
   * Reads {@link #name}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static StreamId parse(String name) {
    String[] parts = name.split("/", -1);
    if (!name.startsWith(PREFIX) || parts.length < 3 || parts.length > 4) {
      throw new IllegalArgumentException("\"" + name + "\" names no round");
    }
    return new StreamId(
        parts[1], Long.parseLong(parts[2]), parts.length > 3 ? Integer.parseInt(parts[3]) : 0);
  }

  /** The same round, of all its cohorts. */
  public StreamId whole() {
    return of(job, round);
  }

  /** One cohort of the same round. */
  public StreamId cohort(int number) {
    return new StreamId(job, round, number);
  }

  /** As stores have it; names sort as rounds do. */
  public String name() {
    return PREFIX + job + "/" + Kinds.digits(round, 6) + (cohort == 0 ? "" : "/" + cohortName());
  }

  /** Of the cohort alone, sorted likewise. */
  public String cohortName() {
    return Kinds.digits(cohort, 4);
  }

  /** For people, who count from 1. */
  public String inWords() {
    return "job " + job + ", round " + (round + 1) + (cohort == 0 ? "" : ", cohort " + cohort);
  }

  @Override
  public int compareTo(StreamId other) {
    return name().compareTo(other.name());
  }

  @Override
  public String toString() {
    return name();
  }
}
