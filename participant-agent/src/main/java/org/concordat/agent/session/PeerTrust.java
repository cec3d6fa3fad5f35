package org.concordat.agent.session;

import io.grpc.ManagedChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a link keeps up with certificates, its own site's and the coordinator's.
 *
 * @param renewal looks after this site's certificate, and says whether it is another one now: the
 *     session then moves to a connection that begins with it, before the coordinator would have to
 *     end the one that has grown old
 * @param refusal why the server of the session, by its leaf, member CA and jurisdiction CA, is not
 *     good any more; empty if it is
 * @param forLists a connection of its own that also a coordinator may answer that is refused for
 *     nothing but a revocation list that has ended ({@code CRL_ENDED}): rosters and lists are asked
 *     for, and nothing else is said on it
 */
public record PeerTrust(
    BooleanSupplier renewal,
    Function<List<X509Certificate>, Optional<String>> refusal,
    Supplier<ManagedChannel> forLists) {}
