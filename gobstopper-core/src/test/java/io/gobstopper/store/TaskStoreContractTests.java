package io.gobstopper.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.AttemptCounts;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.GroupCommitSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What every {@link TaskStore} must do. A subclass for each database opens an empty one.
 */
public abstract class TaskStoreContractTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.123456Z");

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final String OWNER = "worker-1";

	private static final String ODD_TEXT = "null '); drop table gobstopper_task; -- \\u0041 \"\\ \t\r\n {\"c1\": [1e400]} \u202e \ud83c\udf6c é%_";

	private static final String ODD_JSON = "{\"a\": [[[[\"\\\\\\\" ' \\u0000 \ud83c\udf6c\"]]]], \"b\":1e400,  \"c\":null}";

	protected TaskStore store;

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
	void insertedTaskIsFoundAsItWas() {
		StoredTask task = insert(task("email", TaskPriority.HIGH, NOW.plusSeconds(5), "key-1"));
		assertThat(this.store.reads().find(task.id())).contains(task);
		assertThat(task.seq()).isPositive();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "1970-01-01T00:00:00.000001Z", "2300-01-01T00:00:00.000001Z", "9999-12-31T23:59:59.999999Z" })
	void anyDueTimeIsKeptToTheMicrosecond(Instant dueAt) {
		StoredTask task = insert(task("email", TaskPriority.NORMAL, dueAt, null));
		assertThat(this.store.reads().find(task.id()).orElseThrow().state().dueAt()).isEqualTo(dueAt);
	}

	// The number decides how rows are written.
	@ParameterizedTest
	@ValueSource(ints = { 1, 4, 5, 60, 300 })
	void anyNumberOfTasksAndTheirEndsAreFoundAsTheyWere(int count) {
		List<StoredTask> tasks = IntStream.range(0, count).mapToObj(TaskStoreContractTests::oddTask).toList();
		List<StoredTask> inserted = this.store.writes().insert(tasks).stream().map(InsertedTask::task).toList();
		assertThat(inserted.stream().map((task) -> this.store.reads().find(task.id()).orElseThrow()))
			.isEqualTo(inserted);
		List<Settlement> ends = claim(count).stream()
			.map((task) -> Settlement.of(task, oddEnd(task), NOW.plusSeconds(9)))
			.toList();
		assertThat(this.store.writes().settle(ends)).hasSize(count);
		assertThat(ends.stream().map((end) -> this.store.reads().find(end.task().id()).orElseThrow()))
			.isEqualTo(ends.stream().map(Settlement::task).toList());
	}

	private static StoredTask oddEnd(StoredTask task) {
		return (task.seq() % 2 == 0) ? task.succeeded(NOW.plusNanos(1000), ODD_JSON)
				: task.failed(NOW.plusSeconds(9), new TaskError("odd.'Error'", ODD_TEXT, ODD_TEXT + "\n\tat x"));
	}

	@Test
	void unknownIdIsNotFound() {
		insert(task("email"));
		assertThat(this.store.reads().find(UUID.randomUUID())).isEmpty();
	}

	@Test
	void claimTakesMostUrgentFirstAndOldestWithinPriority() {
		StoredTask low = insert(task("email", TaskPriority.LOW));
		StoredTask normal1 = insert(task("email", TaskPriority.NORMAL));
		StoredTask critical = insert(task("email", TaskPriority.CRITICAL));
		StoredTask normal2 = insert(task("email", TaskPriority.NORMAL));
		StoredTask high = insert(task("email", TaskPriority.HIGH));
		assertThat(ids(claim(3))).containsExactly(critical.id(), high.id(), normal1.id());
		assertThat(ids(claim(3))).containsExactly(normal2.id(), low.id());
		assertThat(claim(3)).isEmpty();
	}

	@Test
	void claimStartsAnAttemptUnderALease() {
		StoredTask task = insert(task("email"));
		StoredTask claimed = claim(1).get(0);
		assertThat(claimed.status()).isEqualTo(TaskStatus.STARTED);
		assertThat(claimed.state().counts().attempt()).isEqualTo(1);
		assertThat(claimed.state().startedAt()).isEqualTo(NOW);
		assertThat(claimed.state().lease()).isEqualTo(new Lease(OWNER, NOW.plus(LEASE), NOW));
		assertThat(this.store.reads().find(task.id())).contains(claimed);
	}

	@Test
	void claimSkipsTasksThatAreNotDueUnknownOrOfAnotherCategory() {
		insert(task("email", TaskPriority.NORMAL, NOW.plusMillis(1), null));
		insert(task("renamed"));
		insert(task("email", "other"));
		StoredTask due = insert(task("email", TaskPriority.LOW, NOW, null));
		assertThat(ids(claim(10))).containsExactly(due.id());
	}

	@Test
	void claimAbovePriorityTakesOnlyMoreUrgentTasks() {
		insert(task("email", TaskPriority.NORMAL));
		StoredTask high = insert(task("email", TaskPriority.HIGH));
		assertThat(ids(this.store.writes().claim(request(5, 5, TaskPriority.NORMAL.level()))))
			.containsExactly(high.id());
	}

	@Test
	void claimAfterTheClockWentBackTakesOnlyWhatIsDueThen() {
		claim(10);
		insert(task("email", TaskPriority.NORMAL, NOW.plusSeconds(2), null));
		insert(task("email", TaskPriority.NORMAL, NOW.plusSeconds(2), null));
		assertThat(this.store.writes().claim(request(1, 1, 0, OWNER, NOW.plusSeconds(3)))).hasSize(1);
		assertThat(this.store.writes().claim(request(1, 1, 0, OWNER, NOW.plusSeconds(1)))).isEmpty();
		assertThat(this.store.writes().claim(request(1, 1, 0, OWNER, NOW.plusSeconds(3)))).hasSize(1);
	}

	@Test
	void claimTakesNothingFromPausedCategory() {
		StoredTask task = insert(task("email"));
		this.store.writes().setPaused("default", true);
		this.store.writes().setPaused("default", true);
		assertThat(claim(1)).isEmpty();
		assertThat(this.store.reads().pausedCategories()).containsExactly("default");
		this.store.writes().setPaused("default", false);
		assertThat(ids(claim(1))).containsExactly(task.id());
		assertThat(this.store.reads().pausedCategories()).isEmpty();
	}

	@Test
	void tasksThatCrashedAreClaimedForSlotsOnlyAndNothingOvertakesThem() {
		StoredTask suspect = insert(task("email"));
		claim(1);
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		StoredTask innocent = insert(task("email"));
		assertThat(this.store.writes().claim(request(0, 5, 0))).isEmpty();
		assertThat(ids(this.store.writes().claim(request(1, 5, 0)))).containsExactly(suspect.id());
		assertThat(ids(this.store.writes().claim(request(0, 5, 0)))).containsExactly(innocent.id());
	}

	@Test
	void lastChancesArePassedOverBeyondThoseAllowed() {
		List<StoredTask> suspects = insertMany(3);
		for (int i = 0; i < 2; i++) {
			claim(3);
			this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		}
		StoredTask innocent = insert(task("email"));
		ClaimRequest request = request(5, 5, 0);
		assertThat(ids(this.store.writes().claim(request.with(new LastChances(2, 0))))).containsExactly(innocent.id());
		assertThat(ids(this.store.writes().claim(request.with(new LastChances(2, 1)))))
			.containsExactly(suspects.get(0).id());
		assertThat(ids(this.store.writes().claim(request.with(new LastChances(3, 0)))))
			.containsExactly(suspects.get(1).id(), suspects.get(2).id());
	}

	@Test
	void settleMovesFinishedTaskToHistory() {
		StoredTask claimed = insertAndClaim();
		StoredTask done = claimed.succeeded(NOW.plusSeconds(2), "{\"a\":1}");
		assertThat(settle(claimed.fence(), done)).containsExactly(claimed.fence());
		StoredTask found = this.store.reads().find(claimed.id()).orElseThrow();
		assertThat(found).isEqualTo(done);
		assertThat(found.state().outcome().elapsedSeconds()).isEqualTo(2);
		assertThat(claim(1)).isEmpty();
	}

	@Test
	void settleKeepsTaskThatWillBeRetried() {
		StoredTask claimed = insertAndClaim();
		StoredTask retrying = claimed.retrying(NOW.plusSeconds(1), NOW.plusSeconds(5),
				new TaskError(null, "no", "trace"));
		settle(claimed.fence(), retrying);
		assertThat(this.store.reads().find(claimed.id())).contains(retrying);
		assertThat(retrying.state().counts()).isEqualTo(new AttemptCounts(1, 1, 0));
	}

	@Test
	void givenBackTaskKeepsItsPlaceAndDoesNotCountTheAttempt() {
		StoredTask first = insert(task("email"));
		StoredTask second = insert(task("email"));
		StoredTask claimed = claim(1).get(0);
		settle(claimed.fence(), claimed.givenBack());
		List<StoredTask> again = claim(2);
		assertThat(ids(again)).containsExactly(first.id(), second.id());
		assertThat(again.get(0).state().counts().attempt()).isEqualTo(1);
	}

	@Test
	void staleOwnerWinsNothing() {
		StoredTask stale = insertAndClaim();
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		StoredTask current = this.store.writes().claim(request(1, 1, 0, "worker-2", NOW.plus(LEASE))).get(0);
		assertThat(settle(stale.fence(), stale.succeeded(NOW, null))).isEmpty();
		assertThat(this.store.writes().heartbeat(List.of(stale.fence()), NOW.plusSeconds(99), NOW.plusSeconds(199)))
			.isEmpty();
		assertThat(
				this.store.writes().progress(List.of(new ProgressReport(stale.fence(), new TaskProgress(9, "stale")))))
			.isEmpty();
		assertThat(this.store.reads().find(current.id())).contains(current);
	}

	@Test
	void staleAttemptOfSameOwnerWinsNothing() {
		StoredTask stale = insertAndClaim();
		settle(stale.fence(), stale.retrying(NOW, NOW, new TaskError(null, "no", null)));
		this.store.writes().promoteDue(NOW);
		StoredTask current = claim(1).get(0);
		assertThat(settle(stale.fence(), stale.succeeded(NOW, null))).isEmpty();
		assertThat(this.store.reads().find(current.id())).contains(current);
	}

	@Test
	void settlingTwiceWinsOnce() {
		StoredTask claimed = insertAndClaim();
		assertThat(settle(claimed.fence(), claimed.succeeded(NOW, null))).hasSize(1);
		assertThat(settle(claimed.fence(), claimed.succeeded(NOW, null))).isEmpty();
		assertThat(this.store.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.SUCCESS, 1));
	}

	@Test
	void settleTellsWinnersFromLosers() {
		StoredTask winner = insertAndClaim();
		StoredTask loser = insertAndClaim();
		settle(loser.fence(), loser.failed(NOW, new TaskError(null, "no", null)));
		assertThat(this.store.writes()
			.settle(List.of(Settlement.of(winner, winner.succeeded(NOW, null), NOW),
					Settlement.of(loser, loser.succeeded(NOW, null), NOW))))
			.containsExactly(winner.fence());
		assertThat(this.store.reads().find(loser.id()).orElseThrow().status()).isEqualTo(TaskStatus.FAILED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 20 })
	void endOfAnAttemptThatWasGivenBackIsRefusedAlthoughTheNextHasItsNumber(int count) {
		insertMany(count);
		List<StoredTask> stale = claim(count);
		this.store.writes().settle(stale.stream().map((task) -> Settlement.unstarted(task, task.givenBack())).toList());
		List<StoredTask> current = this.store.writes().claim(request(count, count, 0, "worker-2", NOW));
		assertThat(current).extracting((task) -> task.fence().attempt()).hasSize(count).containsOnly(1);
		assertThat(this.store.writes()
			.settle(stale.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList()))
			.isEmpty();
		assertThat(this.store.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.STARTED, count));
		assertThat(this.store.writes()
			.settle(current.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList()))
			.hasSize(count);
	}

	@Test
	void heartbeatRenewsLeaseAndTellsOfCancellation() {
		StoredTask asked = insertAndClaim();
		StoredTask other = insertAndClaim();
		this.store.writes().cancel(List.of(asked.id()), NOW);
		Map<Fence, Boolean> renewed = this.store.writes()
			.heartbeat(List.of(asked.fence(), other.fence()), NOW.plusSeconds(10), NOW.plusSeconds(40));
		assertThat(renewed).containsOnly(Map.entry(asked.fence(), true), Map.entry(other.fence(), false));
		assertThat(this.store.reads().find(other.id()).orElseThrow().state().lease())
			.isEqualTo(new Lease(OWNER, NOW.plusSeconds(40), NOW.plusSeconds(10)));
	}

	@Test
	void progressIsFound() {
		StoredTask claimed = insertAndClaim();
		TaskProgress progress = new TaskProgress(42.5, "half 'way' \u2713");
		assertThat(this.store.writes().progress(List.of(new ProgressReport(claimed.fence(), progress))))
			.containsExactly(claimed.fence());
		assertThat(this.store.reads().find(claimed.id()).orElseThrow().state().progress()).isEqualTo(progress);
	}

	@Test
	void promotionMakesOnlyDueRetriesPending() {
		StoredTask due = insertAndClaim();
		StoredTask later = insertAndClaim();
		settle(due.fence(), due.retrying(NOW, NOW.plusSeconds(1), new TaskError(null, "no", null)));
		settle(later.fence(), later.retrying(NOW, NOW.plusSeconds(2), new TaskError(null, "no", null)));
		assertThat(this.store.reads().nextDueAt(NOW)).contains(NOW.plusSeconds(1));
		assertThat(this.store.writes().promoteDue(NOW.plusSeconds(1))).isEqualTo(1);
		assertThat(this.store.reads().find(due.id()).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
		assertThat(this.store.reads().find(later.id()).orElseThrow().status()).isEqualTo(TaskStatus.RETRY);
		assertThat(this.store.reads().nextDueAt(NOW.plusSeconds(1))).contains(NOW.plusSeconds(2));
	}

	@Test
	void nextDueIsThatOfDelayedTasksToo() {
		insert(task("email", TaskPriority.NORMAL, NOW, null));
		assertThat(this.store.reads().nextDueAt(NOW)).isEmpty();
		insert(task("email", TaskPriority.NORMAL, NOW.plusSeconds(9), null));
		assertThat(this.store.reads().nextDueAt(NOW)).contains(NOW.plusSeconds(9));
	}

	@Test
	void claimableCategoriesHaveDueTasks() {
		insert(task("email", "now"));
		insert(task("email", "now"));
		StoredTask later = task("email", TaskPriority.NORMAL, NOW.plusSeconds(9), null);
		insert(later);
		assertThat(this.store.reads().claimableCategories(NOW)).containsExactly("now");
	}

	@Test
	void recoveryCountsCrashesApartFromFailures() {
		StoredTask claimed = insertAndClaim();
		assertThat(this.store.writes().reclaimExpired(NOW.plus(LEASE).minusMillis(1), 3)).isEmpty();
		List<StoredTask> reclaimed = this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		assertThat(ids(reclaimed)).containsExactly(claimed.id());
		StoredTask found = this.store.reads().find(claimed.id()).orElseThrow();
		assertThat(found.status()).isEqualTo(TaskStatus.PENDING);
		assertThat(found.state().counts()).isEqualTo(new AttemptCounts(1, 0, 1));
		assertThat(found.state().lease()).isNull();
	}

	@Test
	void recoveryGivesUpAfterTooManyCrashes() {
		StoredTask task = insert(task("email"));
		for (int i = 0; i < 2; i++) {
			claim(1);
			this.store.writes().reclaimExpired(NOW.plus(LEASE), 2);
		}
		StoredTask found = this.store.reads().find(task.id()).orElseThrow();
		assertThat(found.status()).isEqualTo(TaskStatus.FAILED);
		assertThat(Objects.requireNonNull(found.state().outcome().error()).message()).contains("died 2 times");
	}

	@Test
	void recoveryCancelsTaskThatWasAskedToStop() {
		StoredTask claimed = insertAndClaim();
		this.store.writes().cancel(List.of(claimed.id()), NOW);
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		assertThat(this.store.reads().find(claimed.id()).orElseThrow().status()).isEqualTo(TaskStatus.CANCELLED);
	}

	@Test
	void cancelEndsWaitingTaskAtOnce() {
		StoredTask task = insert(task("email"));
		StoredTask cancelled = this.store.writes().cancel(List.of(task.id()), NOW.plusSeconds(1)).get(0);
		assertThat(cancelled.status()).isEqualTo(TaskStatus.CANCELLED);
		assertThat(this.store.reads().find(task.id())).contains(cancelled);
		assertThat(claim(1)).isEmpty();
		assertThat(this.store.writes().cancel(List.of(task.id()), NOW)).isEmpty();
	}

	@Test
	void cancelAsksRunningTaskToStop() {
		StoredTask claimed = insertAndClaim();
		StoredTask asked = this.store.writes().cancel(List.of(claimed.id()), NOW).get(0);
		assertThat(asked.status()).isEqualTo(TaskStatus.STARTED);
		assertThat(asked.state().cancelRequested()).isTrue();
	}

	@Test
	void requeueForgetsFailuresAndGoesToTheEnd() {
		StoredTask claimed = insertAndClaim();
		StoredTask other = insert(task("email"));
		settle(claimed.fence(), claimed.failed(NOW, new TaskError(null, "no", "trace")));
		StoredTask requeued = this.store.writes().requeue(List.of(claimed.id()), NOW.plusSeconds(1)).get(0);
		assertThat(this.store.reads().find(claimed.id())).contains(requeued);
		assertThat(requeued.status()).isEqualTo(TaskStatus.PENDING);
		assertThat(requeued.state().outcome()).isEqualTo(TaskOutcome.NONE);
		assertThat(requeued.state().counts()).isEqualTo(new AttemptCounts(1, 0, 0));
		assertThat(ids(this.store.writes().claim(request(2, 2, 0, OWNER, NOW.plusSeconds(1)))))
			.containsExactly(other.id(), claimed.id());
	}

	@Test
	void requeueTakesNeitherWaitingNorSuccessfulTasks() {
		StoredTask claimed = insertAndClaim();
		assertThat(this.store.writes().requeue(List.of(claimed.id()), NOW)).isEmpty();
		settle(claimed.fence(), claimed.succeeded(NOW, null));
		assertThat(this.store.writes().requeue(List.of(claimed.id()), NOW)).isEmpty();
		assertThat(this.store.writes().requeue(List.of(UUID.randomUUID()), NOW)).isEmpty();
	}

	@Test
	void idempotencyKeyIsHeldByFirstTask() {
		StoredTask first = task("email", TaskPriority.NORMAL, NOW, "key");
		StoredTask second = task("email", TaskPriority.NORMAL, NOW, "key");
		StoredTask other = task("email", TaskPriority.NORMAL, NOW, "other");
		List<InsertedTask> inserted = this.store.writes().insert(List.of(first, second, other));
		assertThat(inserted).extracting(InsertedTask::id).containsExactly(first.id(), first.id(), other.id());
		assertThat(inserted.get(1).task()).isNull();
		InsertedTask third = this.store.writes().insert(List.of(task("email", TaskPriority.NORMAL, NOW, "key"))).get(0);
		assertThat(third.id()).isEqualTo(first.id());
		assertThat(third.task()).isNull();
		assertThat(this.store.reads().findByIdempotencyKey("key")).contains(first.id());
		assertThat(this.store.reads().findByIdempotencyKey("nobody's")).isEmpty();
		assertThat(this.store.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.PENDING, 2));
	}

	@Test
	void idempotencyKeyIsWonByOneOfSixteenRacingThreads() throws Exception {
		int threads = 16;
		TaskStore shared = createStore();
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		try (GroupCommit groupCommit = new GroupCommit(shared,
				new GroupCommitSettings(5000, 10_000, Duration.ofSeconds(10)))) {
			groupCommit.start();
			CyclicBarrier together = new CyclicBarrier(threads);
			for (int round = 0; round < 20; round++) {
				String key = "key-" + round;
				List<Future<InsertedTask>> racing = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					racing.add(pool.submit(() -> {
						together.await();
						return groupCommit.insert(List.of(task("email", TaskPriority.NORMAL, NOW, key))).get().get(0);
					}));
				}
				List<InsertedTask> inserted = new ArrayList<>();
				for (Future<InsertedTask> one : racing) {
					inserted.add(one.get());
				}
				assertThat(inserted).filteredOn((one) -> one.task() != null).hasSize(1);
				assertThat(inserted).extracting(InsertedTask::id).containsOnly(inserted.get(0).id());
				assertThat(groupCommit.reads().findByIdempotencyKey(key)).contains(inserted.get(0).id());
			}
			assertThat(groupCommit.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.PENDING, 20));
		}
		finally {
			pool.shutdown();
		}
	}

	@Test
	void retentionDeletesOldFinishedTasksAndReleasesTheirKeys() {
		StoredTask old = insertAndClaim(task("email", TaskPriority.NORMAL, NOW, "old"));
		StoredTask recent = insertAndClaim(task("email", TaskPriority.NORMAL, NOW, "recent"));
		StoredTask running = insertAndClaim();
		StoredTask waiting = insert(task("email"));
		settle(old.fence(), old.succeeded(NOW.minusSeconds(1), null));
		settle(recent.fence(), recent.succeeded(NOW, null));
		assertThat(this.store.writes().purge(NOW, 10)).isEqualTo(1);
		assertThat(this.store.reads().find(old.id())).isEmpty();
		assertThat(this.store.reads().findByIdempotencyKey("old")).isEmpty();
		assertThat(this.store.reads().findByIdempotencyKey("recent")).contains(recent.id());
		assertThat(this.store.writes().purge(NOW.plus(Duration.ofDays(9999)), 10)).isEqualTo(1);
		assertThat(this.store.reads().find(running.id())).isPresent();
		assertThat(this.store.reads().find(waiting.id())).isPresent();
	}

	@Test
	void retentionDeletesNoMoreThanTheLimit() {
		List<StoredTask> claimed = insertAndClaim(10);
		this.store.writes()
			.settle(claimed.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList());
		assertThat(this.store.writes().purge(NOW.plusSeconds(1), 7)).isEqualTo(7);
		assertThat(this.store.writes().purge(NOW.plusSeconds(1), 7)).isEqualTo(3);
		assertThat(this.store.writes().purge(NOW.plusSeconds(1), 7)).isZero();
	}

	@Test
	void pagesOverTenThousandTasksShowEachOnceNewestFirst() {
		List<StoredTask> inserted = insertMany(10_000);
		List<StoredTask> claimed = claim(4_000);
		this.store.writes()
			.settle(claimed.stream().map((task) -> Settlement.of(task, task.succeeded(NOW, null), NOW)).toList());
		List<UUID> seen = new ArrayList<>();
		Long before = null;
		List<StoredTask> page;
		do {
			page = this.store.reads().find(TaskFilter.of(TaskQuery.all(), List.of()).page(before, 999));
			page.forEach((task) -> seen.add(task.id()));
			before = page.isEmpty() ? before : Long.valueOf(page.get(page.size() - 1).seq());
		}
		while (!page.isEmpty());
		List<UUID> newestFirst = new ArrayList<>(ids(inserted));
		Collections.reverse(newestFirst);
		assertThat(seen).isEqualTo(newestFirst);
	}

	@Test
	void filtersRestrict() {
		StoredTask match = insert(task("resize", "images"));
		insert(task("email", "images"));
		insert(task("resize", "other"));
		assertThat(find("images", TaskStatus.PENDING, "resize", null)).containsExactly(match.id());
		assertThat(find("images", TaskStatus.SUCCESS, null, null)).isEmpty();
		assertThat(find(null, null, null, "IMAGES-Argument")).hasSize(2);
		assertThat(find(null, null, null, "100%")).isEmpty();
		assertThat(ids(this.store.reads()
			.find(TaskFilter.of(TaskQuery.all().createdBetween(NOW, NOW.plusSeconds(1)), List.of())))).hasSize(3);
		assertThat(this.store.reads().find(TaskFilter.of(TaskQuery.all().createdBetween(null, NOW), List.of())))
			.isEmpty();
	}

	@Test
	void countsAreExact() {
		insertMany(100);
		List<StoredTask> claimed = claim(30);
		for (StoredTask task : claimed.subList(0, 10)) {
			settle(task.fence(), task.succeeded(NOW, null));
		}
		insert(task("email", "other"));
		assertThat(this.store.reads().counts()).containsExactlyInAnyOrder(
				new TaskCount("default", TaskStatus.PENDING, 70), new TaskCount("default", TaskStatus.STARTED, 20),
				new TaskCount("default", TaskStatus.SUCCESS, 10), new TaskCount("other", TaskStatus.PENDING, 1));
	}

	@Test
	void failedTransactionLeavesNothingBehind() {
		StoredTask claimed = insertAndClaim();
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			insert(task("email", TaskPriority.NORMAL, NOW, "key"));
			settle(claimed.fence(), claimed.succeeded(NOW, null));
			throw new IllegalStateException("planned");
		}));
		assertThat(this.store.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.STARTED, 1));
		assertThat(this.store.reads().findByIdempotencyKey("key")).isEmpty();
		insert(task("email", TaskPriority.NORMAL, NOW, "key"));
		assertThat(settle(claimed.fence(), claimed.succeeded(NOW, null))).hasSize(1);
	}

	@Test
	void failedTransactionOfManyNewTasksLeavesNothingBehind() {
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			insertMany(1000);
			throw new IllegalStateException("planned");
		}));
		assertThat(this.store.reads().counts()).isEmpty();
	}

	private static StoredTask oddTask(int number) {
		return new StoredTask(0,
				new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.LOW,
						"[%s]".formatted(ODD_JSON), ODD_JSON, NOW, number, (number % 3 == 0) ? ODD_TEXT + number : null,
						(number % 2 == 0) ? ODD_JSON : null),
				TaskState.pending(NOW.minusNanos(number * 1000L)));
	}

	private StoredTask insertAndClaim() {
		return insertAndClaim(task("email"));
	}

	@Test
	void onlyAttemptsThatAreCurrentAndWereAskedToStopAreSaidToBe() {
		List<StoredTask> running = insertAndClaim(3);
		this.store.writes().cancel(List.of(running.get(0).id(), running.get(1).id()), NOW);
		Fence stale = new Fence(running.get(1).seq(), 7, OWNER);
		assertThat(this.store.writes().cancelRequested(List.of(running.get(0).fence(), stale, running.get(2).fence())))
			.containsExactly(running.get(0).fence());
	}

	@Test
	void tasksOfAKeyOfWhichManyWereCancelledDoNotWaitForTheirTurns() {
		List<StoredTask> one = insertKeyed("one", 500);
		List<StoredTask> other = insertKeyed("other", 500);
		claimInTurns(2);
		this.store.writes().cancel(ids(one.subList(1, 499)), NOW);
		this.store.writes().promoteDue(NOW);
		assertThat(claimInTurns(3)).contains(one.get(499).id()).doesNotContain(other.get(4).id());
	}

	@Test
	void turnsAreTakenOnAcrossClaimsWhateverWasEnqueuedFirst() {
		List<StoredTask> one = insertKeyed("one", 4);
		List<StoredTask> other = insertKeyed("other", 2);
		assertThat(claimInTurns(2)).containsExactlyInAnyOrder(one.get(0).id(), other.get(0).id());
		List<StoredTask> late = insertKeyed("late", 2);
		assertThat(claimInTurns(3)).containsExactlyInAnyOrder(one.get(1).id(), other.get(1).id(), late.get(0).id());
		assertThat(claimInTurns(9)).containsExactlyInAnyOrder(one.get(2).id(), late.get(1).id(), one.get(3).id())
			.endsWith(one.get(3).id());
	}

	@Test
	void whatIsEnqueuedLaterIsBehindTheOthersOfItsKey() {
		List<UUID> one = new ArrayList<>();
		IntStream.range(0, 4).forEach((call) -> one.addAll(ids(insertKeyed("one", 1))));
		List<UUID> other = ids(insertKeyed("other", 4));
		assertThat(claimInTurns(4)).containsExactlyInAnyOrder(one.get(0), other.get(0), one.get(1), other.get(1));
	}

	@Test
	void taskWithoutKeyDoesNotWaitForAllThatHaveOne() {
		insertKeyed("one", 300);
		claimInTurns(1);
		StoredTask plain = insert(task("email"));
		IntStream.range(0, 4).forEach((poll) -> this.store.writes().promoteDue(NOW));
		assertThat(claimInTurns(5)).contains(plain.id());
	}

	@Test
	void whatCrashedIsTakenInTurnsToo() {
		insertKeyed("one", 3);
		List<UUID> crashed = claimInTurns(2);
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 5);
		insertKeyed("other", 3);
		assertThat(claimInTurns(new LastChances(1, 0), 9, 9)).doesNotContainAnyElementsOf(crashed).hasSize(4);
		assertThat(claimInTurns(new LastChances(1, 1), 0, 9)).isEmpty();
		assertThat(claimInTurns(new LastChances(1, 1), 9, 9)).hasSize(1).isSubsetOf(crashed);
		assertThat(claimInTurns(9)).hasSize(1).isSubsetOf(crashed);
		assertThat(claimInTurns(9)).isEmpty();
	}

	private List<UUID> claimInTurns(int limit) {
		return claimInTurns(LastChances.ANY, limit, limit);
	}

	private List<UUID> claimInTurns(LastChances lastChances, int slots, int limit) {
		return ids(this.store.writes()
			.claim(new ClaimRequest("default", List.of("email"), slots, limit, 0, lastChances,
					new Lease(OWNER, NOW.plus(LEASE), NOW), true)));
	}

	private List<StoredTask> insertKeyed(String key, int count) {
		String headers = TaskHeaders.write(Map.of(TaskContext.FAIRNESS_KEY_HEADER, key));
		return this.store.writes()
			.insert(IntStream.range(0, count).mapToObj((i) -> withHeaders(task("email"), headers)).toList())
			.stream()
			.map(InsertedTask::task)
			.map(Objects::requireNonNull)
			.toList();
	}

	private static StoredTask withHeaders(StoredTask task, @Nullable String headers) {
		TaskDetails details = task.details();
		return new StoredTask(0, new TaskDetails(details.id(), details.name(), details.category(), details.priority(),
				details.args(), details.kwargs(), details.createdAt(), details.maxRetries(), null, headers),
				task.state());
	}

	private StoredTask insertAndClaim(StoredTask task) {
		insert(task);
		return claim(1).get(0);
	}

	private List<StoredTask> insertAndClaim(int count) {
		insertMany(count);
		return claim(count);
	}

	private List<StoredTask> insertMany(int count) {
		return this.store.writes()
			.insert(IntStream.range(0, count).mapToObj((i) -> task("email")).toList())
			.stream()
			.map(InsertedTask::task)
			.map(Objects::requireNonNull)
			.toList();
	}

	private StoredTask insert(StoredTask task) {
		return Objects.requireNonNull(this.store.writes().insert(List.of(task)).get(0).task());
	}

	private Set<Fence> settle(Fence fence, StoredTask ended) {
		return this.store.writes().settle(List.of(new Settlement(fence, ended, null)));
	}

	private List<StoredTask> claim(int limit) {
		return this.store.writes().claim(request(limit, limit, 0));
	}

	private Set<UUID> find(@Nullable String category, @Nullable TaskStatus status, @Nullable String name,
			@Nullable String text) {
		return Set.copyOf(ids(this.store.reads()
			.find(TaskFilter.of(TaskQuery.all().category(category).status(status).name(name).text(text).limit(100),
					List.of()))));
	}

	private static ClaimRequest request(int slots, int limit, int abovePriority) {
		return request(slots, limit, abovePriority, OWNER, NOW);
	}

	private static ClaimRequest request(int slots, int limit, int abovePriority, String owner, Instant now) {
		return new ClaimRequest("default", List.of("email", "resize"), slots, limit, abovePriority,
				new Lease(owner, now.plus(LEASE), now));
	}

	private static StoredTask task(String name) {
		return task(name, "default", TaskPriority.NORMAL, NOW, null);
	}

	private static StoredTask task(String name, String category) {
		return task(name, category, TaskPriority.NORMAL, NOW, null);
	}

	private static StoredTask task(String name, TaskPriority priority) {
		return task(name, "default", priority, NOW, null);
	}

	private static StoredTask task(String name, TaskPriority priority, Instant dueAt, @Nullable String key) {
		return task(name, "default", priority, dueAt, key);
	}

	private static StoredTask task(String name, String category, TaskPriority priority, Instant dueAt,
			@Nullable String key) {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, category, priority,
				"[\"%s-argument\"]".formatted(category), "{}", NOW, 3, key, null), TaskState.pending(dueAt));
	}

	private static List<UUID> ids(List<StoredTask> tasks) {
		return tasks.stream().map(StoredTask::id).collect(Collectors.toList());
	}

}
