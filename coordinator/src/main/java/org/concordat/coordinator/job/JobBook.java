package org.concordat.coordinator.job;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.store.Entries;

/** The table of jobs. Every change is durable when the call returns. */
public final class JobBook {

  private final Entries entries;
  private final Map<String, Job> jobs = new LinkedHashMap<>();

  public JobBook(Entries entries) {
    this.entries = entries;
    for (byte[] stored : entries.all(Kinds.JOBS).values()) {
      Job job = Job.parse(stored);
      jobs.put(job.id(), job);
    }
  }

  public Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  public Collection<Job> all() {
    return jobs.values();
  }

  /** Adds or replaces. */
  public Job put(JobRecord record, JobSpec spec) {
    entries.put(Kinds.JOBS, spec.getJob(), record.toByteArray());
    Job job = new Job(record, spec);
    jobs.put(job.id(), job);
    return job;
  }
}
