package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link PostgresClaimRecords} of a store with three tasks, all claimed at once.
 */
class PostgresClaimRecordsTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final Instant UNTIL = NOW.plusSeconds(30);

	private static final String FIND_CHANGED_BY_CLAIMS = """
			select indexdef from pg_indexes
			where schemaname = ? and tablename = 'gobstopper_task'
				and indexdef ~ '[ (](status|attempt|started_at|lease_owner|lease_until|heartbeat_at)[ ,)]'
			""";

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), this.settings);

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(PostgresServer.dataSource()));

	private List<StoredTask> claimed;

	@BeforeEach
	void claim() {
		this.store.open();
		this.store.writes().insert(IntStream.range(0, 3).mapToObj((number) -> task()).toList());
		this.claimed = claim("me#1");
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void recordGoesWithTheLastOfItsTasks() {
		end(this.claimed.get(0));
		end(this.claimed.get(2));
		assertThat(records()).isEqualTo(1);
		giveBack(this.claimed.get(1));
		assertThat(records()).isZero();
	}

	@Test
	void recordOfAnOwnerStaysWhileAnyOfItsClaimsIsUnderWay() {
		giveBack(this.claimed.get(0));
		StoredTask again = claim("me#1").get(0);
		end(this.claimed.get(1));
		end(this.claimed.get(2));
		assertThat(records()).isEqualTo(2);
		end(again);
		assertThat(records()).isZero();
	}

	@Test
	void emptyClaimHasNoRecord() {
		assertThat(claim("me#2")).isEmpty();
		assertThat(records()).isEqualTo(1);
	}

	@Test
	void tasksOfADeadProcessAreFoundWhenTheirLeasesAreOver() {
		end(this.claimed.get(0));
		try (PostgresTaskStore other = new PostgresTaskStore(PostgresServer.dataSource(), this.settings)) {
			other.open();
			assertThat(other.writes().reclaimExpired(UNTIL.minusMillis(1), 3)).isEmpty();
			assertThat(records()).isEqualTo(1);
			assertThat(other.writes().reclaimExpired(UNTIL, 3)).extracting(StoredTask::id)
				.containsExactly(this.claimed.get(1).id(), this.claimed.get(2).id());
		}
		assertThat(records()).isZero();
	}

	@Test
	void taskThatIsLockedIsFoundLater() {
		StoredTask locked = this.claimed.get(1);
		assertThat(whileLocked(locked, () -> this.store.writes().reclaimExpired(UNTIL, 3))).hasSize(2)
			.extracting(StoredTask::id)
			.doesNotContain(locked.id());
		assertThat(this.store.writes().reclaimExpired(UNTIL, 3)).extracting(StoredTask::id)
			.containsExactly(locked.id());
		assertThat(records()).isZero();
	}

	@Test
	void taskWhoseLeaseIsRenewedIsFoundWithoutARecord() {
		StoredTask renewed = this.claimed.get(0);
		this.store.writes().heartbeat(List.of(renewed.fence()), NOW, UNTIL.plusSeconds(10));
		assertThat(this.store.writes().reclaimExpired(UNTIL, 3)).hasSize(2);
		assertThat(records()).isZero();
		assertThat(this.store.reads().findDamage(true)).isEmpty();
		assertThat(this.store.writes().reclaimExpired(UNTIL.plusSeconds(10), 3)).extracting(StoredTask::id)
			.containsExactly(renewed.id());
	}

	@Test
	void recordGoesWhenTheLastLeaseIsRenewed() {
		end(this.claimed.get(0));
		assertThat(this.store.writes().heartbeat(fences(), NOW, UNTIL.plusSeconds(10))).hasSize(2);
		assertThat(records()).isZero();
		assertThat(this.store.reads().findDamage(true)).isEmpty();
	}

	@Test
	void recordStaysIfALeaseIsNotRenewedBecauseTheTaskIsLocked() {
		StoredTask locked = this.claimed.get(1);
		assertThat(whileLocked(locked, () -> this.store.writes().heartbeat(fences(), NOW, UNTIL.plusSeconds(10))))
			.hasSize(3);
		assertThat(records()).isEqualTo(1);
		assertThat(this.store.writes().reclaimExpired(UNTIL, 3)).extracting(StoredTask::id)
			.containsExactly(locked.id());
	}

	@Test
	void recordStaysIfTheEndOfOneOfItsTasksIsNotStored() {
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			end(this.claimed.get(0));
			throw new IllegalStateException("not committed");
		}));
		end(this.claimed.get(1));
		end(this.claimed.get(2));
		assertThat(records()).isEqualTo(1);
		assertThat(this.store.writes().reclaimExpired(UNTIL, 3)).extracting(StoredTask::id)
			.containsExactly(this.claimed.get(0).id());
		assertThat(records()).isZero();
	}

	@Test
	void claimThatIsNotStoredHasNoRecord() {
		this.claimed.forEach(this::giveBack);
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			assertThat(claim("me#2")).hasSize(3);
			throw new IllegalStateException("not committed");
		}));
		assertThat(records()).isZero();
	}

	@Test
	void missingRecordIsDamage() {
		this.jdbcTemplate.update("delete from %s.gobstopper_claim".formatted(this.settings.schema()));
		assertThat(this.store.reads().findDamage(false))
			.containsExactly("3 running tasks would not be found if their process died");
	}

	@Test
	void noIndexHasAColumnThatClaimsChange() {
		assertThat(this.jdbcTemplate.queryForList(FIND_CHANGED_BY_CLAIMS, String.class, this.settings.schema()))
			.isEmpty();
	}

	private List<StoredTask> claim(String owner) {
		return this.store.writes()
			.claim(new ClaimRequest("default", List.of("email"), 9, 9, 0, new Lease(owner, UNTIL, NOW)));
	}

	// The write is another thread's, as it is in the application.
	private <T> T whileLocked(StoredTask task, Supplier<T> write) {
		return this.transaction.execute((status) -> {
			this.jdbcTemplate.queryForObject(
					"select seq from %s.gobstopper_task where id = ? for update".formatted(this.settings.schema()),
					Long.class, task.id());
			return CompletableFuture.supplyAsync(write).join();
		});
	}

	private List<Fence> fences() {
		return this.claimed.stream().map(StoredTask::fence).toList();
	}

	private void end(StoredTask task) {
		assertThat(this.store.writes().settle(List.of(success(task)))).containsExactly(task.fence());
	}

	private void giveBack(StoredTask task) {
		Fence fence = task.fence();
		assertThat(this.store.writes().settle(List.of(Settlement.unstarted(task, task.givenBack()))))
			.containsExactly(fence);
	}

	private int records() {
		return this.jdbcTemplate.queryForObject(
				"select count(*) from %s.gobstopper_claim".formatted(this.settings.schema()), Integer.class);
	}

	private static Settlement success(StoredTask task) {
		return Settlement.of(task, task.succeeded(NOW, null), NOW);
	}

	private static StoredTask task() {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", NOW, 3, null, null), TaskState.pending(NOW));
	}

}
