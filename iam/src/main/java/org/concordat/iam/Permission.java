package org.concordat.iam;

/** What may be called: one name for each kind of call that is decided on its own. */
public enum Permission {
  AGENT_SESSION("keep an agent's session"),
  UPLOAD("upload a masked update, or a region's partial sum"),
  AGGREGATE_REGION("add up a region's updates"),
  WITNESS("co-sign checkpoints of the audit log"),
  SUBMIT_JOB("submit a job"),
  ABORT_JOB("abort a job"),
  READ_STATUS("read jobs, rounds, members and system status"),
  READ_MODELS("read models"),
  INVITE_MEMBER("invite a member"),
  APPROVE_MEMBER("approve a member"),
  REMOVE_MEMBER("propose to remove a member"),
  SUSPEND_MEMBER("propose to suspend a member, or to resume it"),
  CHANGE_ROOTS("change the roots that certificates lead to"),
  EXIT_MEMBER("leave the alliance"),
  PUBLISH_CRL("carry a certificate revocation list"),
  CARRY_BUNDLE("carry files of members across an air gap"),
  READ_AUDIT("read the audit log"),
  FORGET_PERSON("destroy what leads a name in the log back to a person of its own"),
  CHANGE_POLICY("put a policy or an agreement in force"),
  REPLACE_KEY("replace a member's keys");

  private final String inWords;

  Permission(String inWords) {
    this.inWords = inWords;
  }

  /** Completes the sentence "may …". */
  public String inWords() {
    return inWords;
  }
}
