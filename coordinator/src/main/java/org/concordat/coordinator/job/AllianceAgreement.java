package org.concordat.coordinator.job;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.concordat.auditlog.AuditEntry;
import org.concordat.certs.DocumentKind;
import org.concordat.coordinator.directory.Directory;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.jurisdictions.agreement.Right;
import org.concordat.jurisdictions.agreement.Work;
import org.concordat.protocol.v1.JobSpec;

/**
 * The agreement that the members have put in force, if any: which jobs run under it, and who may
 * have a model. Its days are those of UTC. Every agent holds a job against it, too.
 */
public final class AllianceAgreement {
  private final Directory directory;
  private final Clock clock;

  AllianceAgreement(Directory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /**
   * Why a job may not run, or empty: it names a clause where there is an agreement, and none where
   * there is none; the clause is for its purpose; all whose data it uses are parties.
   */
  public String denialOfJob(JobSpec spec, List<String> members) {
    return asked(
        agreement -> agreement.denialOfJob(spec.getClause(), spec.getPurpose(), members, today()),
        spec.getClause().isEmpty()
            ? ""
            : ("the job names clause '%s', and no agreement is in force: leave 'clause' out, or let"
                    + " the members put one in force ('agreement sign')")
                .formatted(spec.getClause()));
  }

  /** Lost bytes are a denial. */
  private String asked(Function<Agreement, String> question, String without) {
    try {
      return directory.documents().agreement().map(question).orElse(without);
    } catch (Directory.RefusedException lost) {
      return String.valueOf(lost.getMessage());
    }
  }

  /**
   * Why a participant may not have a model, or empty: whom it is released to needs the right to use
   * models, and to anybody else it is an export.
   */
  public String denialOfModel(JobSpec spec, Action action, String caller) {
    Right right = action == Action.EXPORT ? Right.EXPORT : Right.USE;
    return asked(
        agreement ->
            agreement.denialOf(right, Work.Kind.MODELS, spec.getClause(), caller, null, today()),
        "");
  }

  /** Digest of the agreement in force, hex; empty for none, or where the job names no clause. */
  public String digest(JobSpec spec) {
    return directory
        .roster()
        .document(DocumentKind.AGREEMENT)
        .filter(entry -> !spec.getClause().isEmpty())
        .map(entry -> entry.digest().hex())
        .orElse("");
  }

  /** An entry of the log that says under which clause of which agreement. */
  public AuditEntry under(AuditEntry entry, JobSpec spec) {
    String digest = digest(spec);
    return digest.isEmpty()
        ? entry
        : entry.detail("clause", spec.getClause()).digest("agreement", digest);
  }
}
