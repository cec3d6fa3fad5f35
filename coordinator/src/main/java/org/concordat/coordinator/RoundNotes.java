package org.concordat.coordinator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.coordinator.audit.AuditTrail.Note;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Recording;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Outbox;

/** Phase changes and releases of rounds as audit entries. */
final class RoundNotes {
  private RoundNotes() {}

  /** The note of a LOG effect: its target is unique, its body the phase that was entered. */
  static Note of(Outbox.Entry effect, Round round) {
    String phase = new String(effect.body(), java.nio.charset.StandardCharsets.UTF_8);
    Task task = round.task();
    boolean release = phase.equals(new Recording().label());
    Map<String, String> details = new LinkedHashMap<>();
    details.put("phase", phase);
    details.put("kind", task.kind().name());
    details.put("task", task.digest().hex());
    details.put("epoch", task.epoch() + "/" + task.token());
    if (phase.equals("CERTIFYING") || release) {
      details.put("survivors", String.join(",", round.server().survivors()));
      round.server().uploads().forEach((member, root) -> details.put("root." + member, root.hex()));
    }
    if (release) {
      round.sum().ifPresent(sum -> {
        details.put("sumRoot", new Digest(sum.getSumRoot().toByteArray()).hex());
        details.put("model", new Digest(sum.getNextModel().toByteArray()).hex());
        details.put("state", new Digest(sum.getNextState().toByteArray()).hex());
      });
    }
    if (round.phase() instanceof Closed && !round.reason().isEmpty()) {
      details.put("reason", round.reason());
    }
    return new Note(
        effect.target(),
        release && task.kind() == Task.Kind.TRAIN ? "model-release" : "phase",
        "coordinator",
        release && task.kind() == Task.Kind.TRAIN ? task.job() + "/" + (task.round() + 1) : phase,
        phase.equals("ABORTED") ? "failed" : "ok",
        task.job(),
        task.round() + 1,
        task.attempt(),
        details);
  }

  /** How many members signed a checkpoint. */
  static int signatures(Bytes checkpoint) {
    return Checkpoint.decode(checkpoint.toArray()).signatures().size();
  }
}
