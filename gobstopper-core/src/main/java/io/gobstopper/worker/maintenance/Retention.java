package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Deletes completed tasks that are old enough, in small commits between those of others,
 * and schedules that no code has declared for long.
 */
public final class Retention {

	private static final Log logger = LogFactory.getLog(Retention.class);

	// Someone may go back to the version that declared it.
	private static final Duration UNDECLARED_FOR = Duration.ofDays(30);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final RetentionSettings settings;

	public Retention(GroupCommit groupCommit, WorkerIdentity identity, RetentionSettings settings) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.settings = settings;
	}

	public void clean() {
		Instant before = DueTimes.before(this.identity.now(), this.settings.finished());
		long total = this.groupCommit.purge(before, this.settings.batchSize());
		if (total > 0) {
			logger.debug("Deleted %d tasks completed before %s".formatted(total, before));
		}
		inSlices((writes) -> writes.schedules().forgetRuns(before, this.settings.batchSize()));
		inSlices((writes) -> writes.forgetExpired(this.identity.now(), this.settings.batchSize()));
		GroupCommit.await(this.groupCommit.write((writes) -> {
			writes.schedules().deleteUndeclared(this.identity.now().minus(UNDECLARED_FOR));
			return before;
		}));
	}

	private void inSlices(Function<TaskWrites, Integer> forget) {
		int forgotten;
		do {
			forgotten = GroupCommit.await(this.groupCommit.write(forget));
		}
		while (forgotten == this.settings.batchSize());
	}

}
