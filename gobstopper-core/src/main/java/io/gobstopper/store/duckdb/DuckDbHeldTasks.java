package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.util.Assert;

import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admitted;
import io.gobstopper.store.limit.Conflicts;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.HeldTasks;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.sql.JdbcLimitOverrides;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

/**
 * Holds tasks until their limits have room for them. What is held can be told from the
 * time at which it is due, so nothing else is stored.
 */
final class DuckDbHeldTasks {

	// How much later a held task is stored as due.
	static final String TIME = "to_days(%d)".formatted(DueTimes.HELD_DAYS);

	static final String IS_HELD = DueTimes.IS_HELD;

	static final String IS_ANY_HELD = "select count(*) > 0 from gobstopper_unfinished_task where " + IS_HELD;

	static final String FIND_LIMITED = """
			select * from gobstopper_task where contains(trace_context, '%s') order by seq
			""".formatted(TaskHeaders.LIMITS);

	static final String FIND = """
			select * from gobstopper_task
			where seq between ?::bigint and ?::bigint and seq in (select unnest(cast(?::varchar as bigint[])))
			""";

	static final String ADMIT = """
			update gobstopper_unfinished_task
			set due_at = due_at - %s, status = 'pending', progress = 0, progress_message = ''
			where seq between ?::bigint and ?::bigint and seq in (select unnest(cast(?::varchar as bigint[]))) and %s
			returning *
			""".formatted(TIME, IS_HELD);

	static final String ADMIT_AT = """
			update gobstopper_unfinished_task as task
			set due_at = admitted.start_at, status = 'pending', progress = 0, progress_message = ''
			from (select unnest(cast(?::varchar as bigint[])) as seq, unnest(?::varchar[])::timestamp as start_at) as admitted
			where task.seq = admitted.seq and task.seq between ?::bigint and ?::bigint and %s
			returning task.*
			"""
		.formatted(IS_HELD);

	// No handler is there any more for what was admitted.
	static final String HOLD_UNKNOWN = """
			update gobstopper_unfinished_task set due_at = due_at + %s
			where status = 'pending' and not (%s) and contains(trace_context, '%s')
				and not list_contains(?::varchar[], name)
			""".formatted(TIME, IS_HELD, TaskHeaders.LIMITS);

	static final String HOLD_AGAIN = """
			update gobstopper_unfinished_task set due_at = due_at + %s
			where category = ? and status = 'pending' and not (%s) and contains(trace_context, '%s')
			""".formatted(TIME, IS_HELD, TaskHeaders.LIMITS);

	static final String FIND_UNSTARTED = """
			select * from gobstopper_unfinished_task
			where status = 'pending' and not (%s) and contains(trace_context, '%s')
			""".formatted(IS_HELD, TaskHeaders.LIMITS);

	static final String HOLD_UNSTARTED = """
			update gobstopper_unfinished_task set due_at = if(%s, due_at, due_at + %s)
			where seq between ?::bigint and ?::bigint and seq in (select unnest(cast(?::varchar as bigint[])))
				and status in ('pending', 'retry')
			returning *
			""".formatted(IS_HELD, TIME);

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final DuckDbGateTimes times;

	private final JdbcLimitOverrides storedOverrides;

	private final HeldTasks tasks;

	private Map<String, LimitOverride> overrides = new HashMap<>();

	private Map<String, LimitNumbers> limits = Map.of();

	private boolean known;

	/**
	 * Creates held tasks.
	 * @param jdbcTemplate the connection that writes
	 * @param tasks shows them to those who read
	 */
	DuckDbHeldTasks(JdbcTemplate jdbcTemplate, HeldTasks tasks) {
		this.jdbcTemplate = jdbcTemplate;
		this.times = new DuckDbGateTimes(jdbcTemplate);
		this.storedOverrides = new JdbcLimitOverrides(jdbcTemplate, TableNames.UNQUALIFIED);
		this.tasks = tasks;
	}

	// Tells that the table may have changed in other ways.
	void changed() {
		this.known = false;
		this.tasks.clear();
	}

	// Returns the tasks as they are after their attempts. What waits in a paused category
	// has passed nothing.
	static List<StoredTask> afterwards(Collection<Settlement> ended, Set<String> paused) {
		return ended.stream()
			.map(Settlement::task)
			.map((task) -> (task.status() == TaskStatus.PENDING && paused.contains(task.details().category()))
					? task.held() : task)
			.toList();
	}

	// Tells of tasks that were written, finished or not.
	void written(Collection<StoredTask> written) {
		if (this.known) {
			for (StoredTask task : written) {
				if (task.isLimited() && task.status().isTerminal()) {
					this.tasks.removed(task);
				}
				else if (task.isLimited()) {
					this.tasks.stored(task);
				}
			}
		}
	}

	// Tells of tasks that are about to be written anew.
	void replaced(Collection<StoredTask> replaced) {
		replaced.stream().filter(StoredTask::isLimited).forEach(this.tasks::removed);
	}

	// Tells of tasks that were claimed.
	void started(Collection<StoredTask> claimed) {
		this.tasks.started(claimed);
		this.times.spent(this.tasks.takeSpent());
	}

	// Lets tasks be claimed.
	Admission admit(AdmissionRequest request, Set<String> paused) {
		if (!this.known) {
			this.overrides = this.storedOverrides.find(Instant.EPOCH);
		}
		AdmissionRequest overridden = request
			.with(LimitOverride.apply(request.limits(), this.overrides, request.now()));
		return admitNumbered(overridden, paused);
	}

	private Admission admitNumbered(AdmissionRequest request, Set<String> paused) {
		if (!this.known || !request.limits().equals(this.limits)) {
			read(request);
		}
		if (this.tasks.isEmpty()) {
			return Admission.NONE;
		}
		List<Admitted> passed = this.tasks.admit(request, paused);
		this.times.spent(this.tasks.takeSpent());
		List<StoredTask> admitted = new ArrayList<>(
				admitNow(passed.stream().filter((task) -> task.startAt() == null).toList()));
		List<StoredTask> later = admitAt(passed.stream().filter((task) -> task.startAt() != null).toList());
		admitted.addAll(later);
		Assert.state(admitted.size() == passed.size(), "Not all tasks to admit are held");
		Instant nextAt = Stream
			.of(later.stream().map(StoredTask::dueAt), this.tasks.nextDueAt().stream(),
					this.overrides.values().stream().map(LimitOverride::until).filter(request.now()::isBefore))
			.flatMap((times) -> times)
			.min(Comparator.naturalOrder())
			.orElse(null);
		return new Admission(admitted, nextAt, superseded(this.tasks.takeConflicts()));
	}

	// Those that were started before are not new, and wait.
	private Superseded superseded(Conflicts conflicts) {
		if (conflicts.isEmpty()) {
			return Superseded.NONE;
		}
		List<UUID> waiting = new ArrayList<>();
		find(conflicts.skipped()).filter((task) -> task.isHeld() && !Gate.wasStarted(task))
			.forEach((task) -> waiting.add(task.id()));
		find(conflicts.replaced()).filter(StoredTask::isHeld).forEach((task) -> waiting.add(task.id()));
		return new Superseded(waiting,
				find(conflicts.cancelled()).filter((task) -> !task.state().cancelRequested())
					.map(StoredTask::id)
					.toList());
	}

	private Stream<StoredTask> find(Set<Long> tasks) {
		long[] seqs = tasks.stream().mapToLong(Long::longValue).sorted().toArray();
		return tasks.isEmpty() ? Stream.of()
				: this.jdbcTemplate.query(FIND, new DuckDbParameters().range(seqs).list(seqs), this.rowMapper).stream();
	}

	private List<StoredTask> admitNow(List<Admitted> tasks) {
		long[] sorted = seqs(tasks);
		return tasks.isEmpty() ? List.of()
				: this.jdbcTemplate.query(ADMIT, new DuckDbParameters().range(sorted).list(sorted), this.rowMapper);
	}

	private List<StoredTask> admitAt(List<Admitted> tasks) {
		if (tasks.isEmpty()) {
			return List.of();
		}
		List<Admitted> sorted = tasks.stream().sorted(Comparator.comparingLong(Admitted::seq)).toList();
		long[] seqs = seqs(sorted);
		return this.jdbcTemplate.query(ADMIT_AT,
				new DuckDbParameters().list(seqs)
					.array("VARCHAR", sorted.stream()
						.map((task) -> LocalDateTime.ofInstant(Objects.requireNonNull(task.startAt()), ZoneOffset.UTC)
							.toString())
						.toList())
					.range(seqs),
				this.rowMapper);
	}

	private static long[] seqs(List<Admitted> tasks) {
		return tasks.stream().mapToLong(Admitted::seq).sorted().toArray();
	}

	// Lets nothing pass gates for a time, and takes back what has passed them and has not
	// started. Returns whether tasks cannot be claimed any more that could be.
	boolean close(Collection<Gate> gates, Instant until) {
		this.times.close(gates, until);
		if (!this.known || !gates.stream().allMatch(this.tasks::isLimiting)) {
			changed();
			return !holdUnstarted(findPassed(gates)).isEmpty();
		}
		Set<Long> passed = new TreeSet<>();
		gates.forEach((gate) -> passed.addAll(this.tasks.close(gate, until)));
		List<StoredTask> held = holdUnstarted(passed);
		held.forEach(this.tasks::stored);
		return !held.isEmpty();
	}

	private Set<Long> findPassed(Collection<Gate> gates) {
		Set<Long> passed = new TreeSet<>();
		this.jdbcTemplate.query(FIND_UNSTARTED, (RowCallbackHandler) (row) -> {
			StoredTask task = this.rowMapper.mapRow(row, 0);
			if (Gate.of(task).stream().anyMatch(gates::contains)) {
				passed.add(task.seq());
			}
		});
		return passed;
	}

	private List<StoredTask> holdUnstarted(Set<Long> passed) {
		long[] seqs = passed.stream().mapToLong(Long::longValue).sorted().toArray();
		return passed.isEmpty() ? List.of() : this.jdbcTemplate.query(HOLD_UNSTARTED,
				new DuckDbParameters().range(seqs).list(seqs), this.rowMapper);
	}

	// Lets tasks pass gates again.
	void open(Collection<Gate> gates) {
		this.times.open(gates);
		gates.forEach(this.tasks::open);
	}

	// Says what counts of a limit for a time, or no longer.
	String override(String limit, @Nullable LimitOverride override) {
		this.storedOverrides.save(limit, override);
		if (override != null) {
			this.overrides.put(limit, override);
		}
		else {
			this.overrides.remove(limit);
		}
		return limit;
	}

	// Forgets times that are over.
	void forgetBefore(Instant now) {
		this.storedOverrides.forgetBefore(now);
		this.overrides.values().removeIf((override) -> !override.until().isAfter(now));
		this.tasks.forgetBefore(now);
		this.times.forgetBefore(now);
	}

	private void read(AdmissionRequest request) {
		this.tasks.begin(request);
		this.limits = request.limits();
		this.times.readInto(this.tasks);
		if (!request.limits().isEmpty()
				|| Boolean.TRUE.equals(this.jdbcTemplate.queryForObject(IS_ANY_HELD, Boolean.class))) {
			this.jdbcTemplate.update(HOLD_UNKNOWN, new DuckDbParameters().array("VARCHAR", request.names()));
			this.jdbcTemplate.query(FIND_LIMITED,
					(RowCallbackHandler) (row) -> this.tasks.stored(this.rowMapper.mapRow(row, 0)));
		}
		this.known = true;
	}

	// Takes back what tasks of a category have passed that have not started.
	void holdAgain(String category) {
		if (!this.known || !this.tasks.isEmpty()) {
			this.jdbcTemplate.update(HOLD_AGAIN, category);
			changed();
		}
	}

}
