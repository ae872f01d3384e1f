package io.gobstopper.store.postgresql;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for tasks that give way to others in PostgreSQL, where something else may happen
 * to them between the look that finds them and their cancelling.
 */
@Timeout(60)
class PostgresGiveWayTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final TableNames tables = TableNames.inSchema(this.settings.schema());

	private final PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), this.settings);

	@BeforeEach
	void open() {
		this.store.open();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void whatWasAdmittedMeanwhileIsNotSkipped() {
		UUID first = insert();
		admit();
		UUID second = insert();
		Superseded found = admit();
		assertThat(found.waiting()).containsExactly(second);
		this.store.writes().cancel(List.of(first), NOW);
		admit();
		assertThat(cluster().giveWay(found, NOW)).isEmpty();
		assertThat(this.store.reads().find(second)).hasValueSatisfying((task) -> {
			assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(task.isHeld()).isFalse();
		});
	}

	@Test
	void nobodyWaitsForWhatSomebodyElseHasLocked() {
		insert();
		admit();
		UUID second = insert();
		Superseded found = admit();
		new TransactionTemplate(new JdbcTransactionManager(PostgresServer.dataSource()))
			.executeWithoutResult((status) -> {
				new JdbcTemplate(PostgresServer.dataSource())
					.queryForList(this.tables.in("select 1 from gobstopper_task for update"));
				assertThat(cluster().giveWay(found, NOW)).isEmpty();
			});
		assertThat(cluster().giveWay(found, NOW)).extracting(StoredTask::id).containsExactly(second);
	}

	private Cluster cluster() {
		return this.store.cluster().orElseThrow();
	}

	private UUID insert() {
		String limits = TaskHeaders.write(Map.of("one", "a"));
		TaskDetails details = new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", NOW, 0, null, TaskHeaders.write(Map.of(TaskContext.LIMITS_HEADER, limits)));
		return this.store.writes()
			.insert(List.of(new StoredTask(0, details, TaskState.pending(DueTimes.held(NOW)))))
			.get(0)
			.id();
	}

	private Superseded admit() {
		return cluster()
			.admit(new AdmissionRequest(NOW, NOW, Duration.ofMinutes(1), Duration.ZERO, Set.of("email"), Set.of(),
					Map.of("one", new LimitNumbers(1, null, null, null)), Map.of("one", OnConflict.SKIP)), null)
			.superseded();
	}

}
