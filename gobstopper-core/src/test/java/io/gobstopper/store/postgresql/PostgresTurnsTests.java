package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for turns as they are stored in PostgreSQL.
 */
class PostgresTurnsTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final TableNames tables = TableNames.inSchema(this.settings.schema());

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

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
	void whatALongTransactionEnqueuedDoesNotStartBeforeAllOthers() {
		insert("late", 300);
		claim(1);
		this.jdbcTemplate.update(this.tables.in("update gobstopper_turn set reached = 1000"));
		List<UUID> other = insert("other", 10);
		this.store.writes().promoteDue(NOW);
		assertThat(claim(4)).containsAll(other.subList(0, 2));
	}

	@Test
	void nobodyWaitsForTheProcessThatNotesTheTurn() {
		insert("one", 3);
		insert("other", 3);
		claim(2);
		new TransactionTemplate(new JdbcTransactionManager(PostgresServer.dataSource()))
			.executeWithoutResult((status) -> {
				this.jdbcTemplate.queryForList(this.tables.in("select 1 from gobstopper_turn for update"));
				assertThat(claim(2)).hasSize(2);
			});
		assertThat(claim(9)).hasSize(2);
	}

	private List<UUID> claim(int limit) {
		return this.store.writes()
			.claim(new ClaimRequest("default", List.of("email"), limit, limit, 0, LastChances.ANY,
					new Lease("me#1", NOW.plusSeconds(30), NOW), true))
			.stream()
			.map(StoredTask::id)
			.toList();
	}

	private List<UUID> insert(String key, int count) {
		String headers = TaskHeaders.write(Map.of(TaskContext.FAIRNESS_KEY_HEADER, key));
		return this.store.writes()
			.insert(IntStream.range(0, count)
				.mapToObj((number) -> new StoredTask(0,
						new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL, "[]",
								"{}", NOW, 0, null, headers),
						TaskState.pending(NOW)))
				.toList())
			.stream()
			.map(InsertedTask::task)
			.map(Objects::requireNonNull)
			.map(StoredTask::id)
			.toList();
	}

}
