package org.concordat.iam;

/**
 * What a request is about, as far as a {@link Grant} can be limited to it.
 *
 * @param job the job's id; empty where the request names none
 * @param purpose the job's purpose; empty where it is not known
 */
public record Target(String job, String purpose) {
  /** A request that names no job, or one whose caller is not limited to any. */
  public static final Target NONE = new Target("", "");
}
