package org.concordat.iam;

/** Names of what may be called, one for each kind of call that is decided on its own. */
public enum Permission {
  /** Keep an agent's session: tasks, epochs, certificates, signatures. */
  AGENT_SESSION,
  /** Send a masked update. */
  UPLOAD,
  /** Co-sign audit-log checkpoints. */
  WITNESS,
  SUBMIT_JOB,
  ABORT_JOB,
  /** Jobs, rounds, members and the system's state. */
  READ_STATUS,
  /** List and export models. */
  READ_MODELS,
  INVITE_MEMBER,
  /** Sign the next roster; counted only for agents. */
  APPROVE_MEMBER,
  REMOVE_MEMBER,
  READ_AUDIT
}
