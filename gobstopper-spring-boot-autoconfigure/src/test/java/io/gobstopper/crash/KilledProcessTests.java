package io.gobstopper.crash;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.StoredTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left of the work of processes that are killed at random moments. The property
 * {@code crash.cycles} says how many are, and {@code crash.seed} repeats a run.
 */
class KilledProcessTests {

	private static final Log logger = LogFactory.getLog(KilledProcessTests.class);

	private static final int CYCLES = Integer.getInteger("crash.cycles", 10);

	@TempDir
	private Path folder;

	@Test
	void nothingAcknowledgedIsLostAndOnlyWhatWasRunningRunsAgain() throws Exception {
		long seed = Long.getLong("crash.seed", System.nanoTime());
		CrashHarness harness = new CrashHarness(this.folder, seed);
		harness.run(CYCLES);
		CrashAudit audit = new CrashAudit(harness.killedAt());
		UniqueAudit unique = new UniqueAudit(harness.killedAt());
		LimitAudit limits = new LimitAudit(harness.killedAt(), CrashingApplication.LIMIT);
		Ledger.read(this.folder.resolve(CrashingApplication.LEDGER), (entry) -> {
			audit.record(entry);
			limits.record(entry);
			unique.record(entry);
		});
		assertThat(unique.complaints()).as("seed %d", seed).isEmpty();
		assertThat(unique.runs()).isPositive();
		assertThat(limits.complaints()).as("seed %d", seed).isEmpty();
		assertThat(limits.most()).isEqualTo(CrashingApplication.LIMIT);
		assertThat(limits.paced()).isPositive().isLessThanOrEqualTo(RecordedHandlers.PACE);
		String file = this.folder.resolve(CrashingApplication.DATABASE).toString();
		try (TaskStore store = new DuckDbTaskStore(
				new DuckDbDatabase(new DuckDbSettings(file, DataSize.ofMegabytes(256), 1)))) {
			store.open();
			List<StoredTask> stored = StoredTasks.all(store);
			assertThat(audit.complaints(stored)).as("seed %d", seed).isEmpty();
			assertThat(store.reads().counts()).containsExactlyInAnyOrderElementsOf(count(stored));
		}
		logger.info("%d kills, %d acknowledged tasks, %d executions repeated, %d with a limit".formatted(CYCLES,
				audit.acknowledged(), audit.extraExecutions(), limits.runs()));
	}

	private static List<TaskCount> count(List<StoredTask> tasks) {
		Map<TaskCount, Long> counts = new HashMap<>();
		for (StoredTask task : tasks) {
			counts.merge(new TaskCount(task.details().category(), task.status(), 0), 1L, Long::sum);
		}
		return counts.entrySet()
			.stream()
			.map((entry) -> new TaskCount(entry.getKey().category(), entry.getKey().status(), entry.getValue()))
			.toList();
	}

}
