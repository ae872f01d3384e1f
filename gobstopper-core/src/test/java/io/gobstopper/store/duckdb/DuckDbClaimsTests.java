package io.gobstopper.store.duckdb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.TaskStoreModel;
import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Claims from {@link DuckDbTaskStore}, whose candidates are read ahead, against what a
 * search of the whole table would find.
 */
class DuckDbClaimsTests {

	private static final List<String> CATEGORIES = List.of("default", "other");

	private static final List<String> KNOWN = List.of("email", "resize");

	private static final List<String> NAMES = List.of("email", "resize", "renamed");

	private static final List<LastChances> LAST_CHANCES = List.of(LastChances.ANY, new LastChances(2, 0),
			new LastChances(2, 1));

	private static final int READ_AHEAD = 6;

	private static final int MANY = 2;

	private final DuckDbDatabase database = new DuckDbDatabase(
			new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 1));

	private final DuckDbTaskStore store = new DuckDbTaskStore(this.database, READ_AHEAD, MANY);

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(this.database.readers());

	private final List<StoredTask> running = new ArrayList<>();

	private Instant now = Instant.parse("2026-05-01T12:00:00Z");

	private int claims;

	@BeforeEach
	void open() {
		this.store.open();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void everyClaimTakesWhatASearchWouldFind(long seed) {
		Random random = new Random(seed);
		for (int step = 0; step < 200; step++) {
			act(random);
			claimAndCompare(random, "seed %d, step %d".formatted(seed, step));
		}
	}

	@Test
	void backlogIsClaimedInOrderAlthoughOnlyAPartOfItIsReadAhead() {
		List<StoredTask> tasks = IntStream.range(0, 50)
			.mapToObj((number) -> task("email", "default", TaskPriority.ofLevel(1 + number % 4), this.now))
			.toList();
		this.store.writes().insert(tasks);
		List<StoredTask> expected = pending("default").stream().sorted(StoredTask.RUN_ORDER).toList();
		List<StoredTask> claimed = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			claimed.addAll(this.store.writes().claim(request("default", 5, 5, 0)));
		}
		assertThat(claimed).extracting(StoredTask::id)
			.containsExactlyElementsOf(expected.stream().map(StoredTask::id).toList());
	}

	@Test
	void newTaskDoesNotPassThoseThatWereNotReadAhead() {
		insertNormal(2 * READ_AHEAD);
		this.store.writes().claim(request("default", 1, 1, 0));
		insertNormal(1);
		ClaimRequest request = request("default", READ_AHEAD, READ_AHEAD, 0);
		List<UUID> expected = search(request);
		assertThat(this.store.writes().claim(request)).extracting(StoredTask::id).containsExactlyElementsOf(expected);
	}

	@Test
	void whatCannotBeReadAheadIsReadByTheClaim() {
		DuckDbDatabase withoutTables = new DuckDbDatabase(
				new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(64), 1));
		try (DuckDbUpcomingTasks upcoming = new DuckDbUpcomingTasks(new JdbcTemplate(withoutTables.claimsReader()))) {
			List<Candidate> next = List.of(new Candidate(1, 2, 0, this.now));
			upcoming.expect(request("default", 1, 1, 0), next);
			upcoming.committed();
			assertThat(upcoming.take("default", next)).isEmpty();
		}
		withoutTables.close();
	}

	@Test
	void endOfATaskThatIsGoneKeepsNoOtherFromEnding() {
		insertNormal(MANY);
		List<StoredTask> claimed = this.store.writes().claim(request("default", MANY, MANY, 0));
		this.jdbcTemplate.update("delete from gobstopper_unfinished_task where seq = ?", claimed.get(0).seq());
		List<Settlement> ends = claimed.stream()
			.map((task) -> Settlement.of(task, task.succeeded(this.now, null), this.now))
			.toList();
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().settle(ends))
			.withMessage("1 of 2 attempts were ended");
		assertThat(this.store.writes().settle(ends)).containsExactly(claimed.get(1).fence());
	}

	private void insertNormal(int count) {
		this.store.writes()
			.insert(IntStream.range(0, count)
				.mapToObj((number) -> task("email", "default", TaskPriority.NORMAL, this.now))
				.toList());
	}

	private void act(Random random) {
		switch (random.nextInt(10)) {
			case 0, 1, 2 -> insert(random);
			case 3 -> settle(random);
			case 4 -> cancelOrRequeue(random);
			case 5 -> this.store.writes().promoteDue(this.now);
			case 6 -> this.store.writes().setPaused(any(CATEGORIES, random), random.nextInt(3) == 0);
			case 7 -> rollBack(random);
			case 8 -> {
				this.store.writes().reclaimExpired(this.now.plusSeconds(60), 3);
				this.running.clear();
			}
			default -> passTime(random.nextInt(3000) - 1000);
		}
	}

	private void passTime(int millis) {
		this.now = this.now.plusMillis(millis);
	}

	private void insert(Random random) {
		this.store.writes()
			.insert(IntStream.range(0, 1 + random.nextInt(12))
				.mapToObj((number) -> task(any(NAMES, random), any(CATEGORIES, random),
						TaskPriority.ofLevel(1 + random.nextInt(4)), this.now.plusMillis(random.nextInt(3000) - 2000)))
				.toList());
	}

	private void settle(Random random) {
		List<Settlement> settlements = this.running.stream().map((task) -> {
			StoredTask ended = switch (random.nextInt(4)) {
				case 0 -> task.givenBack();
				case 1 -> task.retrying(this.now, this.now.plusSeconds(1), new TaskError(null, "no", null));
				case 2 -> task.failed(this.now, new TaskError(null, "no", null));
				default -> task.succeeded(this.now, null);
			};
			return Settlement.of(task, ended, this.now);
		}).toList();
		this.store.writes().settle(settlements);
		this.running.clear();
	}

	private void cancelOrRequeue(Random random) {
		boolean requeue = random.nextBoolean();
		List<UUID> ids = tasks(requeue ? "gobstopper_task_history where status = 'cancelled'"
				: "gobstopper_task where status = 'pending'")
			.stream()
			.filter((task) -> random.nextInt(4) == 0)
			.map(StoredTask::id)
			.toList();
		if (requeue) {
			this.store.writes().requeue(ids, this.now);
		}
		else {
			this.store.writes().cancel(ids, this.now);
		}
	}

	private void rollBack(Random random) {
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			insert(random);
			this.store.writes().claim(request(any(CATEGORIES, random), 3, 5, 0));
			throw new IllegalStateException("rolled back");
		}));
	}

	private void claimAndCompare(Random random, String when) {
		int limit = 1 + random.nextInt(8);
		ClaimRequest request = request(any(CATEGORIES, random), random.nextInt(limit + 1), limit, random.nextInt(4))
			.with(any(LAST_CHANCES, random));
		List<UUID> expected = search(request);
		List<StoredTask> claimed = this.store.writes().claim(request);
		assertThat(claimed).as(when).extracting(StoredTask::id).containsExactlyElementsOf(expected);
		assertThat(claimed).as(when)
			.allSatisfy((task) -> assertThat(tasks("gobstopper_task where seq = ?", task.seq())).containsExactly(task));
		this.running.addAll(claimed);
	}

	private List<UUID> search(ClaimRequest request) {
		if (this.store.reads().pausedCategories().contains(request.category())) {
			return List.of();
		}
		List<StoredTask> due = pending(request.category()).stream()
			.filter((task) -> !task.state().dueAt().isAfter(this.now) && KNOWN.contains(task.details().name())
					&& task.details().priority().level() > request.abovePriority()
					&& (request.lastChances().most() > 0 || !request.lastChances().include(task)))
			.sorted(StoredTask.RUN_ORDER)
			.toList();
		int untilCrashed = (int) due.stream().takeWhile((task) -> task.state().counts().crashes() == 0).count();
		int most = Math.min(request.limit(), Math.max(request.slots(), untilCrashed));
		return TaskStoreModel.withoutOtherLastChances(due.stream().limit(most).toList(), request.lastChances())
			.stream()
			.map(StoredTask::id)
			.toList();
	}

	private List<StoredTask> pending(String category) {
		return tasks("gobstopper_task where status = 'pending' and category = ?", category);
	}

	private List<StoredTask> tasks(String from, Object... parameters) {
		return this.jdbcTemplate.query("select * from " + from, new StoredTaskRowMapper(), parameters);
	}

	// A worker's name is new for each claim.
	private ClaimRequest request(String category, int slots, int limit, int abovePriority) {
		return new ClaimRequest(category, KNOWN, slots, limit, abovePriority,
				new Lease("worker#" + this.claims++, this.now.plus(Duration.ofSeconds(30)), this.now));
	}

	private StoredTask task(String name, String category, TaskPriority priority, Instant dueAt) {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, category, priority, "[]", "{}",
				this.now, 3, null, null), TaskState.pending(dueAt));
	}

	private static <T> T any(List<T> values, Random random) {
		return values.get(random.nextInt(values.size()));
	}

}
