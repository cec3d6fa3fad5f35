package org.concordat.agent.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.WitnessPolicy;
import org.concordat.config.Section;

/**
 * What this site demands of the heads that it is shown, in the section {@code log-witnesses} of the
 * agent's file.
 *
 * @param policy whose cosignatures a head must have; without one, nothing is demanded
 * @param lagEntries how many entries may be newer than the newest head that has them
 * @param lag how long heads may be shown before the first of them is covered by one
 */
public record HeadDemand(Optional<WitnessPolicy> policy, long lagEntries, Duration lag) {
  private static final long DEFAULT_ENTRIES = 100_000;
  private static final long DEFAULT_SECONDS = 600;
  private static final long MOST = 1_000_000_000;

  /** Nothing is demanded. */
  public static final HeadDemand NONE =
      new HeadDemand(Optional.empty(), DEFAULT_ENTRIES, Duration.ofSeconds(DEFAULT_SECONDS));

  /** Reads the section, and the policy's file beside it. */
  public static HeadDemand read(Section section) {
    Path file = section.fileOrNull("policy");
    long entries = section.integer("lag-entries", 1, MOST, DEFAULT_ENTRIES);
    long seconds = section.integer("lag-seconds", 1, MOST, DEFAULT_SECONDS);
    Optional<WitnessPolicy> policy = Optional.empty();
    if (file != null) {
      try {
        policy = Optional.of(WitnessPolicy.parse(Files.readString(file)));
      } catch (IOException missing) {
        section.problem("policy", "'log-witnesses.policy': " + file + " cannot be read");
      } catch (MalformedNoteException malformed) {
        section.problem("policy", "'log-witnesses.policy': " + malformed.getMessage());
      }
    }
    section.done();
    return new HeadDemand(policy, entries, Duration.ofSeconds(seconds));
  }
}
