package io.gobstopper.store.duckdb;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link DuckDbClaimRecords} as the store keeps them.
 */
class DuckDbClaimRecordsTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final int MANY = 3;

	private static final String COUNT_RECORDS = "select count(*) from gobstopper_claim";

	private static final String COUNT_PENDING_ROWS = """
			select count(*) from gobstopper_unfinished_task where status = 'pending'
			""";

	@TempDir
	private Path folder;

	private DuckDbDatabase database;

	private DuckDbTaskStore store;

	private JdbcTemplate jdbcTemplate;

	private int claims;

	@BeforeEach
	void open() {
		this.database = DuckDbDatabaseTests.database(this.folder.resolve("tasks.duckdb"));
		this.store = new DuckDbTaskStore(this.database, 100, MANY);
		this.store.open();
		this.jdbcTemplate = new JdbcTemplate(this.database.readers());
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void claimOfManyIsOneRowAndLooksLikeRunningTasks() {
		insert(5);
		List<StoredTask> claimed = claim(MANY);
		assertThat(count(COUNT_RECORDS)).isOne();
		assertThat(count(COUNT_PENDING_ROWS)).isEqualTo(5);
		assertThat(claimed).allSatisfy((task) -> assertThat(this.store.reads().find(task.id())).contains(task));
		assertThat(this.store.reads().counts()).containsExactlyInAnyOrder(
				new TaskCount("default", TaskStatus.PENDING, 2), new TaskCount("default", TaskStatus.STARTED, 3));
		assertThat(this.store.reads().findDamage(true)).isEmpty();
	}

	@Test
	void claimOfFewChangesTheirRows() {
		insert(5);
		claim(MANY - 1);
		assertThat(count(COUNT_RECORDS)).isZero();
		assertThat(count(COUNT_PENDING_ROWS)).isEqualTo(3);
	}

	@Test
	void recordIsDeletedSoonAfterItsLastTaskHasEnded() {
		insert(20 * MANY);
		for (int claim = 0; claim < 20; claim++) {
			List<StoredTask> claimed = claim(MANY);
			succeed(claimed.subList(0, 1));
			succeed(claimed.subList(1, MANY));
		}
		assertThat(count(COUNT_RECORDS)).isLessThan(4);
		assertThat(count(COUNT_PENDING_ROWS)).isZero();
	}

	@Test
	void anyOtherEndWritesOutAllRecords() {
		insert(2 * MANY);
		List<StoredTask> first = claim(MANY);
		List<StoredTask> second = claim(MANY);
		StoredTask retried = first.get(0);
		this.store.writes()
			.settle(List.of(Settlement.of(retried,
					retried.retrying(NOW, NOW.plusSeconds(9), new TaskError(null, "no", null)), NOW)));
		assertThat(count(COUNT_RECORDS)).isZero();
		assertThat(second).allSatisfy((task) -> assertThat(this.store.reads().find(task.id())).contains(task));
		succeed(first.subList(1, MANY));
		succeed(second);
		this.store.writes().promoteDue(NOW.plusSeconds(9));
		assertThat(this.store.reads().find(retried.id()).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
	}

	@Test
	void heartbeatAndProgressReachWhatIsRecorded() {
		insert(2 * MANY);
		List<StoredTask> first = claim(MANY);
		List<StoredTask> second = claim(MANY);
		Instant later = NOW.plusSeconds(10);
		Fence beating = first.get(0).fence();
		assertThat(this.store.writes().heartbeat(List.of(beating), later, later.plusSeconds(30)))
			.containsExactly(Map.entry(beating, false));
		assertThat(this.store.reads().find(first.get(0).id()).orElseThrow().state().lease())
			.isEqualTo(new Lease(beating.owner(), later.plusSeconds(30), later));
		ProgressReport report = new ProgressReport(second.get(0).fence(), new TaskProgress(50, "half"));
		assertThat(this.store.writes().progress(List.of(report))).containsExactly(report.fence());
		succeed(first);
		succeed(second);
	}

	@Test
	void recordOfAnOwnerWhoClaimsAgainIsNotDeletedWithTheFirst() {
		insert(9 * MANY);
		List<StoredTask> open = claim(MANY);
		succeed(claim(MANY));
		this.claims--;
		List<StoredTask> again = claim(MANY);
		for (int claim = 0; claim < 4; claim++) {
			succeed(claim(MANY));
		}
		assertThat(again).allSatisfy((task) -> assertThat(this.store.reads().find(task.id())).contains(task));
		succeed(again);
		succeed(open);
	}

	@Test
	void viewsAreReadBeforeTheFirstRecordIsCommitted() {
		DuckDbClaimRecords records = new DuckDbClaimRecords(new JdbcTemplate(this.database.writer()));
		assertThat(records.tablesOf(JdbcTaskReader.FIND_BY_ID)).isEqualTo(JdbcTaskReader.FIND_BY_ID);
		records.writeOutUnknown();
		records.committed();
		assertThat(records.tablesOf(JdbcTaskReader.FIND_BY_ID)).doesNotContain("gobstopper_task_all")
			.contains("gobstopper_unfinished_task");
		records.add(List.of(new Candidate(1, 2, 0, NOW)), new Lease("worker#1", NOW, NOW));
		assertThat(records.tablesOf(JdbcTaskReader.FIND_BY_ID)).isEqualTo(JdbcTaskReader.FIND_BY_ID);
	}

	@Test
	void whatIsRecordedIsNotClaimedAgainWhenCandidatesAreReadAgain() {
		insert(2 * MANY);
		List<StoredTask> first = claim(MANY);
		this.store.writes().setPaused("other", true);
		assertThat(claim(2 * MANY)).hasSize(MANY).doesNotContainAnyElementsOf(first);
	}

	@Test
	void endsAreTakenAlthoughATransactionWasRolledBack() {
		insert(MANY);
		List<StoredTask> claimed = claim(MANY);
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			succeed(claimed);
			throw new IllegalStateException("rolled back");
		}));
		assertThat(claimed).allSatisfy((task) -> assertThat(this.store.reads().find(task.id())).contains(task));
		succeed(claimed);
	}

	@Test
	void whatADeadProcessHadRecordedIsTakenBackWithItsAttempt() {
		insert(MANY);
		List<StoredTask> claimed = claim(MANY);
		this.store.close();
		open();
		assertThat(count(COUNT_RECORDS)).isZero();
		assertThat(this.store.writes().reclaimExpired(NOW, 2)).hasSize(MANY)
			.allSatisfy((task) -> assertThat(task.state().counts().attempt()).isOne())
			.allSatisfy((task) -> assertThat(task.state().counts().crashes()).isOne());
		assertThat(this.store.writes().settle(succeeded(claimed))).isEmpty();
	}

	@Test
	void taskThatIsRecordedAndStartedIsDamage() {
		insert(MANY);
		claim(MANY);
		this.jdbcTemplate.update("update gobstopper_unfinished_task set status = 'started', lease_owner = 'worker#7'");
		assertThat(this.store.reads().findDamage(false))
			.containsExactly("3 recorded claims are of tasks that were started otherwise");
	}

	private void insert(int count) {
		List<InsertedTask> inserted = this.store.writes()
			.insert(IntStream.range(0, count)
				.mapToObj((number) -> new StoredTask(0,
						new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL, "[]",
								"{}", NOW, 0, null, null),
						TaskState.pending(NOW)))
				.toList());
		assertThat(inserted).hasSize(count);
	}

	private List<StoredTask> claim(int limit) {
		return this.store.writes()
			.claim(new ClaimRequest("default", List.of("email"), limit, limit, 0,
					new Lease("worker#" + this.claims++, NOW.plus(Duration.ofSeconds(30)), NOW)));
	}

	private void succeed(List<StoredTask> claimed) {
		assertThat(this.store.writes().settle(succeeded(claimed))).hasSize(claimed.size());
	}

	private static List<Settlement> succeeded(List<StoredTask> claimed) {
		return claimed.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList();
	}

	private long count(String sql) {
		Long count = this.jdbcTemplate.queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

}
