package org.concordat.jurisdictions;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** A policy in force: rules as data, read once, then immutable. Evaluation reads no clock and does no I/O. */
public final class Policy {
  /** No policy is larger. */
  public static final int MAX_BYTES = 1 << 20;

  private Policy() {}

  /**
   * Reads YAML or JSON.
   *
   * @param nameForErrors named in messages; nothing is read from it
   * @throws InvalidPolicyException with every mistake, file and line
   */
  public static Policy parse(Path nameForErrors, byte[] text) {
    throw new UnsupportedOperationException();
  }

  public String name() {
    throw new UnsupportedOperationException();
  }

  /** Counts up from 1. */
  public long version() {
    throw new UnsupportedOperationException();
  }

  /** SHA-256 of {@link #canonicalJson}: comments, key order and spelling of the source do not matter. */
  public PolicyDigest digest() {
    throw new UnsupportedOperationException();
  }

  /** RFC 8785 bytes; parsing them gives an equal policy. A fresh array. */
  public byte[] canonicalJson() {
    throw new UnsupportedOperationException();
  }

  /**
   * Decides.
   *
   * @param alliance facts of the alliance and the job
   * @param touched facts of every member whose data or update is touched, by member id; with none, the answer is no
   */
  public Decision evaluate(Action action, Facts alliance, SortedMap<String, Facts> touched, Instant now) {
    throw new UnsupportedOperationException();
  }

  /** Runs the policy's own test cases; empty when all pass. A policy whose tests fail must not be signed. */
  public List<TestFailure> selfTest() {
    throw new UnsupportedOperationException();
  }

  /** A test case of a policy that came out otherwise. */
  public record TestFailure(String test, String message) {}
}
