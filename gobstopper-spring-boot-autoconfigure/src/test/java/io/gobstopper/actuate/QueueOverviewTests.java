package io.gobstopper.actuate;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.GroupCommitSettings;

import static org.assertj.core.api.Assertions.assertThat;

class QueueOverviewTests {

	private final AtomicInteger snapshots = new AtomicInteger();

	@Test
	void unfinishedTasksOfOneAnswerAreOfOneMoment() {
		TaskStore store = InterceptedTaskStore.before(inMemory(), "snapshot", () -> {
			this.snapshots.incrementAndGet();
			return null;
		});
		try (GroupCommit groupCommit = new GroupCommit(store,
				new GroupCommitSettings(100, 1000, Duration.ofSeconds(1)))) {
			groupCommit.start();
			QueueOverview overview = new QueueOverview(groupCommit, null, Clock.systemUTC());
			assertThat(overview.describe().total()).isZero();
			assertThat(this.snapshots).hasValue(1);
			assertThat(overview.summarize().total()).isZero();
			assertThat(this.snapshots).hasValue(2);
		}
	}

	private static TaskStore inMemory() {
		return new DuckDbTaskStore(new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY,
				DataSize.ofMegabytes(64), 1, Duration.ofMinutes(1), null)));
	}

}
