package org.concordat.coordinator;

import java.time.Clock;
import java.util.function.Consumer;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.intake.Downloads;
import org.concordat.coordinator.intake.LastStatements;
import org.concordat.coordinator.intake.Uploads;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.secureagg.Notary;
import org.concordat.store.Entries;
import org.concordat.store.EventStore;
import org.concordat.store.Outbox;

/**
 * Everything that the {@link Conductor} works with, made by {@link Coordinator}.
 *
 * @param changed told the id of a job that has changed, or empty where members came or went
 * @param crashPoint told the name of each point at which the crash tests kill the process; does
 *     nothing otherwise
 */
record Parts(
    CoordinatorConfig config,
    Directory directory,
    Sessions sessions,
    JobBook book,
    Jobs jobs,
    RoundSummaries summaries,
    RoundWork work,
    Uploads uploads,
    Evidence evidence,
    ModelRegistry models,
    AlliancePolicy policy,
    AuditTrail audit,
    Notary notary,
    Entries entries,
    LastStatements statements,
    Downloads downloads,
    EventStore events,
    Outbox outbox,
    Mailbox mailbox,
    Clock clock,
    Consumer<String> changed,
    Consumer<String> crashPoint) {}
