package io.gobstopper.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.scheduling.ScheduleActions;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.store.task.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Random sequences of everything that can be done with a store, against
 * {@link TaskStoreModel}. The seeds are the same for each database; the property
 * {@code property.sequences} says how many there are, and a failure names its seed.
 */
public abstract class TaskStorePropertyTests {

	private static final int SEQUENCES = Integer.getInteger("property.sequences", 10);

	private static final int FIRST_SEED = Integer.getInteger("property.seed", 1);

	private static final int STEPS = 200;

	private static final int STEPS_PER_COMPARISON = 10;

	private static final int ALL = 10_000;

	private static final int MAX_CRASHES = 3;

	// In which tasks take turns.
	private static final String FAIR = "other";

	private static final List<String> CATEGORIES = List.of("default", FAIR);

	private static final List<String> NAMES = List.of("email", "resize", "renamed");

	private static final List<String> KNOWN = List.of("email", "resize");

	private static final LimitNumbers ONE = new LimitNumbers(1, null, null, null);

	private static final Map<String, LimitNumbers> LIMITS = Map.of("line", ONE, "crm",
			new LimitNumbers(1, 2, null, null), "disk", new LimitNumbers(null, 2, null, null), "mail",
			new LimitNumbers(null, null, LimitRate.of("2/1s"), 3), "skip", ONE, "replace", ONE, "newest",
			new LimitNumbers(2, null, null, null));

	private static final Map<String, OnConflict> CONFLICTS = Map.of("skip", OnConflict.SKIP, "replace",
			OnConflict.REPLACE_WAITING, "newest", OnConflict.CANCEL_RUNNING);

	private static final Duration AHEAD = Duration.ofSeconds(1);

	private static final List<LastChances> LAST_CHANCES = List.of(LastChances.ANY, new LastChances(1, 0),
			new LastChances(1, 1), new LastChances(2, 0), new LastChances(2, 1));

	@TempDir
	private Path folder;

	private Random random = new Random();

	private TaskStoreModel model = new TaskStoreModel();

	private ScheduleActions schedules = new ScheduleActions(this.random);

	private TaskStore store;

	private final List<StoredTask> claimed = new ArrayList<>();

	private Instant now = Instant.EPOCH;

	private Instant latest = Instant.MIN;

	private int owners;

	/**
	 * Returns an open store without tasks.
	 * @param folder where files may be kept
	 * @return the store
	 */
	protected abstract TaskStore createStore(Path folder);

	/**
	 * Opens what a process would leave that is killed now.
	 * @param running the store of that process, which must not be used any more
	 * @param model told of what such a death changes
	 * @return the open store
	 */
	protected abstract TaskStore crash(TaskStore running, TaskStoreModel model);

	@Test
	void storeDoesWhatTheModelDoes() {
		for (int seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed++) {
			run(seed);
		}
	}

	private void run(int seed) {
		this.random = new Random(seed);
		this.model = new TaskStoreModel();
		this.schedules = new ScheduleActions(this.random);
		this.claimed.clear();
		this.now = Instant.parse("2026-05-01T12:00:00Z");
		this.latest = this.now;
		this.store = createStore(this.folder.resolve("seed-" + seed));
		try {
			for (int step = 1; step <= STEPS; step++) {
				act("seed %d, step %d".formatted(seed, step));
			}
			compare();
		}
		finally {
			this.store.close();
		}
	}

	private void act(String when) {
		try {
			act();
			if (this.random.nextInt(STEPS_PER_COMPARISON) == 0) {
				compare();
			}
		}
		catch (Throwable ex) {
			throw new AssertionError("The store differs from the model: " + when, ex);
		}
	}

	private void act() {
		switch (this.random.nextInt(27)) {
			case 0, 1, 2, 3 -> insert();
			case 4, 5, 6, 7 -> claim();
			case 8 -> heartbeat();
			case 9 -> progress();
			case 10, 11, 12 -> settle();
			case 13 -> expire();
			case 14 -> cancel();
			case 15 -> requeue();
			case 16 -> rollBack();
			case 17 -> maintain();
			case 18 -> passTime();
			case 19 -> discard();
			case 20 -> restore();
			case 21, 22 -> schedule();
			case 23, 24, 25 -> admit();
			default -> crashSometimes();
		}
	}

	private void insert() {
		List<StoredTask> tasks = IntStream.rangeClosed(0, this.random.nextInt(22))
			.mapToObj((number) -> task())
			.toList();
		List<InsertedTask> inserted = this.store.writes().insert(tasks);
		assertThat(inserted).isEqualTo(this.model.insert(tasks));
		inserted.stream()
			.map(InsertedTask::task)
			.filter((task) -> task != null && task.status() == TaskStatus.STARTED)
			.forEach(this.claimed::add);
	}

	private StoredTask task() {
		String key = (this.random.nextInt(5) == 0) ? "key-" + this.random.nextInt(8) : null;
		UniqueKey unique = (key == null && this.random.nextInt(4) == 0) ? uniqueKey() : null;
		String category = any(CATEGORIES);
		String limits = (unique == null || !unique.isDebounced()) ? limits() : null;
		Instant dueAt = this.now.plusMillis(this.random.nextInt(4000) - 2000);
		StoredTask pending = new StoredTask(0,
				new TaskDetails(UuidCreator.getPrefixComb(), any(NAMES), category,
						TaskPriority.ofLevel(1 + this.random.nextInt(4)), "[\"it's\"]",
						"{\"n\":%d}".formatted(this.random.nextInt(100)), this.now, this.random.nextInt(3), key,
						headers(category, limits), unique),
				TaskState.pending((limits != null) ? DueTimes.held(dueAt) : dueAt));
		return (limits == null && !category.equals(FAIR) && this.random.nextInt(10) == 0) ? pending.claimed(lease())
				: pending;
	}

	private @Nullable String limits() {
		if (this.random.nextInt(6) == 0) {
			return TaskHeaders
				.write(Map.of(any(List.of("skip", "replace", "newest")), "key-" + this.random.nextInt(2)));
		}
		Map<String, String> limits = new TreeMap<>();
		if (this.random.nextInt(4) == 0) {
			limits.put("crm", "tenant-" + this.random.nextInt(3));
		}
		if (this.random.nextInt(8) == 0) {
			limits.put("disk", "");
		}
		if (this.random.nextInt(6) == 0) {
			limits.put("mail", this.random.nextBoolean() ? "" : "example.org");
		}
		if (this.random.nextInt(6) == 0) {
			limits.put("line", "key-" + this.random.nextInt(2));
		}
		return TaskHeaders.write(limits);
	}

	private @Nullable String headers(String category, @Nullable String limits) {
		Map<String, String> headers = new TreeMap<>();
		if (limits != null) {
			headers.put(TaskContext.LIMITS_HEADER, limits);
			if (limits.contains("line") && (limits.contains(",") || this.random.nextInt(8) != 0)) {
				headers.put(TaskContext.ORDERED_HEADER, "line");
			}
		}
		if (category.equals(FAIR)) {
			headers.put(TaskContext.FAIRNESS_KEY_HEADER, "tenant-" + this.random.nextInt(5));
		}
		return TaskHeaders.write(headers);
	}

	private AdmissionRequest admission() {
		return new AdmissionRequest(this.now, Instant.EPOCH, Duration.ofMinutes(1), AHEAD, Set.copyOf(KNOWN), Set.of(),
				LIMITS, CONFLICTS);
	}

	private AdmissionRequest overridden() {
		return admission().with(LimitOverride.apply(LIMITS, this.model.overrides(this.now), this.now));
	}

	private void override() {
		String limit = any(List.of("crm", "disk", "line"));
		LimitOverride override = (this.random.nextInt(3) != 0) ? new LimitOverride(numbers(limit),
				this.now.plusMillis(this.random.nextInt(4000)).truncatedTo(ChronoUnit.MICROS)) : null;
		this.store.writes().overrideLimit(limit, override);
		this.model.override(limit, override);
	}

	private LimitNumbers numbers(String limit) {
		Integer perKey = !limit.equals("disk") ? Integer.valueOf(1 + this.random.nextInt(3)) : null;
		Integer total = (perKey == null || this.random.nextBoolean()) ? Integer.valueOf(1 + this.random.nextInt(4))
				: null;
		return new LimitNumbers(perKey, total, null, null);
	}

	private void admit() {
		AdmissionRequest request = admission();
		if (this.random.nextInt(6) == 0) {
			closeOrOpen(any(List.of(new Gate("mail", ""), new Gate("mail", "example.org"), new Gate("mail", null),
					new Gate("skip", "key-0"), new Gate("replace", "key-1"), new Gate("newest", null))));
		}
		if (this.random.nextInt(6) == 0) {
			override();
		}
		AdmissionRequest counting = overridden();
		Cluster cluster = this.store.cluster().orElse(null);
		if (cluster == null) {
			Admission admission = this.store.writes().admit(request);
			this.model.admit(admission.tasks(), counting);
			giveWay(admission.superseded(), counting);
			return;
		}
		Superseded superseded = cluster.admit(request, null).superseded();
		Set<Long> held = this.model.find(StoredTask::isHeld).stream().map(StoredTask::seq).collect(Collectors.toSet());
		this.model.admit(findAll().stream().filter((task) -> !task.isHeld() && held.contains(task.seq())).toList(),
				counting);
		giveWay(superseded, counting);
	}

	// What was due before the clock moved back may be taken for due.
	private void giveWay(Superseded superseded, AdmissionRequest request) {
		if (!this.now.isBefore(this.latest)) {
			new ConflictModel(request, this.model::isClosed).check(superseded,
					this.model.find((task) -> !task.status().isTerminal()));
		}
		Set<UUID> ids = new HashSet<>(superseded.waiting());
		ids.addAll(superseded.all());
		assertThat(this.store.cluster()
			.map((cluster) -> cluster.giveWay(superseded, this.now))
			.orElseGet(() -> this.store.writes().cancel(ids, this.now))).isEqualTo(this.model.cancel(ids, this.now));
	}

	private void closeOrOpen(Gate gate) {
		if (this.random.nextInt(3) == 0) {
			this.store.writes().openGates(List.of(gate));
			this.model.open(gate);
			return;
		}
		Instant until = this.now.plusMillis(this.random.nextInt(4000));
		this.store.writes().closeGates(List.of(gate), until);
		this.model.close(gate, until);
	}

	private UniqueKey uniqueKey() {
		UniqueKey.KeptOut kept = any(List.of(UniqueKey.KeptOut.values()));
		boolean timed = kept == UniqueKey.KeptOut.FOR_A_TIME || kept == UniqueKey.KeptOut.NEVER;
		return new UniqueKey("key-" + this.random.nextInt(3), kept,
				timed ? Duration.ofMillis(1 + this.random.nextInt(6000)) : null);
	}

	private void claim() {
		if (this.random.nextInt(2) == 0) {
			claimInTurns();
			return;
		}
		int limit = 1 + this.random.nextInt(12);
		ClaimRequest request = new ClaimRequest("default", KNOWN, this.random.nextInt(limit + 1), limit,
				Math.max(0, this.random.nextInt(6) - 2), any(LAST_CHANCES), lease(), false);
		this.model.look(overridden());
		List<StoredTask> tasks = this.store.writes().claim(request);
		assertThat(tasks).isEqualTo(this.model.claim(request));
		this.claimed.addAll(tasks);
	}

	private void claimInTurns() {
		int limit = 1 + this.random.nextInt(12);
		ClaimRequest request = new ClaimRequest(FAIR, KNOWN, limit, limit, Math.max(0, this.random.nextInt(6) - 2),
				LastChances.ANY, lease(), true);
		this.model.look(overridden());
		List<StoredTask> tasks = this.store.writes().claim(request);
		assertThat(tasks).isEqualTo(this.model.claimInTurns(request, tasks));
		this.claimed.addAll(tasks);
	}

	private void heartbeat() {
		List<Fence> fences = someClaimed().stream().map(StoredTask::fence).toList();
		Instant until = this.now.plusSeconds(4);
		assertThat(this.store.writes().heartbeat(fences, this.now, until))
			.isEqualTo(this.model.heartbeat(fences, this.now, until));
	}

	private void progress() {
		List<ProgressReport> reports = someClaimed().stream()
			.map((task) -> new ProgressReport(task.fence(),
					new TaskProgress(this.random.nextInt(100), "so far, \n so good")))
			.toList();
		assertThat(this.store.writes().progress(reports)).isEqualTo(this.model.progress(reports));
	}

	private void settle() {
		List<Settlement> settlements = someClaimed().stream()
			.map((task) -> Settlement.of(task, ended(task), this.now))
			.toList();
		assertThat(this.store.writes().settle(settlements)).isEqualTo(this.model.settle(settlements));
	}

	private StoredTask ended(StoredTask task) {
		TaskError error = new TaskError("java.lang.Error", "no; drop table", "at line 1");
		return switch (this.random.nextInt(7)) {
			case 0 -> task.givenBack();
			case 1 -> task.retrying(this.now, this.now.plusMillis(this.random.nextInt(3000)), error);
			case 2 -> task.failed(this.now, error);
			case 3 -> task.cancelled(this.now, error);
			case 4 -> task.snoozed(this.now, this.now.plusMillis(this.random.nextInt(3000)));
			default -> task.succeeded(this.now, "{\"value\":1}");
		};
	}

	private void expire() {
		assertThat(this.store.writes().reclaimExpired(this.now, MAX_CRASHES))
			.containsExactlyInAnyOrderElementsOf(this.model.reclaimExpired(this.now, MAX_CRASHES));
	}

	private void cancel() {
		List<UUID> ids = some(this.model.all()).stream().map(StoredTask::id).toList();
		assertThat(this.store.writes().cancel(ids, this.now)).isEqualTo(this.model.cancel(ids, this.now));
	}

	private void requeue() {
		List<UUID> ids = some(this.model.all()).stream().map(StoredTask::id).toList();
		assertThat(this.store.writes().requeue(ids, this.now)).isEqualTo(this.model.requeue(ids, this.now));
	}

	private void restore() {
		List<UUID> ids = some(this.model.all()).stream().map(StoredTask::id).toList();
		assertThat(this.store.writes().restore(ids)).isEqualTo(this.model.restore(ids));
	}

	private void discard() {
		List<UUID> ids = some(this.model.all()).stream().map(StoredTask::id).toList();
		assertThat(this.store.writes().discard(ids)).containsExactlyInAnyOrderElementsOf(this.model.discard(ids));
	}

	private void schedule() {
		this.schedules.act(this.store, this.model, this.now, KNOWN, List.of("default"));
	}

	private void rollBack() {
		TaskStoreModel before = this.model.copy();
		ScheduleActions schedulesBefore = this.schedules.copy();
		List<StoredTask> claimedBefore = List.copyOf(this.claimed);
		assertThatIllegalStateException().isThrownBy(() -> this.store.writes().inTransaction(() -> {
			insert();
			claim();
			settle();
			schedule();
			if (this.store.cluster().isEmpty()) {
				admit();
			}
			throw new IllegalStateException("rolled back");
		})).withMessage("rolled back");
		this.model = before.withNumbersOf(this.model);
		this.schedules = schedulesBefore;
		this.claimed.clear();
		this.claimed.addAll(claimedBefore);
	}

	private void maintain() {
		switch (this.random.nextInt(4)) {
			case 3 -> assertThat(this.store.writes().forgetExpired(this.now, ALL))
				.isEqualTo(this.model.forgetExpired(this.now));
			case 0 -> assertThat(this.store.writes().promoteDue(this.now)).isEqualTo(this.model.promoteDue(this.now));
			case 1 -> {
				Instant before = this.now.minusMillis(this.random.nextInt(5000));
				assertThat(this.store.writes().purge(before, ALL)).isEqualTo(this.model.purge(before));
			}
			default -> {
				String category = any(CATEGORIES);
				boolean pause = this.random.nextInt(3) == 0;
				this.store.writes().setPaused(category, pause);
				this.model.setPaused(category, pause);
			}
		}
	}

	// Clocks may go back.
	private void passTime() {
		this.now = this.now.plusMillis(this.random.nextInt(6000) - 2000);
		this.latest = this.now.isAfter(this.latest) ? this.now : this.latest;
	}

	private void crashSometimes() {
		if (this.random.nextInt(8) == 0) {
			this.store = crash(this.store, this.model);
		}
	}

	private void compare() {
		List<StoredTask> all = this.model.all();
		List<StoredTask> found = findAll();
		assertThat(found).extracting(StoredTask::seq)
			.containsExactlyElementsOf(all.stream().map(StoredTask::seq).toList());
		for (int i = 0; i < all.size(); i++) {
			assertThat(found.get(i)).isEqualTo(all.get(i));
		}
		assertThat(this.store.reads().counts()).containsExactlyInAnyOrderElementsOf(counts(all));
		assertThat(this.store.reads().pausedCategories()).isEqualTo(this.model.paused());
		assertThat(this.store.reads().limitOverrides(this.now)).isEqualTo(this.model.overrides(this.now));
		this.schedules.compare(this.store, this.model);
		IntStream.range(0, 8)
			.mapToObj((number) -> "key-" + number)
			.forEach((key) -> assertThat(this.store.reads().findByIdempotencyKey(key))
				.isEqualTo(Optional.ofNullable(this.model.keys().get(key))));
		for (String name : NAMES) {
			IntStream.range(0, 3)
				.mapToObj((number) -> "key-" + number)
				.forEach((key) -> assertThat(this.store.reads().findByUniqueKey(name, key))
					.isEqualTo(this.model.findByUniqueKey(name, key)));
		}
	}

	private List<StoredTask> findAll() {
		return this.store.reads().find(TaskFilter.of(TaskQuery.all(), List.of()).page(null, ALL));
	}

	private static List<TaskCount> counts(List<StoredTask> tasks) {
		Map<List<Object>, Long> counts = new HashMap<>();
		tasks.forEach((task) -> counts.merge(List.of(task.details().category(), task.status()), 1L, Long::sum));
		return counts.entrySet()
			.stream()
			.map((count) -> new TaskCount((String) count.getKey().get(0), (TaskStatus) count.getKey().get(1),
					count.getValue()))
			.toList();
	}

	// Attempts that were ended or lost long ago are among them.
	private List<StoredTask> someClaimed() {
		Map<Fence, StoredTask> byFence = new LinkedHashMap<>();
		some(this.claimed).forEach((task) -> byFence.put(task.fence(), task));
		return List.copyOf(byFence.values());
	}

	private List<StoredTask> some(List<StoredTask> tasks) {
		int share = 1 + this.random.nextInt(10);
		return tasks.stream().filter((task) -> this.random.nextInt(share) == 0).toList();
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	private Lease lease() {
		return new Lease("host/1/abc#" + this.owners++, this.now.plusMillis(500 + this.random.nextInt(3000)), this.now);
	}

}
