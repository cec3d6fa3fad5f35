package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.server.EpochServer.Phase;

/** A certified epoch without its deposits, and its encoding. */
final class PagedEpoch {
  private PagedEpoch() {}

  /** What stays: start, manifest, certificate, who was present, heads of the deposits. */
  static EpochState of(EpochState full, Deposits kept) {
    EpochState paged = new EpochState(full.start, full.notary);
    paged.phase = full.phase;
    paged.present = full.present;
    paged.manifest = full.manifest;
    paged.certificate = full.certificate;
    paged.signatures = full.signatures;
    paged.heads = heads(full);
    paged.pagedOut = kept;
    return paged;
  }

  static SortedMap<Integer, DepositHead> heads(EpochState full) {
    SortedMap<Integer, DepositHead> heads = new TreeMap<>(full.heads);
    for (Map.Entry<Integer, Parcel> deposit : full.deposits.entrySet()) {
      heads.put(deposit.getKey(), DepositHead.of(deposit.getValue()));
    }
    return heads;
  }

  static byte[] encode(EpochState state) {
    ByteWriter out = new ByteWriter().bytes(state.start.encode());
    out.bytes(Objects.requireNonNull(state.certificate).encode());
    out.list(state.present, ByteWriter::u16);
    out.list(
        new ArrayList<>(heads(state).entrySet()),
        (w, head) ->
            w.u16(head.getKey())
                .bytes(head.getValue().sealedHeader().toArray())
                .bytes(head.getValue().common().toArray()));
    return out.toBytes();
  }

  static EpochState decode(byte[] bytes, Deposits kept, Notary notary) {
    ByteReader in = new ByteReader(bytes);
    EpochState state =
        new EpochState(EpochStart.decode(in.bytes(Limits.SEALED_MANIFEST_BYTES)), notary);
    ManifestCertificate certificate = ManifestCertificate.decode(in.bytes(Limits.PAYLOAD_BYTES));
    state.certificate = certificate;
    state.manifest = Manifest.decode(certificate.manifest().toArray());
    state.present = in.list(Limits.MEMBERS, ByteReader::u16);
    List<Map.Entry<Integer, DepositHead>> heads =
        in.list(
            Limits.MEMBERS,
            r ->
                Map.entry(
                    r.u16(),
                    new DepositHead(
                        Bytes.of(r.bytes(Limits.SEALED_BYTES)),
                        Bytes.of(r.bytes(Limits.SECTION_BYTES)))));
    in.end();
    heads.forEach(head -> state.heads.put(head.getKey(), head.getValue()));
    state.phase = Phase.CERTIFIED;
    state.pagedOut = kept;
    return state;
  }
}
