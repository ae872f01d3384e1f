package io.gobstopper.store.duckdb;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.util.Assert;

import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.HeldTasks;
import io.gobstopper.store.sql.StoredTaskRowMapper;
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
			select * from gobstopper_unfinished_task where contains(trace_context, '%s') order by seq
			""".formatted(TaskHeaders.LIMITS);

	static final String ADMIT = """
			update gobstopper_unfinished_task
			set due_at = due_at - %s, status = 'pending', progress = 0, progress_message = ''
			where seq between ?::bigint and ?::bigint and seq in (select unnest(cast(?::varchar as bigint[]))) and %s
			returning *
			""".formatted(TIME, IS_HELD);

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

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final HeldTasks tasks;

	private Map<String, LimitNumbers> limits = Map.of();

	private boolean known;

	/**
	 * Creates held tasks.
	 * @param jdbcTemplate the connection that writes
	 * @param tasks shows them to those who read
	 */
	DuckDbHeldTasks(JdbcTemplate jdbcTemplate, HeldTasks tasks) {
		this.jdbcTemplate = jdbcTemplate;
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

	// Returns the tasks that can be claimed from now on.
	List<StoredTask> admit(AdmissionRequest request, Set<String> paused) {
		if (!this.known || !request.limits().equals(this.limits)) {
			read(request);
		}
		List<Long> seqs = this.tasks.isEmpty() ? List.of() : this.tasks.admit(request, paused);
		if (seqs.isEmpty()) {
			return List.of();
		}
		long[] sorted = seqs.stream().mapToLong(Long::longValue).sorted().toArray();
		List<StoredTask> admitted = this.jdbcTemplate.query(ADMIT, new DuckDbParameters().range(sorted).list(sorted),
				this.rowMapper);
		Assert.state(admitted.size() == sorted.length, "Not all tasks to admit are held");
		return admitted;
	}

	private void read(AdmissionRequest request) {
		this.tasks.begin(request);
		this.limits = request.limits();
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
