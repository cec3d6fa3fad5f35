package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/**
 * What members change in a roster about one of them, together: k of them sign the same next roster.
 * Whoever computes it gets the same bytes. Joining is not among them, it begins with an invitation.
 */
public sealed interface RosterChange {
  /** Whom it is about. */
  MemberId member();

  /** One line for people, 1 to 200 printable characters. */
  String reason();

  /**
   * The one next roster that follows from it.
   *
   * @throws RosterChangeException when it cannot follow on this one
   */
  Roster next(Roster current);

  /** A member is out, its keys revoked for good. */
  record Removal(MemberId member, String reason) implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Removal {
      Form.requireReason(member, reason);
    }

    @Override
    public Roster next(Roster current) {
      return current.removed(member, reason);
    }
  }

  /**
   * A member has new keys, those before are revoked for good.
   *
   * @param request signed with the new keys, which says of the member what the roster says
   */
  record NewKeys(MemberRequest request, String reason) implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public NewKeys {
      Form.requireReason(request.id(), reason);
    }

    @Override
    public MemberId member() {
      return request.id();
    }

    @Override
    public Roster next(Roster current) {
      return current.rekeyed(request, reason);
    }
  }

  /** A member takes no part until it is resumed; it keeps its keys. */
  record Suspension(MemberId member, String reason) implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Suspension {
      Form.requireReason(member, reason);
    }

    @Override
    public Roster next(Roster current) {
      return current.suspended(member, reason);
    }
  }

  /**
   * A suspended member takes part again.
   *
   * @param reason for the log; the roster names no reason for who takes part
   */
  record Resumption(MemberId member, String reason) implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Resumption {
      Form.requireReason(member, reason);
    }

    @Override
    public Roster next(Roster current) {
      return current.resumed(member);
    }
  }

  /**
   * @throws MalformedDocumentException when it is not a change in canonical JSON
   * @throws RosterChangeException when the reason is out of bounds
   */
  static RosterChange parse(byte[] canonicalJson) {
    return CanonicalJson.parse(Form.TYPE, canonicalJson).read(Form::read);
  }

  /** Canonical JSON. */
  default byte[] toBytes() {
    return CanonicalJson.bytes(Form.write(this));
  }

  /** Its JSON form; nobody signs it, the roster that follows is what is signed. */
  final class Form {
    private static final String TYPE = "concordat/roster-change/v1";

    private static final String REMOVE = "remove";
    private static final String NEW_KEYS = "new-keys";
    private static final String SUSPEND = "suspend";
    private static final String RESUME = "resume";

    private Form() {}

    private static void requireReason(MemberId member, String reason) {
      if (!RevokedEntry.isReason(reason)) {
        throw new RosterChangeException(
            "a change about %s needs a reason in one line of at most 200 characters"
                .formatted(member));
      }
    }

    private static ObjectNode write(RosterChange change) {
      ObjectNode node =
          CanonicalJson.object().put(Fields.TYPE, TYPE).put("reason", change.reason());
      if (change instanceof NewKeys keys) {
        return node.put("change", NEW_KEYS)
            .put("request", Base64.getEncoder().encodeToString(keys.request.toBytes()));
      }
      String kind =
          change instanceof Removal ? REMOVE : change instanceof Suspension ? SUSPEND : RESUME;
      return node.put("change", kind).put("member", change.member().value());
    }

    private static RosterChange read(Fields fields) {
      String change = fields.text("change");
      String reason = fields.text("reason");
      return switch (change) {
        case REMOVE -> new Removal(fields.value("member", MemberId::new), reason);
        case SUSPEND -> new Suspension(fields.value("member", MemberId::new), reason);
        case RESUME -> new Resumption(fields.value("member", MemberId::new), reason);
        case NEW_KEYS -> new NewKeys(MemberRequest.parse(fields.base64("request")), reason);
        default ->
            throw new IllegalArgumentException(
                Quoted.text(change) + " is no change of a roster that this program knows");
      };
    }
  }
}
