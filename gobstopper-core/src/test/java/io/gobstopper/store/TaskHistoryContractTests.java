package io.gobstopper.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.TaskTimeoutException;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskKey;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What every store remembers of its tasks, and how it counts and changes many of them.
 */
public abstract class TaskHistoryContractTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.123456Z");

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final TaskError NO = new TaskError("java.io.IOException", "no", "trace");

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
	void taskThatSucceedsAtOnceHasOneAttemptAndNoRowForIt() {
		StoredTask running = claim(insert("email")).begun(NOW.plusSeconds(1));
		StoredTask done = running.succeeded(NOW.plusSeconds(3), null);
		settle(running, done, NOW.plusSeconds(3));
		assertThat(this.store.reads().attempts(find(done.id()))).containsExactly(new StoredAttempt(done.id(), 1,
				Outcome.SUCCESS, NOW, NOW.plusSeconds(1), NOW.plusSeconds(3), "node-1", null));
		assertThat(this.store.reads().attempts(find(done.id()).requeued(NOW))).isEmpty();
	}

	@Test
	void everyAttemptIsRememberedInOrder() {
		UUID id = insert("email");
		StoredTask first = claim(id).begun(NOW);
		settle(first, first.retrying(NOW.plusSeconds(1), NOW.plusSeconds(2), NO), NOW.plusSeconds(1));
		this.store.writes().promoteDue(NOW.plusSeconds(2));
		claim(id, "node-2", NOW.plusSeconds(2));
		this.store.writes().reclaimExpired(NOW.plusSeconds(100), 3);
		StoredTask third = claim(id, "node-1", NOW.plusSeconds(101));
		settle(third, third.givenBack(), NOW.plusSeconds(102));
		StoredTask fourth = claim(id, "node-3", NOW.plusSeconds(103));
		TaskError timeout = new TaskError(TaskTimeoutException.class.getName(), "late", null);
		settle(fourth, fourth.failed(NOW.plusSeconds(104), timeout), NOW.plusSeconds(104));
		assertThat(this.store.reads().attempts(find(id))).containsExactly(
				attempt(id, 1, Outcome.FAILED, 0, 0, 1, "node-1", NO),
				attempt(id, 2, Outcome.CRASHED, 2, 2, 100, "node-2", null),
				attempt(id, 3, Outcome.GIVEN_BACK, 2, 101, 102, "node-1", null),
				attempt(id, 3, Outcome.TIMED_OUT, 2, 103, 104, "node-3", timeout));
	}

	@Test
	void runningAttemptIsTheLast() {
		StoredTask running = claim(insert("email"));
		assertThat(this.store.reads().attempts(find(running.id())))
			.containsExactly(new StoredAttempt(running.id(), 1, Outcome.RUNNING, NOW, NOW, null, "node-1", null));
	}

	@Test
	void staleWorkerAddsNoAttempt() {
		StoredTask stale = claim(insert("email"));
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 3);
		settle(stale, stale.retrying(NOW, NOW, NO), NOW);
		assertThat(this.store.reads().attempts(find(stale.id()))).extracting(StoredAttempt::outcome)
			.containsExactly(Outcome.CRASHED);
	}

	@Test
	void attemptBeforeARetryByHandIsRemembered() {
		StoredTask running = claim(insert("email"));
		settle(running, running.failed(NOW.plusSeconds(1), NO), NOW.plusSeconds(1));
		this.store.writes().requeue(List.of(running.id()), NOW.plusSeconds(2));
		assertThat(this.store.reads().attempts(find(running.id())))
			.containsExactly(attempt(running.id(), 1, Outcome.FAILED, 0, 0, 1, "node-1", NO));
	}

	@Test
	void cancellationOfAWaitingTaskIsNoAttempt() {
		StoredTask running = claim(insert("email"));
		settle(running, running.retrying(NOW.plusSeconds(1), NOW.plusSeconds(9), NO), NOW.plusSeconds(1));
		StoredTask cancelled = this.store.writes().cancel(List.of(running.id()), NOW.plusSeconds(5)).get(0);
		assertThat(cancelled.state().outcome().elapsedSeconds()).isEqualTo(1);
		assertThat(this.store.reads().attempts(find(running.id()))).extracting(StoredAttempt::outcome)
			.containsExactly(Outcome.FAILED);
		this.store.writes().requeue(List.of(running.id()), NOW.plusSeconds(6));
		assertThat(this.store.reads().attempts(find(running.id()))).hasSize(1);
		UUID never = insert("email");
		this.store.writes().cancel(List.of(never), NOW);
		assertThat(this.store.reads().attempts(find(never))).isEmpty();
	}

	@Test
	void ofManyAttemptsTheNewestAreKept() {
		UUID other = insert("email");
		UUID id = insert("email");
		StoredTask failing = claim(other);
		settle(failing, failing.retrying(NOW, NOW.plusSeconds(999), NO), NOW);
		for (int i = 0; i < 53; i++) {
			StoredTask running = claim(id, "node-1", NOW.plusSeconds(i));
			settle(running, running.retrying(NOW.plusSeconds(i), NOW.plusSeconds(i), NO), NOW.plusSeconds(i));
			this.store.writes().promoteDue(NOW.plusSeconds(i));
		}
		assertThat(this.store.reads().attempts(find(id))).extracting(StoredAttempt::number)
			.containsExactlyElementsOf(IntStream.rangeClosed(4, 53).boxed().toList());
		assertThat(this.store.reads().attempts(find(other))).hasSize(1);
	}

	@Test
	void ofManyGivenBackAttemptsTheNewestAreKept() {
		UUID id = insert("email");
		for (int i = 0; i < 53; i++) {
			StoredTask running = claim(id, "node-1", NOW.plusSeconds(i));
			settle(running, running.givenBack(), NOW.plusSeconds(i));
		}
		List<StoredAttempt> attempts = this.store.reads().attempts(find(id));
		assertThat(attempts).hasSize(50);
		assertThat(attempts.get(0).startedAt()).isEqualTo(NOW.plusSeconds(3));
	}

	@Test
	void crashThatCompletesATaskIsRememberedAsACrash() {
		UUID id = insert("email");
		claim(id);
		this.store.writes().reclaimExpired(NOW.plus(LEASE), 1);
		assertThat(find(id).status()).isEqualTo(TaskStatus.FAILED);
		assertThat(this.store.reads().attempts(find(id))).extracting(StoredAttempt::outcome)
			.containsExactly(Outcome.CRASHED);
	}

	@Test
	void nodeIsTheOwnerWithoutItsNumber() {
		StoredTask running = claim(insert("email"), "host/1/ab#17", NOW);
		assertThat(running.node()).isEqualTo("host/1/ab");
		assertThat(this.store.reads().attempts(running)).extracting(StoredAttempt::node).containsExactly("host/1/ab");
	}

	@Test
	void purgeForgetsAttemptsToo() {
		StoredTask first = claim(insert("email"));
		settle(first, first.retrying(NOW, NOW, NO), NOW);
		this.store.writes().promoteDue(NOW);
		StoredTask second = claim(first.id());
		settle(second, second.succeeded(NOW, null), NOW);
		StoredTask done = find(first.id());
		assertThat(this.store.reads().attempts(done)).hasSize(2);
		this.store.writes().purge(NOW.plusSeconds(1), 10);
		assertThat(this.store.reads().attempts(done)).extracting(StoredAttempt::outcome)
			.containsExactly(Outcome.SUCCESS);
	}

	@Test
	void nodeErrorTypeAndTraceContextAreFound() {
		StoredTask task = new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), "email", "default",
				TaskPriority.NORMAL, "[]", "{}", NOW, 0, null, "{\"traceparent\":\"00-1\"}"), TaskState.pending(NOW));
		this.store.writes().insert(List.of(task));
		StoredTask running = claim(task.id());
		settle(running, running.failed(NOW, NO), NOW);
		StoredTask found = find(task.id());
		assertThat(found.details().headers()).isEqualTo("{\"traceparent\":\"00-1\"}");
		assertThat(found.node()).isEqualTo("node-1");
		assertThat(found.state().outcome().error()).isEqualTo(NO);
	}

	@Test
	void manyAreCancelledAtOnce() {
		UUID done = insert("email");
		UUID running = insert("email");
		settle(claim(done), find(done).succeeded(NOW, null), NOW);
		claim(running);
		UUID waiting = insert("email");
		UUID untouched = insert("email");
		List<StoredTask> cancelled = this.store.writes()
			.cancel(List.of(running, waiting, done, UUID.randomUUID()), NOW);
		assertThat(cancelled).extracting(StoredTask::id, StoredTask::status)
			.containsExactlyInAnyOrder(tuple(waiting, TaskStatus.CANCELLED), tuple(running, TaskStatus.STARTED));
		assertThat(find(running).state().cancelRequested()).isTrue();
		assertThat(find(untouched).status()).isEqualTo(TaskStatus.PENDING);
	}

	@Test
	void manyAreQueuedAgainInTheirOldOrder() {
		List<UUID> ids = IntStream.range(0, 5).mapToObj((i) -> insert("email")).toList();
		this.store.writes().cancel(ids, NOW);
		List<UUID> shuffled = List.of(ids.get(3), ids.get(0), ids.get(4), ids.get(1), ids.get(2));
		assertThat(this.store.writes().requeue(shuffled, NOW)).extracting(StoredTask::id)
			.containsExactlyElementsOf(ids);
		assertThat(this.store.writes().claim(request("node-1", NOW, 5))).extracting(StoredTask::id)
			.containsExactlyElementsOf(ids);
	}

	@Test
	void filtersTellFailuresApart() {
		UUID io = insert("email");
		UUID other = insert("email");
		UUID waiting = insert("email");
		fail(io, NOW.plusSeconds(10), NO);
		fail(other, NOW.plusSeconds(20), new TaskError("org.acme.Refused", "no", ""));
		assertThat(found(TaskQuery.all().errorType("java.io.IOException"))).containsExactly(io);
		assertThat(found(TaskQuery.all().errorType("Refused"))).containsExactly(other);
		assertThat(found(TaskQuery.all().errorType("efused"))).isEmpty();
		assertThat(found(TaskQuery.all().completedBetween(NOW.plusSeconds(15), null))).containsExactly(other);
		assertThat(found(TaskQuery.all().completedBetween(null, NOW.plusSeconds(20)))).containsExactly(io);
		assertThat(found(TaskQuery.all().asOf(NOW.plusSeconds(15)))).containsExactlyInAnyOrder(io, waiting);
		assertThat(found(TaskQuery.all().asOf(NOW.minusSeconds(1)))).isEmpty();
		assertThat(found(TaskQuery.all().statuses(List.of(TaskStatus.PENDING, TaskStatus.FAILED)))).hasSize(3);
		assertThat(found(TaskQuery.all().text(" " + io + " "))).containsExactly(io);
		UUID about = insert("email", "[\"%s\"]".formatted(io));
		assertThat(found(TaskQuery.all().text(" " + io.toString().toUpperCase(Locale.ROOT)))).containsExactly(about,
				io);
	}

	@Test
	void filtersTellWorkersCrashesAndMissingHandlers() {
		UUID dead = insert("email");
		claim(dead, "node_1#7", NOW);
		assertThat(found(TaskQuery.all().node("node_1"))).containsExactly(dead);
		assertThat(found(TaskQuery.all().node("node-1"))).isEmpty();
		assertThat(found(TaskQuery.all().node("node"))).isEmpty();
		assertThat(found(TaskQuery.all().onlyCrashed())).isEmpty();
		this.store.writes().reclaimExpired(NOW.plusSeconds(1000), 3);
		assertThat(found(TaskQuery.all().onlyCrashed())).containsExactly(dead);
		UUID gone = insert("gone");
		assertThat(found(TaskQuery.all().onlyWithoutHandler())).containsExactly(gone);
	}

	@Test
	void discardedTasksAreGoneWithAllThatIsKnownOfThem() {
		UUID failed = insert("email");
		UUID running = insert("email");
		fail(failed, NOW, NO);
		claim(running);
		assertThat(this.store.writes().requeue(List.of(failed), NOW)).hasSize(1);
		assertThat(this.store.writes().discard(List.of(failed, running))).isEmpty();
		fail(failed, NOW, NO);
		StoredTask known = this.store.reads().find(failed).orElseThrow();
		assertThat(this.store.reads().attempts(known)).hasSize(2);
		assertThat(this.store.writes().discard(List.of(failed, running, UUID.randomUUID()))).containsExactly(failed);
		assertThat(this.store.reads().find(failed)).isEmpty();
		assertThat(this.store.reads().find(running)).isPresent();
		assertThat(this.store.writes().discard(List.of(failed))).isEmpty();
	}

	@Test
	void cancellingOfWhatWaitedIsTakenBack() {
		UUID later = insert("email", "default", NOW.plusSeconds(3600));
		UUID retrying = insert("resize");
		StoredTask attempt = claim(retrying);
		settle(attempt, attempt.retrying(NOW, NOW.plusSeconds(60), NO), NOW);
		UUID running = insert("resize");
		StoredTask stopped = claim(running);
		this.store.writes().cancel(List.of(later, retrying, running), NOW);
		settle(stopped, stopped.running(TaskProgress.NONE, true).cancelled(NOW, null), NOW);
		assertThat(this.store.writes().restore(List.of(later, retrying, running))).extracting(StoredTask::id)
			.containsExactly(later, retrying);
		assertThat(find(later).state().dueAt()).isEqualTo(NOW.plusSeconds(3600));
		assertThat(find(retrying).state().dueAt()).isEqualTo(NOW.plusSeconds(60));
		assertThat(find(retrying).state().counts()).isEqualTo(attempt.retrying(NOW, NOW, NO).state().counts());
		assertThat(find(running).status()).isEqualTo(TaskStatus.CANCELLED);
		assertThat(this.store.writes().claim(request("node-1", NOW.plusSeconds(59), 9))).isEmpty();
		this.store.writes().promoteDue(NOW.plusSeconds(60));
		assertThat(this.store.writes().claim(request("node-1", NOW.plusSeconds(60), 9))).extracting(StoredTask::id)
			.containsExactly(retrying);
	}

	private List<UUID> found(TaskQuery query) {
		return this.store.reads().find(TaskFilter.of(query, List.of("email"))).stream().map(StoredTask::id).toList();
	}

	@Test
	void filterCountsAndFindsKeysOfWhatItFinds() {
		UUID first = insert("email");
		UUID second = insert("resize");
		this.store.writes().cancel(List.of(first), NOW);
		TaskFilter waitingOrCancelled = TaskFilter
			.of(TaskQuery.all().statuses(Set.of(TaskStatus.PENDING, TaskStatus.CANCELLED)).limit(1), List.of());
		assertThat(this.store.reads().count(waitingOrCancelled)).isEqualTo(2);
		List<TaskKey> oldest = this.store.reads().findKeys(waitingOrCancelled, 0);
		assertThat(oldest).extracting(TaskKey::id).containsExactly(first);
		assertThat(this.store.reads().findKeys(waitingOrCancelled, oldest.get(0).seq())).extracting(TaskKey::id)
			.containsExactly(second);
		assertThat(this.store.reads()
			.count(TaskFilter.of(TaskQuery.all().status(TaskStatus.CANCELLED).name("resize"), List.of()))).isZero();
		assertThat(
				this.store.reads().count(TaskFilter.of(TaskQuery.all().category("default").text("RESIZE"), List.of())))
			.isEqualTo(1);
	}

	@Test
	void snapshotTellsWhatWaitsAndForHowLong() {
		insert("email", "mails", NOW.minusSeconds(60));
		insert("email", "mails", NOW.minusSeconds(90));
		insert("email", "mails", NOW.plusSeconds(1));
		StoredTask running = claim(insert("email"));
		claim(insert("email"));
		settle(running, running.retrying(NOW, NOW.plusSeconds(5), NO), NOW);
		settle(claim(insert("email")), running.succeeded(NOW, null), NOW);
		QueueSnapshot snapshot = this.store.reads().snapshot(NOW);
		assertThat(snapshot.takenAt()).isEqualTo(NOW);
		assertThat(snapshot.depths()).containsExactlyInAnyOrder(
				new CategoryDepth("mails", 2, 1, 0, 0, NOW.minusSeconds(90)),
				new CategoryDepth("default", 0, 0, 1, 1, null));
		assertThat(snapshot.usage().memoryBytes() + snapshot.usage().fileBytes()).isPositive();
	}

	@Test
	void snapshotOfAnEmptyQueueIsEmpty() {
		assertThat(this.store.reads().snapshot(NOW).depths()).isEmpty();
	}

	private UUID insert(String name) {
		return insert(name, "default", NOW);
	}

	private UUID insert(String name, String args) {
		return insert(name, "default", args, NOW);
	}

	private UUID insert(String name, String category, Instant dueAt) {
		return insert(name, category, "[]", dueAt);
	}

	private UUID insert(String name, String category, String args, Instant dueAt) {
		StoredTask task = new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, category,
				TaskPriority.NORMAL, args, "{}", NOW, 99, null, null), TaskState.pending(dueAt));
		return this.store.writes().insert(List.of(task)).get(0).id();
	}

	private StoredTask claim(UUID id) {
		return claim(id, "node-1", NOW);
	}

	private StoredTask claim(UUID id, String node, Instant now) {
		List<StoredTask> claimed = this.store.writes().claim(request(node, now, 1));
		assertThat(claimed).extracting(StoredTask::id).containsExactly(id);
		return claimed.get(0);
	}

	private static ClaimRequest request(String node, Instant now, int limit) {
		return new ClaimRequest("default", List.of("email", "resize"), limit, limit, 0,
				new Lease(node, now.plus(LEASE), now));
	}

	private void fail(UUID id, Instant now, TaskError error) {
		StoredTask running = claim(id);
		settle(running, running.failed(now, error), now);
	}

	private void settle(StoredTask running, StoredTask ended, Instant now) {
		this.store.writes().settle(List.of(Settlement.of(running, ended, now)));
	}

	private StoredTask find(UUID id) {
		return this.store.reads().find(id).orElseThrow();
	}

	private static StoredAttempt attempt(UUID id, int number, Outcome outcome, int due, int started, int ended,
			String node, @Nullable TaskError error) {
		return new StoredAttempt(id, number, outcome, NOW.plusSeconds(due), NOW.plusSeconds(started),
				NOW.plusSeconds(ended), node, error);
	}

}
