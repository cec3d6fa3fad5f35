package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;

/**
 * What members change in a roster, together: k of them sign the same next roster. Whoever computes
 * it gets the same bytes. Joining is not among them, it begins with an invitation.
 */
public sealed interface RosterChange {
  /**
   * What it is about, for people and the log: a member's name, {@code roots}, or a kind of
   * document.
   */
  String about();

  /** One line for people, 1 to 200 printable characters. */
  String reason();

  /**
   * The one next roster that follows from it.
   *
   * @throws RosterChangeException when it cannot follow on this one
   */
  Roster next(Roster current);

  /** A change about one of the members. */
  sealed interface OfMember extends RosterChange {
    /** Whom it is about. */
    MemberId member();

    @Override
    default String about() {
      return member().value();
    }
  }

  /**
   * Which roots hold. First the old one and the new one, then the new one alone.
   *
   * @param authorities all of them, oldest first
   * @param reason for the log
   */
  record Roots(List<Authority> authorities, String reason) implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Roots {
      authorities = List.copyOf(authorities);
      Form.requireReason(ROOTS, reason);
    }

    @Override
    public String about() {
      return ROOTS;
    }

    @Override
    public Roster next(Roster current) {
      return current.underRoots(authorities);
    }
  }

  /** What a change of roots is about. */
  String ROOTS = "roots";

  /**
   * A document comes into force, in place of the one of its kind. The roster names it, not the
   * reason.
   *
   * @param version greater than the one in force
   * @param digest of its canonical bytes
   * @param reason for the log
   */
  record Document(DocumentKind kind, int version, Sha256 digest, String reason)
      implements RosterChange {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     * @throws IllegalArgumentException when the version is
     */
    public Document {
      Form.requireReason(kind.wireName(), reason);
      new DocumentEntry(kind, version, digest);
    }

    /** As the roster names it. */
    public DocumentEntry entry() {
      return new DocumentEntry(kind, version, digest);
    }

    @Override
    public String about() {
      return kind.wireName();
    }

    @Override
    public Roster next(Roster current) {
      return current.under(entry());
    }
  }

  /** A member is out, its keys revoked for good. */
  record Removal(MemberId member, String reason) implements OfMember {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Removal {
      Form.requireReason(member.value(), reason);
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
  record NewKeys(MemberRequest request, String reason) implements OfMember {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public NewKeys {
      Form.requireReason(request.id().value(), reason);
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
  record Suspension(MemberId member, String reason) implements OfMember {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Suspension {
      Form.requireReason(member.value(), reason);
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
  record Resumption(MemberId member, String reason) implements OfMember {
    /**
     * @throws RosterChangeException when the reason is out of bounds
     */
    public Resumption {
      Form.requireReason(member.value(), reason);
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
    private static final String DOCUMENT = "document";

    private Form() {}

    private static void requireReason(String about, String reason) {
      if (!RevokedEntry.isReason(reason)) {
        throw new RosterChangeException(
            "a change about %s needs a reason in one line of at most 200 characters"
                .formatted(about));
      }
    }

    private static ObjectNode write(RosterChange change) {
      ObjectNode node =
          CanonicalJson.object().put(Fields.TYPE, TYPE).put("reason", change.reason());
      if (change instanceof NewKeys keys) {
        return node.put("change", NEW_KEYS)
            .put("request", Base64.getEncoder().encodeToString(keys.request.toBytes()));
      }
      if (change instanceof Roots roots) {
        ArrayNode all = node.put("change", ROOTS).putArray("authorities");
        roots.authorities.forEach(authority -> authority.write(all.addObject()));
        return node;
      }
      if (change instanceof Document document) {
        document.entry().write(node.put("change", DOCUMENT));
        return node;
      }
      String kind =
          change instanceof Removal ? REMOVE : change instanceof Suspension ? SUSPEND : RESUME;
      return node.put("change", kind).put("member", change.about());
    }

    private static RosterChange read(Fields fields) {
      String change = fields.text("change");
      String reason = fields.text("reason");
      return switch (change) {
        case REMOVE -> new Removal(fields.value("member", MemberId::new), reason);
        case SUSPEND -> new Suspension(fields.value("member", MemberId::new), reason);
        case RESUME -> new Resumption(fields.value("member", MemberId::new), reason);
        case NEW_KEYS -> new NewKeys(MemberRequest.parse(fields.base64("request")), reason);
        case DOCUMENT -> {
          DocumentEntry entry = DocumentEntry.read(fields);
          yield new Document(entry.kind(), entry.version(), entry.digest(), reason);
        }
        case ROOTS ->
            new Roots(
                fields.objects("authorities", Roster.MAX_AUTHORITIES, Authority::read), reason);
        default ->
            throw new IllegalArgumentException(
                Quoted.text(change) + " is no change of a roster that this program knows");
      };
    }
  }
}
