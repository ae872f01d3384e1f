package io.gobstopper.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.github.f4b6a3.uuid.UuidCreator;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.statistics.AttemptSummary;
import io.gobstopper.store.statistics.AttentionCounts;
import io.gobstopper.store.statistics.FailureSummary;
import io.gobstopper.store.statistics.Percentiles;
import io.gobstopper.store.statistics.QueueFlow;
import io.gobstopper.store.statistics.RunningTask;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.statistics.TimeBuckets;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What every store tells of its history.
 */
public abstract class TaskStatisticsContractTests {

	private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");

	private static final TimeBuckets MINUTES = new TimeBuckets(START, Duration.ofMinutes(1), 3);

	private static final TaskError NO = new TaskError("java.io.IOException", "no", "trace");

	private static final RecursiveComparisonConfiguration NEARLY = RecursiveComparisonConfiguration.builder()
		.withComparatorForType(new DoubleComparator(1e-9), Double.class)
		.build();

	private TaskStore store;

	protected abstract TaskStore createStore();

	@BeforeEach
	void openStore() {
		this.store = createStore();
		this.store.open();
	}

	@AfterEach
	void closeStore() {
		this.store.close();
	}

	@Test
	void emptyStoreHasNothingToTell() {
		TaskStatistics statistics = this.store.reads().statistics();
		assertThat(statistics.attempts(MINUTES)).isEmpty();
		assertThat(statistics.flows(MINUTES, MINUTES.end())).isEmpty();
		assertThat(statistics.failures(START, 5)).isEmpty();
		assertThat(statistics.attention(START, List.of())).isEqualTo(new AttentionCounts(0, 0, 0, 0));
	}

	@Test
	void attemptsAreCountedAndTimedInTheBucketInWhichTheyEnded() {
		for (int i = 1; i <= 3; i++) {
			StoredTask running = start("email", at(0), at(i));
			settle(running, running.succeeded(at(10 * i), null), at(10 * i));
		}
		StoredTask failing = start("email", at(0), at(5));
		settle(failing, failing.retrying(at(59), at(70), NO), at(59));
		this.store.writes().promoteDue(at(70));
		StoredTask again = claim(at(80));
		settle(again, again.failed(at(81), NO), at(81));
		StoredTask returned = start("email", at(90), at(91));
		settle(returned, returned.givenBack(), at(92));
		this.store.writes().cancel(List.of(returned.id()), at(93));
		StoredTask stopped = start("email", at(100), at(101));
		settle(stopped, stopped.cancelled(at(130), null), at(130));
		StoredTask beyond = start("email", at(0), at(170));
		settle(beyond, beyond.succeeded(at(180), null), at(180));

		assertThat(this.store.reads().statistics().attempts(MINUTES))
			.usingRecursiveFieldByFieldElementComparator(NEARLY)
			.containsExactly(
					new AttemptSummary(at(0), 3, 1, 0, new Percentiles(2.5, 4.7, 4.94),
							new Percentiles(22.5, 49.95, 53.19)),
					new AttemptSummary(at(60), 0, 1, 0, new Percentiles(10, 10, 10), new Percentiles(1, 1, 1)),
					new AttemptSummary(at(120), 0, 0, 1, new Percentiles(1, 1, 1), new Percentiles(29, 29, 29)));
	}

	@Test
	void completedTasksOfAllCategoriesAreCountedByStatus() {
		for (int i = 0; i < 2; i++) {
			StoredTask ended = start("email", at(0), at(1));
			settle(ended, ended.succeeded(at(2), null), at(2));
		}
		this.store.writes().cancel(List.of(insert("email", "other", at(0))), at(2));
		start("email", at(0), at(1));
		insert("email", "default", at(0));
		assertThat(this.store.reads().statistics().completedCounts())
			.isEqualTo(Map.of(TaskStatus.SUCCESS, 2L, TaskStatus.CANCELLED, 1L));
	}

	@Test
	void tasksThatHaveRunLongestComeFirst() {
		start("email", at(0), at(30));
		StoredTask first = start("email", at(1), at(10));
		StoredTask second = start("email", at(2), at(20));
		StoredTask ended = start("email", at(3), at(5));
		settle(ended, ended.succeeded(at(6), null), at(6));
		insert("email", "default", at(0));
		this.store.writes().progress(List.of(new ProgressReport(first.fence(), new TaskProgress(40, "half-way"))));
		List<RunningTask> longest = this.store.reads().statistics().longestRunning(2, null, List.of());
		assertThat(longest).extracting(RunningTask::id).containsExactly(first.id(), second.id());
		assertThat(longest.get(0)).isEqualTo(new RunningTask(first.id(), "email", "default", 1, at(10),
				new TaskProgress(40, "half-way"), false, "node-1"));
	}

	@Test
	void attemptThatCrashedForTheLastTimeIsCountedOnce() {
		start("email", at(0), at(1));
		this.store.writes().reclaimExpired(at(100), 1);
		assertThat(this.store.reads().statistics().attempts(MINUTES))
			.extracting(AttemptSummary::failed, AttemptSummary::execution)
			.containsExactly(tuple(1L, null));
	}

	@Test
	void flowsTellWhatBecameDueAndWhatWasStartedOrCancelledBeforeItCouldBe() {
		StoredTask done = start("email", at(10), at(70));
		settle(done, done.succeeded(at(75), null), at(75));
		start("email", at(20), at(130));
		UUID waiting = insert("email", "default", at(30));
		UUID cancelled = insert("email", "default", at(40));
		this.store.writes().cancel(List.of(cancelled), at(100));
		insert("email", "other", at(50));
		insert("email", "other", at(3600));

		assertThat(this.store.reads().statistics().flows(MINUTES, MINUTES.end())).containsExactlyInAnyOrder(
				new QueueFlow(at(0), "default", 4, 0), new QueueFlow(at(60), "default", 0, 2),
				new QueueFlow(at(120), "default", 0, 1), new QueueFlow(at(0), "other", 1, 0));
		assertThat(this.store.reads().find(waiting)).isPresent();
	}

	@Test
	void taskIsNotInTheQueueBeforeItIsDue() {
		insert("email", "default", at(100));
		UUID scheduled = insert("email", "default", at(110));
		TaskStatistics statistics = this.store.reads().statistics();
		assertThat(statistics.flows(MINUTES, at(99))).isEmpty();
		assertThat(statistics.flows(MINUTES, at(105))).containsExactly(new QueueFlow(at(60), "default", 1, 0));
		this.store.writes().cancel(List.of(scheduled), at(70));
		assertThat(statistics.flows(MINUTES, at(150))).containsExactly(new QueueFlow(at(60), "default", 1, 0));
	}

	@Test
	void taskThatWaitsAgainIsInTheQueueSinceItsNextAttemptWasDue() {
		StoredTask failing = start("email", at(10), at(20));
		settle(failing, failing.retrying(at(30), at(70), NO), at(30));
		assertThat(this.store.reads().statistics().flows(MINUTES, MINUTES.end()))
			.containsExactly(new QueueFlow(at(60), "default", 1, 0));
		this.store.writes().cancel(List.of(failing.id()), at(130));
		assertThat(this.store.reads().statistics().flows(MINUTES, MINUTES.end()))
			.containsExactlyInAnyOrder(new QueueFlow(at(60), "default", 1, 0), new QueueFlow(at(120), "default", 0, 1));
	}

	@Test
	void failuresAreThoseOfMostTasksFirst() {
		fail("email", at(1), NO);
		UUID last = fail("resize", at(5), NO);
		fail("resize", at(3), NO);
		fail("resize", at(2), new TaskError("java.lang.Error", "no", "trace"));
		TaskStatistics statistics = this.store.reads().statistics();
		assertThat(statistics.failures(START, 5)).containsExactly(
				new FailureSummary("resize", "java.io.IOException", 2, 0, at(3), at(5), last),
				new FailureSummary("email", "java.io.IOException", 1, 0, at(1), at(1), failedAt(1)),
				new FailureSummary("resize", "java.lang.Error", 1, 0, at(2), at(2), failedAt(2)));
		assertThat(statistics.failures(START, 1)).hasSize(1);
		assertThat(statistics.failures(at(5), 5)).extracting(FailureSummary::failed).containsExactly(1L);
	}

	@Test
	void attemptsThatAreTriedAgainAreFailuresToo() {
		StoredTask failing = start("email", at(0), at(1));
		settle(failing, failing.retrying(at(2), at(3), NO), at(2));
		this.store.writes().promoteDue(at(3));
		StoredTask again = claim(at(4));
		settle(again, again.retrying(at(5), at(6), NO), at(5));
		TaskStatistics statistics = this.store.reads().statistics();
		assertThat(statistics.failures(START, 5))
			.containsExactly(new FailureSummary("email", "java.io.IOException", 0, 2, at(2), at(5), failing.id()));
		this.store.writes().promoteDue(at(6));
		StoredTask last = claim(at(7));
		settle(last, last.failed(at(8), NO), at(8));
		assertThat(statistics.failures(START, 5))
			.containsExactly(new FailureSummary("email", "java.io.IOException", 1, 2, at(2), at(8), failing.id()));
		assertThat(statistics.failures(at(3), 5)).extracting(FailureSummary::retried).containsExactly(1L);
		assertThat(statistics.attention(START, List.of("email"))).isEqualTo(new AttentionCounts(1, 0, 0, 0));
		assertThat(statistics.attention(at(9), List.of("email"))).isEqualTo(new AttentionCounts(0, 0, 0, 0));
	}

	@Test
	void taskThatFailedByItsCrashesIsCountedOnce() {
		start("email", at(0), at(1));
		this.store.writes().reclaimExpired(at(1000), 1);
		assertThat(this.store.reads().statistics().failures(START, 5))
			.extracting(FailureSummary::failed, FailureSummary::retried)
			.containsExactly(tuple(1L, 0L));
	}

	@Test
	void tasksThatCrashedOrHaveNoHandlerNeedAttention() {
		start("email", at(0), at(1));
		this.store.writes().reclaimExpired(at(1000), 3);
		insert("gone", "default", at(0));
		insert("gone", "default", at(9000));
		TaskStatistics statistics = this.store.reads().statistics();
		assertThat(statistics.attention(START, List.of("email"))).isEqualTo(new AttentionCounts(0, 1, 2, 0));
		assertThat(statistics.attention(START, List.of("email", "gone"))).isEqualTo(new AttentionCounts(0, 1, 0, 0));
		assertThat(statistics.attention(START, List.of())).isEqualTo(new AttentionCounts(0, 1, 3, 0));
		StoredTask running = claim(at(1001));
		settle(running, running.succeeded(at(1002), null), at(1002));
		assertThat(statistics.attention(START, List.of("gone"))).isEqualTo(new AttentionCounts(0, 1, 0, 0));
		assertThat(statistics.attention(at(1003), List.of("gone"))).isEqualTo(new AttentionCounts(0, 0, 0, 0));
	}

	private UUID fail(String name, Instant at, TaskError error) {
		StoredTask running = start(name, at, at);
		settle(running, running.failed(at, error), at);
		return running.id();
	}

	private UUID failedAt(int second) {
		return this.store.reads()
			.find(TaskFilter.of(TaskQuery.all(), List.of()).page(null, 10))
			.stream()
			.filter((task) -> at(second).equals(task.state().outcome().completedAt()))
			.map(StoredTask::id)
			.findFirst()
			.orElseThrow();
	}

	private StoredTask start(String name, Instant dueAt, Instant startedAt) {
		UUID id = insert(name, "default", dueAt);
		StoredTask started = claim(startedAt);
		assertThat(started.id()).isEqualTo(id);
		return started;
	}

	private UUID insert(String name, String category, Instant dueAt) {
		StoredTask task = new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, category,
				TaskPriority.NORMAL, "[]", "{}", START, 99, null, null), TaskState.pending(dueAt));
		return this.store.writes().insert(List.of(task)).get(0).id();
	}

	private StoredTask claim(Instant now) {
		ClaimRequest request = new ClaimRequest("default", List.of("email", "resize"), 1, 1, 0,
				new Lease("node-1", now.plusSeconds(30), now));
		return this.store.writes().claim(request).get(0).begun(now);
	}

	private void settle(StoredTask running, StoredTask ended, Instant now) {
		this.store.writes().settle(List.of(Settlement.of(running, ended, now)));
	}

	private static Instant at(int second) {
		return START.plusSeconds(second);
	}

}
