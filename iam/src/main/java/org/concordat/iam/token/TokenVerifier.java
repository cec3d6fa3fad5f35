package org.concordat.iam.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.MemberId;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Verifies access tokens (RFC 9068 in spirit, RFC 8725 for what is refused) with the keys that the
 * provider publishes. Keys are fetched in the background of a call only when they are old or a key
 * is not known, and no more often than the limits say. Thread-safe.
 */
final class TokenVerifier {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 2_000;
  private static final int MAX_KEYS_BYTES = 256 << 10;
  private static final int MAX_NESTING = 16;

  private record Known(Provider provider, DefaultJWTProcessor<SecurityContext> processor) {}

  private final Map<String, Known> byIssuer = new HashMap<>();
  private final TokenLimits limits;
  private final Clock clock;

  TokenVerifier(List<Provider> providers, TokenLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
    for (Provider provider : providers) {
      byIssuer.put(provider.issuer(), new Known(provider, processor(provider)));
    }
  }

  private DefaultJWTProcessor<SecurityContext> processor(Provider provider) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            provider.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet()),
            keys(provider)));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            provider.audience(),
            new JWTClaimsSet.Builder().issuer(provider.issuer()).build(),
            Set.of("sub", "iat", "exp")) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    claims.setMaxClockSkew((int) limits.clockSkew().toSeconds());
    processor.setJWTClaimsSetVerifier(claims);
    return processor;
  }

  private JWKSource<SecurityContext> keys(Provider provider) {
    try {
      return JWKSourceBuilder.<SecurityContext>create(
              provider.keys().toURL(),
              new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_KEYS_BYTES))
          .refreshAheadCache(false)
          .cache(limits.keysLife().toMillis(), CONNECT_MILLIS + READ_MILLIS)
          .rateLimited(limits.keysPause().toMillis())
          .outageTolerant(limits.keysLife().plus(limits.keysOutage()).toMillis())
          .build();
    } catch (MalformedURLException | IllegalArgumentException notHttp) {
      throw new IllegalArgumentException("'" + provider.keys() + "' is no URL of keys", notHttp);
    }
  }

  /**
   * Verifies all but the deny list and the connection.
   *
   * @throws TokenRefusedException saying why in words that can be logged
   */
  VerifiedToken verify(String token) throws TokenRefusedException {
    if (token.length() > TokenLimits.MAX_CHARS) {
      throw refused(
          Reason.TOO_LARGE,
          "the token has %d characters, at most %d are read"
              .formatted(token.length(), TokenLimits.MAX_CHARS));
    }
    SignedJWT parsed = parse(token);
    requireHeader(parsed.getHeader());
    Known known = known(parsed);
    if (!known.provider.algorithms().contains(parsed.getHeader().getAlgorithm().getName())) {
      throw refused(
          Reason.ALGORITHM, "the token's algorithm is none of those configured for its provider");
    }
    JWTClaimsSet claims;
    try {
      claims = known.processor.process(parsed, null);
    } catch (KeySourceException unavailable) {
      throw refused(
          Reason.KEYS_UNAVAILABLE,
          "the provider's keys cannot be had, and those known are too old or do not fit. Next: try"
              + " again; the operator sees whether "
              + known.provider.keys().getHost()
              + " can be reached from the coordinator");
    } catch (BadJWTException wrong) {
      throw refused(Reason.CLAIMS, "the token does not hold: " + wrong.getMessage());
    } catch (BadJWSException wrong) {
      throw refused(Reason.SIGNATURE, "no key of the provider made the token's signature");
    } catch (BadJOSEException | JOSEException wrong) {
      throw refused(Reason.SIGNATURE, "no key of the provider fits the token");
    }
    return read(known.provider, claims);
  }

  private static SignedJWT parse(String token) throws TokenRefusedException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || parts[2].isEmpty()) {
      throw refused(
          Reason.MALFORMED, "the token is no signed one: that has three parts between dots");
    }
    try {
      for (int i = 0; i < 2; i++) {
        requireFlat(Base64.getUrlDecoder().decode(parts[i]));
      }
      return SignedJWT.parse(token);
    } catch (ParseException | IllegalArgumentException malformed) {
      throw refused(Reason.MALFORMED, "the token cannot be read: it was cut off or changed");
    }
  }

  /** Before any parser sees it: brackets open at the same time, outside of strings. */
  private static void requireFlat(byte[] json) throws TokenRefusedException {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < json.length; i++) {
      byte at = json[i];
      if (at == '"') {
        inString = !inString;
      } else if (inString) {
        i += at == '\\' ? 1 : 0;
      } else {
        depth += at == '{' || at == '[' ? 1 : at == '}' || at == ']' ? -1 : 0;
      }
      if (depth > MAX_NESTING) {
        throw refused(
            Reason.MALFORMED, "the token is nested more than " + MAX_NESTING + " levels deep");
      }
    }
  }

  private static void requireHeader(JWSHeader header) throws TokenRefusedException {
    if (header.getContentType() != null) {
      throw refused(Reason.MALFORMED, "the token holds another token, which is not read");
    }
    if (header.getCriticalParams() != null) {
      throw refused(Reason.MALFORMED, "the token demands an extension that is not known here");
    }
  }

  /** Whom to ask for the key; nothing is believed before the signature holds. */
  private Known known(SignedJWT parsed) throws TokenRefusedException {
    String issuer;
    try {
      issuer = parsed.getJWTClaimsSet().getIssuer();
    } catch (ParseException malformed) {
      throw refused(Reason.MALFORMED, "the token's claims cannot be read");
    }
    Known known = issuer == null ? null : byIssuer.get(issuer);
    if (known == null) {
      throw refused(
          Reason.UNKNOWN_ISSUER,
          "the token's issuer is no provider of this alliance. Next: sign in with one of "
              + String.join(", ", byIssuer.keySet()));
    }
    return known;
  }

  private VerifiedToken read(Provider provider, JWTClaimsSet claims) throws TokenRefusedException {
    Instant issued = claims.getIssueTime().toInstant();
    Instant expires = claims.getExpirationTime().toInstant();
    if (issued.isAfter(clock.instant().plus(limits.clockSkew()))) {
      throw refused(Reason.CLAIMS, "the token was issued in the future: a clock is wrong");
    }
    if (Duration.between(issued, expires).compareTo(limits.life()) > 0) {
      throw refused(
          Reason.CLAIMS,
          "the token lives longer than %d s. Next: the provider's administrator shortens its"
                  .formatted(limits.life().toSeconds())
              + " access tokens");
    }
    if (claims.getSubject().isBlank()) {
      throw refused(Reason.CLAIMS, "the token names nobody");
    }
    Object type = claims.getClaim("typ");
    if (type instanceof String kind && !kind.equals("Bearer") && !kind.equals("DPoP")) {
      throw refused(Reason.CLAIMS, "it is no access token");
    }
    ClaimNames names = provider.claims();
    return new VerifiedToken(
        provider.issuer(),
        claims.getSubject(),
        Optional.ofNullable(claims.getJWTID()),
        Optional.ofNullable(text(claims, "sid")),
        member(provider, claims),
        Optional.ofNullable(names.jurisdiction()).map(name -> text(claims, name)),
        texts(claims, names.roles()),
        scope(claims, names.purposes()),
        scope(claims, names.jobs()),
        Optional.ofNullable(text(claims, "azp"))
            .or(() -> Optional.ofNullable(text(claims, "client_id"))),
        binding(provider, claims),
        issued,
        expires.plus(limits.clockSkew()));
  }

  private static Binding binding(Provider provider, JWTClaimsSet claims)
      throws TokenRefusedException {
    Binding binding = Binding.read(claims);
    if (provider.bound() && binding.isNone()) {
      throw refused(
          Reason.BOUND,
          "the token is bound to no key and no certificate, which this alliance demands"
              + " (oidc.providers.bound). Next: sign in with a client that binds its tokens, as"
              + " 'concordat login' does where the provider can");
    }
    return binding;
  }

  private static MemberId member(Provider provider, JWTClaimsSet claims)
      throws TokenRefusedException {
    String name = provider.claims().member();
    MemberId member;
    if (name == null) {
      member = provider.members().iterator().next();
    } else {
      try {
        String said = text(claims, name);
        if (said == null) {
          throw refused(Reason.CLAIMS, "the token names no member in the claim '" + name + "'");
        }
        member = new MemberId(said);
      } catch (IllegalArgumentException wrong) {
        throw refused(Reason.CLAIMS, "the token's claim '" + name + "' is no member's id");
      }
    }
    if (!provider.members().isEmpty() && !provider.members().contains(member)) {
      throw refused(Reason.CLAIMS, "this provider does not speak for " + member);
    }
    return member;
  }

  /** A scope that is there but empty or malformed is for nothing, never for everything. */
  private static Set<String> scope(JWTClaimsSet claims, @Nullable String name)
      throws TokenRefusedException {
    if (name == null || claim(claims, name) == null) {
      return Set.of();
    }
    Set<String> scope = texts(claims, name);
    if (scope.isEmpty()) {
      throw refused(Reason.CLAIMS, "the token's claim '" + name + "' allows nothing");
    }
    return scope;
  }

  private static Set<String> texts(JWTClaimsSet claims, String name) {
    Object value = claim(claims, name);
    if (value instanceof String words) {
      return Arrays.stream(words.split(" "))
          .filter(word -> !word.isEmpty())
          .collect(Collectors.toSet());
    }
    Set<String> found = new HashSet<>();
    if (value instanceof Collection<?> values) {
      values.forEach(item -> found.add(item instanceof String text ? text : ""));
      found.remove("");
    }
    return found;
  }

  private static @Nullable String text(JWTClaimsSet claims, String name) {
    return claim(claims, name) instanceof String text && !text.isBlank() ? text : null;
  }

  private static @Nullable Object claim(JWTClaimsSet claims, String name) {
    Object whole = claims.getClaim(name);
    if (whole != null || !name.contains(".")) {
      return whole;
    }
    Object at = claims.getClaims();
    for (String step : name.split("\\.")) {
      at = at instanceof Map<?, ?> map ? map.get(step) : null;
    }
    return at;
  }

  private static TokenRefusedException refused(Reason reason, String message) {
    return new TokenRefusedException(reason, message);
  }
}
