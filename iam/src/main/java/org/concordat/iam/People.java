package org.concordat.iam;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.iam.token.Presented;
import org.concordat.iam.token.TokenRefusedException;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.iam.token.Tokens;
import org.concordat.iam.token.VerifiedToken;

/**
 * From a member's connection and a person's token to a {@link Caller}. The certificate says which
 * member calls, the token who of it. A person has the roles that the token names, the roster gives
 * the member, and the {@link AccessTable} allows people; never more. Agents and coordinators are
 * certificates only.
 */
public final class People {
  private final Tokens tokens;
  private final PersonNames names;
  private final boolean required;

  /** A person or a service that has signed in, and what must stay true for the call to go on. */
  public record SignedIn(Caller caller, VerifiedToken token) {}

  /**
   * @param required whether the roles of people need a token besides the certificate
   */
  public People(Tokens tokens, PersonNames names, boolean required) {
    this.tokens = tokens;
    this.names = names;
    this.required = required;
  }

  /**
   * The person behind a call; nobody where no token came and none is needed.
   *
   * @param certified the caller that the connection's certificate names
   * @param presented what the call carries
   * @throws TokenRefusedException if there is a token that is not taken, or none and it is needed
   */
  public Optional<SignedIn> signedIn(Caller certified, Presented presented, Roster roster)
      throws TokenRefusedException {
    Role role = certified.grants().get(0).role();
    if (presented.authorization().isEmpty()) {
      if (required && AccessTable.PEOPLE.contains(role)) {
        throw new TokenRefusedException(
            Reason.MISSING,
            certified.inWords() + " has not signed in, and must. Next: concordat login");
      }
      return Optional.empty();
    }
    if (!AccessTable.PEOPLE.contains(role)) {
      throw new TokenRefusedException(
          Reason.PERSON,
          certified.inWords() + " presents a token: it is a certificate's role, and no person's");
    }
    VerifiedToken token = tokens.take(presented, certified.certificate());
    if (!token.member().equals(certified.member())) {
      throw new TokenRefusedException(
          Reason.PERSON,
          "the token is for %s, the connection is %s's"
              .formatted(token.member(), certified.member()));
    }
    if (token.jurisdiction().isPresent()
        && !token.jurisdiction().get().equals(certified.jurisdiction().code())) {
      throw new TokenRefusedException(
          Reason.PERSON,
          "the token is for another jurisdiction than %s, where the roster has %s"
              .formatted(certified.jurisdiction(), certified.member()));
    }
    return Optional.of(
        new SignedIn(
            new Caller(
                certified.member(),
                certified.jurisdiction(),
                certified.certificate(),
                grants(certified, token, roster),
                Optional.of(names.of(token.issuer(), token.subject(), certified.member()))),
            token));
  }

  /**
   * Whether a person may go on with a call that lasts.
   *
   * @throws TokenRefusedException if the token has ended or was denied
   */
  public void requireLive(SignedIn person) throws TokenRefusedException {
    tokens.requireLive(person.token());
  }

  private static List<Grant> grants(Caller certified, VerifiedToken token, Roster roster)
      throws TokenRefusedException {
    Set<Role> roles = EnumSet.copyOf(AccessTable.PEOPLE);
    roles.retainAll(roster.find(certified.member()).map(RosterEntry::roles).orElse(Set.of()));
    Set<Role> member = EnumSet.noneOf(Role.class);
    member.addAll(roles);
    roles.removeIf(role -> !token.roles().contains(role.wireName()));
    if (roles.isEmpty()) {
      throw new TokenRefusedException(
          Reason.PERSON,
          "the token gives no role that people of %s can have: those are %s. Next: whoever keeps"
                  .formatted(certified.member(), AccessRule.names(member, ", "))
              + " the identity provider adds one to the person");
    }
    List<Grant> grants = new ArrayList<>();
    for (Role role : roles) {
      grants.add(
          new Grant(
              role,
              certified.member(),
              certified.jurisdiction(),
              token.purposes(),
              token.jobs(),
              earlier(certified, token)));
    }
    return grants;
  }

  private static Instant earlier(Caller certified, VerifiedToken token) {
    Instant leaf = certified.grants().get(0).validUntil();
    return leaf.isBefore(token.expires()) ? leaf : token.expires();
  }
}
