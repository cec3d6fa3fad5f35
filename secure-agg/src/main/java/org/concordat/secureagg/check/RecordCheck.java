package org.concordat.secureagg.check;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.crypto.OpenedMasks;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;

/** The checks of a record, in the order of the protocol. */
record RecordCheck(Notary notary, String coordinator, Manifest manifest, RoundRecord record) {
  void manifest(ManifestCertificate signed) throws Refusal {
    Inbox.quorum(
        notary,
        coordinator,
        signed.signatures(),
        ManifestSignature.class,
        manifest::pins,
        new ManifestSignature(manifest.epoch(), manifest.digest())::equals,
        manifest.cohort().threshold());
  }

  Survivors certificate() throws Refusal {
    Certificate certificate = Certificate.decode(record.certificate().toArray());
    Survivors survivors = Survivors.decode(certificate.survivors().toArray());
    require(
        survivors.ref().equals(certificate.ref())
            && survivors.ref().epoch() == manifest.epoch()
            && manifest.indices().containsAll(survivors.indices())
            && survivors.uploads().size() >= manifest.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        "the survivor set does not fit epoch %d",
        manifest.epoch());
    Inbox.quorum(
        notary,
        coordinator,
        certificate.signatures(),
        SurvivorSignature.class,
        (member, store) ->
            manifest.pins(member, store)
                && survivors.indices().contains(manifest.cohort().indexOf(member)),
        new SurvivorSignature(survivors.ref(), survivors.digest())::equals,
        manifest.cohort().threshold());
    SurvivorCommitments.check(notary, coordinator, manifest, survivors, certificate.commitments());
    return survivors;
  }

  Result result(Survivors survivors) throws Refusal {
    Result result = Result.decode(record.result().toArray());
    require(
        result.parsedTask().ref().equals(survivors.ref())
            && result.survivorsDigest().equals(survivors.digest())
            && result.parsedTask().cohortDigest().equals(manifest.cohort().digest()),
        Reason.MISBOUND,
        "the result is of another task, cohort or survivor set");
    return result;
  }

  List<MaskTerm> masks(Result result, Survivors survivors) throws Refusal {
    SortedMap<Integer, Bytes> seeds = seeds(result, survivors);
    SortedMap<Integer, SortedMap<Integer, Bytes>> pairs = new TreeMap<>();
    List<Integer> absent = new ArrayList<>(manifest.indices());
    absent.removeAll(survivors.indices());
    require(
        record.dropped().stream().map(RoundRecord.Dropped::index).toList().equals(absent),
        Reason.BAD_SECTION,
        "pair secrets of the dropped members %s are due",
        absent);
    for (RoundRecord.Dropped dropped : record.dropped()) {
      pairs.put(dropped.index(), pairs(dropped, survivors));
    }
    return OpenedMasks.terms(manifest.cohort(), result.parsedTask(), seeds, pairs);
  }

  private SortedMap<Integer, Bytes> seeds(Result result, Survivors survivors) throws Refusal {
    List<Integer> indices = survivors.indices();
    require(
        record.survivors().size() == indices.size() && result.selfSeeds().size() == indices.size(),
        Reason.BAD_SEED,
        "%d seeds for %d survivors",
        result.selfSeeds().size(),
        indices.size());
    int token = survivors.ref().token();
    SortedMap<Integer, Bytes> seeds = new TreeMap<>();
    for (int i = 0; i < indices.size(); i++) {
      int index = indices.get(i);
      RoundRecord.Survivor survivor = record.survivors().get(i);
      SectionHeader header = header(index, survivor.sealedHeader());
      Bytes seed = result.selfSeeds().get(i);
      Digest hash =
          Commitments.ofSecret(
              manifest.epoch(), index, token, Commitments.Secret.SEED, seed.toArray());
      require(
          header.commonDigest().equals(survivor.common().sha256())
              && survivor.common().size() == DepositLayout.COMMON_BYTES
              && hash.equals(
                  DepositLayout.secretHash(survivor.common(), token, Commitments.Secret.SEED)),
          Reason.BAD_SEED,
          "the seed of %s is not the one it deposited",
          name(index));
      seeds.put(index, seed);
    }
    return seeds;
  }

  private SortedMap<Integer, Bytes> pairs(RoundRecord.Dropped dropped, Survivors survivors)
      throws Refusal {
    SectionHeader header = header(dropped.index(), dropped.sealedHeader());
    List<Integer> indices = survivors.indices();
    require(
        dropped.pairs().size() == indices.size(),
        Reason.BAD_SECTION,
        "%d pair secrets of %s for %d survivors",
        dropped.pairs().size(),
        name(dropped.index()),
        indices.size());
    SortedMap<Integer, Bytes> secrets = new TreeMap<>();
    for (int i = 0; i < indices.size(); i++) {
      int survivor = indices.get(i);
      RoundRecord.Pair pair = dropped.pairs().get(i);
      Digest commitment = new Digest(Derivation.commitment(pair.secret().toArray()));
      require(
          pair.section().size() == DepositLayout.sectionBytes(false)
              && header.sections().get(survivor).equals(pair.section().sha256())
              && commitment.equals(
                  DepositLayout.commitment(pair.section(), survivors.ref().token())),
          Reason.COMMITMENT_MISMATCH,
          "the pair secret of %s and %s is not the one they committed to",
          name(dropped.index()),
          name(survivor));
      secrets.put(survivor, pair.secret());
    }
    return secrets;
  }

  /** The header of a deposit, as signed by its dealer and named by the manifest. */
  private SectionHeader header(int index, Bytes sealed) throws Refusal {
    SectionHeader header = Inbox.open(notary, sealed, SectionHeader.class, name(index));
    Digest named =
        manifest.participants().stream()
            .filter(participant -> participant.index() == index)
            .findFirst()
            .orElseThrow()
            .depositDigest();
    require(
        header.digest().equals(named) && header.sections().size() == manifest.cohort().size(),
        Reason.MANIFEST_MISMATCH,
        "the deposit of %s is not the one in the manifest",
        name(index));
    return header;
  }

  private String name(int index) {
    return manifest.cohort().members().get(index);
  }

  private void require(boolean condition, Reason reason, String format, Object... values)
      throws Refusal {
    Refusal.require(condition, reason, coordinator, format, values);
  }
}
