package org.concordat.coordinator.operations;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.MemberId;
import org.concordat.coordinator.access.PersonKeys;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.protocol.v1.ForgetPersonReply;
import org.concordat.protocol.v1.ForgetPersonRequest;

/** A member has one of its people forgotten: the name in the log stays, and is nobody's. */
public record Forgetting(PersonKeys keys, AuditTrail audit) {
  /**
   * Destroys the key of a name, and logs that it is. A second time it answers the same.
   *
   * @throws StatusRuntimeException NOT_FOUND if the member has no person of that name
   */
  ForgetPersonReply forget(MemberId caller, ForgetPersonRequest request) {
    String name = request.getPerson();
    if (!keys.forget(name, caller)) {
      throw new StatusRuntimeException(
          Status.NOT_FOUND.withDescription(
              "nobody of %s is named '%s' in the log".formatted(caller, name)));
    }
    log(caller.value(), name);
    return ForgetPersonReply.getDefaultInstance();
  }

  /** Logs what a crash may have kept from the log. */
  public void resume() {
    for (String forgotten : keys.forgotten()) {
      int slash = forgotten.indexOf('/');
      log(forgotten.substring(0, slash), forgotten.substring(slash + 1));
    }
  }

  private void log(String member, String name) {
    audit.once(
        audit
            .entry(
                "forgotten/" + member + "/" + name,
                EntryType.ENROLMENT,
                member,
                name,
                EntryOutcome.OK)
            .detail("step", "forgotten"));
  }
}
