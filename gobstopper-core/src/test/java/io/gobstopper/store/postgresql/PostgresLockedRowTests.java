package io.gobstopper.store.postgresql;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A row that somebody has locked, such as an administrator, does not hold up the others.
 */
@Timeout(60)
class PostgresLockedRowTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final Instant UNTIL = NOW.plusSeconds(30);

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), this.settings);

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(PostgresServer.dataSource()));

	private List<StoredTask> running;

	@BeforeEach
	void insertRunning() {
		this.store.open();
		List<StoredTask> tasks = IntStream.range(0, 3).mapToObj((i) -> claimed()).toList();
		this.running = this.store.writes().insert(tasks).stream().map(InsertedTask::task).toList();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void otherLeasesAreRenewedAndItsOwnIsNotSaidToBeLost() {
		Instant later = UNTIL.plus(Duration.ofSeconds(10));
		Map<?, Boolean> held = whileFirstIsLocked(
				() -> this.store.writes().heartbeat(this.running.stream().map(StoredTask::fence).toList(), NOW, later));
		assertThat(held).hasSize(3);
		assertThat(this.running)
			.extracting((task) -> this.store.reads().find(task.id()).orElseThrow().state().lease().until())
			.containsExactly(UNTIL, later, later);
	}

	@Test
	void otherProgressIsStored() {
		TaskProgress half = new TaskProgress(50, "half-way");
		whileFirstIsLocked(() -> this.store.writes()
			.progress(this.running.stream().map((task) -> new ProgressReport(task.fence(), half)).toList()));
		assertThat(this.running)
			.extracting((task) -> this.store.reads().find(task.id()).orElseThrow().state().progress())
			.containsExactly(TaskProgress.NONE, half, half);
	}

	@Test
	void onlyTheFirstEndOfALockedTaskIsWaitedForLong() {
		StoredTask locked = this.running.get(0);
		Settlement end = Settlement.of(locked, locked.succeeded(NOW, null), NOW);
		long began = System.nanoTime();
		whileFirstIsLocked(() -> {
			for (int i = 0; i < 10; i++) {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> this.store.writes().settle(List.of(end)))
					.withMessageContaining("lock timeout");
			}
			return this.store.writes()
				.settle(List.of(Settlement.unstarted(this.running.get(1), this.running.get(1).givenBack())));
		});
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(this.settings.lockTimeout().multipliedBy(5));
		assertThat(this.store.writes().settle(List.of(end))).containsExactly(locked.fence());
	}

	// The write is another thread's, as it is in the application.
	private <T> T whileFirstIsLocked(Supplier<T> write) {
		return this.transaction.execute((status) -> {
			this.jdbcTemplate.queryForObject(
					"select seq from %s.gobstopper_task where id = ? for update".formatted(this.settings.schema()),
					Long.class, this.running.get(0).id());
			return CompletableFuture.supplyAsync(write).join();
		});
	}

	private static StoredTask claimed() {
		TaskDetails details = new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", NOW, 3, null, null);
		return new StoredTask(0, details, TaskState.pending(NOW)).claimed(new Lease("me#1", UNTIL, NOW));
	}

}
