package org.concordat.coordinator.operations;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.mailbox.Remedy;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.HealthPort;
import org.concordat.store.Entries;

/**
 * Whether a coordinator can take what agents and operators send: it listens, its store takes a
 * record, its log can be written. What is told names no file and nobody.
 */
public final class Readiness {
  private static final long PATIENCE_MILLIS = 2_000;

  private final Mailbox mailbox;
  private final Entries entries;
  private final AuditTrail audit;
  private final Clock clock;
  private final BooleanSupplier listening;

  /**
   * @param listening whether the public port takes calls
   */
  public Readiness(
      Mailbox mailbox, Entries entries, AuditTrail audit, Clock clock, BooleanSupplier listening) {
    this.mailbox = mailbox;
    this.entries = entries;
    this.audit = audit;
    this.clock = clock;
    this.listening = listening;
  }

  /** By name; see {@link HealthPort}. */
  public Map<String, Supplier<String>> checks() {
    Map<String, Supplier<String>> checks = new LinkedHashMap<>();
    checks.put("port", () -> listening.getAsBoolean() ? HealthPort.OK : "does not listen");
    checks.put("store", this::store);
    checks.put("log", this::log);
    return checks;
  }

  /**
   * One record, on the thread on which all that changes state runs: it may be that which stands.
   */
  private String store() {
    byte[] now = String.valueOf(clock.millis()).getBytes(StandardCharsets.UTF_8);
    try {
      return mailbox
          .ask(
              () -> {
                entries.put(Kinds.PROBES, "health", now);
                return HealthPort.OK;
              })
          .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException refused) {
      Throwable cause = refused.getCause() == null ? refused : refused.getCause();
      return "cannot be written. Next: " + Remedy.wayOut(cause);
    } catch (TimeoutException busy) {
      return "does not answer within " + PATIENCE_MILLIS + " ms. Next: the log says what it does";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "this program is stopping";
    }
  }

  private String log() {
    return audit
        .unusable()
        .map(failure -> "cannot be written. Next: " + Remedy.wayOut(failure))
        .orElse(HealthPort.OK);
  }
}
