package org.concordat.jurisdictions.agreement;

import java.util.SortedSet;

/**
 * What holds for jobs of some purposes. A job names the clause that it runs under.
 *
 * @param purposes as jobs state them
 */
public record Clause(String id, SortedSet<String> purposes, Work models, Work derived) {
  Work work(Work.Kind kind) {
    return kind == Work.Kind.MODELS ? models : derived;
  }
}
