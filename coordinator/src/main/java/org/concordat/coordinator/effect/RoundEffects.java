package org.concordat.coordinator.effect;

import java.util.List;
import java.util.function.Consumer;
import org.concordat.auditlog.AuditEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEffect;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.secureagg.Digest;
import org.concordat.store.Outbox;

/** What rounds make happen outside themselves; each effect may come again and then does no more. */
public final class RoundEffects implements RoundEngine.EffectRunner {
  private final RoundEngine engine;
  private final RoundPost post;
  private final Sums sums;
  private final Releases releases;
  private final RoundEnd end;
  private final Uploads uploads;
  private final Evidence evidence;
  private final Epochs epochs;
  private final JobBook book;
  private final AuditTrail audit;
  private final Consumer<String> goOn;

  /**
   * @param goOn told a job that may need its next round, or another attempt
   */
  public RoundEffects(
      RoundEngine engine,
      RoundPost post,
      Sums sums,
      Releases releases,
      RoundEnd end,
      Uploads uploads,
      Evidence evidence,
      Epochs epochs,
      JobBook book,
      AuditTrail audit,
      Consumer<String> goOn) {
    this.engine = engine;
    this.post = post;
    this.sums = sums;
    this.releases = releases;
    this.end = end;
    this.uploads = uploads;
    this.evidence = evidence;
    this.epochs = epochs;
    this.book = book;
    this.audit = audit;
    this.goOn = goOn;
  }

  @Override
  public void log(List<Outbox.Entry> entries) {
    audit.append(entries.stream().map(entry -> AuditEntry.parse(entry.body())).toList());
  }

  @Override
  public void run(RoundEffect effect, String target, Round round) {
    switch (effect) {
      case TELL -> post.tell(round, target);
      case TASKS_SENT -> engine.happened(round.stream(), new RoundMessage.TasksSent());
      case COMBINE -> sums.compute(round);
      case BLAME -> round.server().evidence().forEach(epochs::convict);
      case KEEP_EVIDENCE -> evidence.keep(round);
      case LOGGED -> engine.happened(round.stream(), new RoundMessage.Logged());
      case PUBLISH -> releases.publish(round, book.find(round.task().job()).orElseThrow());
      case ERASE_UPLOADS -> uploads.release(Digest.ofHex(target));
      case FORGET -> {
        evidence.forget(round.stream());
        sums.forget(round);
      }
      case ADVANCE -> advance(round);
      case LOG, NOTE -> throw new IllegalStateException("entries of the log come together");
    }
  }

  private void advance(Round round) {
    if (round.phase() instanceof Closed closed) {
      sums.ended(round.stream());
      end.ended(round, closed);
    }
    goOn.accept(round.task().job());
  }
}
