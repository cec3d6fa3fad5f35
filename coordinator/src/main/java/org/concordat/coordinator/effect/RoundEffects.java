package org.concordat.coordinator.effect;

import java.util.List;
import java.util.function.Consumer;
import org.concordat.auditlog.AuditEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEffect;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.secureagg.Digest;
import org.concordat.store.Outbox;

/** What rounds make happen outside themselves; each effect may come again and then does no more. */
public final class RoundEffects implements RoundEngine.EffectRunner {
  private final RoundEngine engine;
  private final RoundPost post;
  private final RoundFiles files;
  private final RoundEnd end;
  private final Epochs epochs;
  private final AuditTrail audit;
  private final Consumer<String> goOn;

  /**
   * @param goOn told a job that may need its next round, or another attempt
   */
  public RoundEffects(
      RoundEngine engine,
      RoundPost post,
      RoundFiles files,
      RoundEnd end,
      Epochs epochs,
      AuditTrail audit,
      Consumer<String> goOn) {
    this.engine = engine;
    this.post = post;
    this.files = files;
    this.end = end;
    this.epochs = epochs;
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
      case COMBINE -> files.combine(round);
      case BLAME -> round.server().evidence().forEach(epochs::convict);
      case KEEP_EVIDENCE -> files.keepEvidence(round);
      case LOGGED -> engine.happened(round.stream(), new RoundMessage.Logged());
      case PUBLISH -> end.published(round);
      case ERASE_UPLOADS -> files.eraseUploads(Digest.ofHex(target));
      case FORGET -> files.forget(round);
      case ADVANCE -> advance(round);
      case LOG, NOTE -> throw new IllegalStateException("entries of the log come together");
    }
  }

  private void advance(Round round) {
    if (round.phase() instanceof Closed closed) {
      files.ended(round.stream());
      end.ended(round, closed);
    }
    goOn.accept(round.task().job());
  }
}
