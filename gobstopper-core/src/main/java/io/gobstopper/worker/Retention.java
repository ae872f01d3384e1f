package io.gobstopper.worker;

import java.time.Instant;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.store.DueTimes;
import io.gobstopper.store.GroupCommit;

/**
 * Deletes completed tasks that are old enough, in small commits between those of others.
 */
final class Retention {

	private static final Log logger = LogFactory.getLog(Retention.class);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final RetentionSettings settings;

	Retention(GroupCommit groupCommit, WorkerIdentity identity, RetentionSettings settings) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.settings = settings;
	}

	void clean() {
		Instant before = DueTimes.before(this.identity.now(), this.settings.finished());
		long total = this.groupCommit.purge(before, this.settings.batchSize());
		if (total > 0) {
			logger.debug("Deleted %d tasks completed before %s".formatted(total, before));
		}
	}

}
