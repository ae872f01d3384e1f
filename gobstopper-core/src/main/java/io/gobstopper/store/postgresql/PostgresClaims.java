package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.postgresql.limit.PostgresTurnRepairs;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.ClaimedTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;

/**
 * Takes due tasks to run. Of several processes that do so at once, each gets others.
 */
final class PostgresClaims {

	// What crashed before and what is behind it is taken only to start at once. No column
	// is changed that an index has, which would cost as much as all the rest.
	static final String CLAIM = """
			with chosen as (
				select seq, priority, crash_count from gobstopper_task
				where claimable and status = 'pending' and category = ? and priority > ? and due_at <= ?
					and name = any(?::text[]) and crash_count < ?
					and not exists (select from gobstopper_paused_category as paused where paused.category = ?)
				order by priority desc, seq
				limit ?
				for update skip locked
			),
			placed as (
				select seq as chosen_seq, crash_count as crashes, row_number() over following as place,
					bool_or(crash_count > 0) over following as after_crash,
					count(*) filter (where crash_count >= ?) over following as last_chances
				from chosen
				window following as (order by priority desc, seq)
			),
			taken as (
				select chosen_seq from placed
				where (not after_crash or place <= ?) and (crashes < ? or last_chances <= ?)
			),
			recorded as (
				insert into gobstopper_claim (id, lease_until, seqs)
				select ?, ?, array_agg(chosen_seq) from taken having count(*) > 0
			)
			update gobstopper_task as task
			set status = 'started', attempt = attempt + 1, started_at = ?, lease_owner = ?, lease_until = ?,
				heartbeat_at = null
			from taken
			where seq = chosen_seq
			returning
			""" + ClaimedTaskRowMapper.columns("created_at", "due_at", "attempt - 1");

	// The turn that was reached is noted unless another process is just noting its own.
	static final String CLAIM_IN_TURNS = """
			with chosen as (
				select seq, category, priority, turn, turn_key, crash_count from gobstopper_task
				where claimable and status = 'pending' and category = ? and priority > ? and due_at <= ?
					and name = any(?::text[]) and crash_count < ? and turn is not null
					and not exists (select from gobstopper_paused_category as paused where paused.category = ?)
				order by priority desc, turn, turn_key, seq
				limit ?
				for update skip locked
			),
			placed as (
				select seq as chosen_seq, category as queue, priority as level, turn as reached, crash_count as crashes,
					row_number() over following as place, bool_or(crash_count > 0) over following as after_crash,
					count(*) filter (where crash_count >= ?) over following as last_chances
				from chosen
				window following as (order by priority desc, turn, turn_key, seq)
			),
			taken as (
				select chosen_seq, queue, level, reached, place from placed
				where (not after_crash or place <= ?) and (crashes < ? or last_chances <= ?)
			),
			free as (
				select turn.category, turn.priority from gobstopper_turn as turn
				where (turn.category, turn.priority) in (select queue, level from taken)
				for update skip locked
			),
			noted as (
				update gobstopper_turn as turn set reached = last.reached
				from (select queue, level, max(reached) as reached from taken group by queue, level) as last
				join free on free.category = last.queue and free.priority = last.level
				where turn.category = free.category and turn.priority = free.priority and turn.reached < last.reached
			),
			recorded as (
				insert into gobstopper_claim (id, lease_until, seqs)
				select ?, ?, array_agg(chosen_seq) from taken having count(*) > 0
			)
			update gobstopper_task as task
			set status = 'started', attempt = attempt + 1, started_at = ?, lease_owner = ?, lease_until = ?,
				heartbeat_at = null
			from taken
			where seq = chosen_seq
			returning
			""" + ClaimedTaskRowMapper.columns("created_at", "due_at", "attempt - 1") + ", place";

	private static final String CLAIM_WITHOUT_TURN = CLAIM.replace("crash_count < ?\n",
			"crash_count < ? and turn is null\n");

	private static final String PROMOTE = """
			with due as (
				select seq, category, status from gobstopper_task
				where not claimable and due_at <= ? and status = any(?::text[])
				order by due_at
				limit ?
				for update skip locked
			)
			update gobstopper_task as task
			set status = 'pending', claimable = true, progress = 0, progress_message = ''
			from due
			where task.seq = due.seq
			returning %s, due.status
			""".formatted(PostgresTurns.COLUMNS);

	private static final String FIND_NEXT_DUE = """
			select min(due_at) from gobstopper_task
			where not claimable and status = any(?::text[])
			""";

	// Goes from category to category through the index.
	private static final String FIND_CATEGORIES = """
			with recursive found (category) as (
				(select category from gobstopper_task where claimable and status = 'pending' order by category limit 1)
				union all
				select (
					select task.category from gobstopper_task as task
					where task.claimable and task.status = 'pending' and task.category > found.category
					order by task.category limit 1
				)
				from found where found.category is not null
			)
			select category from found where category is not null
			""";

	// Others wait until they are written.
	private static final int MOST_PROMOTED = 5000;

	private static final Set<String> DELAYED = Set.of(TaskStatus.PENDING.value());

	private static final Set<String> DELAYED_OR_FAILED = Set.of(TaskStatus.PENDING.value(), TaskStatus.RETRY.value());

	private final JdbcTemplate jdbcTemplate;

	private final JdbcTemplate readers;

	private final TableNames tables;

	private final PostgresClaimRecords records;

	private final PostgresTurns turns;

	private final PostgresTurnRepairs repairs;

	private final Set<String> fair;

	private final Set<String> begun = new HashSet<>();

	private Instant noneDueBefore = Instant.MIN;

	/**
	 * Creates the claims.
	 * @param jdbcTemplate uses the connection of the thread that writes
	 * @param readers uses connections of the threads that read
	 * @param tables where the tables are
	 * @param records is told of the records of claims
	 * @param fair is told of the categories in which tasks take turns
	 */
	PostgresClaims(JdbcTemplate jdbcTemplate, JdbcTemplate readers, TableNames tables, PostgresClaimRecords records,
			Set<String> fair) {
		this.jdbcTemplate = jdbcTemplate;
		this.readers = readers;
		this.tables = tables;
		this.records = records;
		this.fair = fair;
		this.turns = new PostgresTurns(jdbcTemplate, tables, fair);
		this.repairs = new PostgresTurnRepairs(jdbcTemplate, tables, this.turns);
	}

	// Returns the tasks in the order in which they should run.
	List<StoredTask> claim(ClaimRequest request) {
		if (request.fair()) {
			return claimInTurns(request);
		}
		ClaimedTaskRowMapper tasks = rowMapper(request);
		List<StoredTask> claimed = new ArrayList<>(query(CLAIM, request, tasks));
		claimed.sort(StoredTask.RUN_ORDER);
		return claimed;
	}

	private List<StoredTask> claimInTurns(ClaimRequest request) {
		this.fair.add(request.category());
		if (this.begun.add(request.category())) {
			this.turns.begin(request.category());
		}
		ClaimedTaskRowMapper tasks = rowMapper(request);
		Map<Long, Integer> places = new HashMap<>();
		List<StoredTask> claimed = new ArrayList<>(query(CLAIM_IN_TURNS, request, (row, number) -> {
			StoredTask task = tasks.mapRow(row, number);
			places.put(task.seq(), row.getInt("place"));
			return task;
		}));
		claimed.sort(Comparator.comparing((task) -> places.get(task.seq())));
		int taken = claimed.size();
		if (taken < request.limit()) {
			claimed.addAll(query(CLAIM_WITHOUT_TURN, request.without(taken), tasks));
		}
		return claimed;
	}

	private static ClaimedTaskRowMapper rowMapper(ClaimRequest request) {
		return new ClaimedTaskRowMapper(request,
				(row, column) -> row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC));
	}

	private List<StoredTask> query(String statement, ClaimRequest request, RowMapper<StoredTask> rowMapper) {
		UUID record = UUID.randomUUID();
		List<StoredTask> claimed = this.jdbcTemplate
			.query(this.tables.in(statement), parameters(request, record), rowMapper)
			.stream()
			.map((task) -> task.claimed(request.lease()))
			.toList();
		this.records.added(record, request.lease(), claimed);
		return claimed;
	}

	// Returns what a claim is asked for with, and its record.
	static PostgresParameters parameters(ClaimRequest request, UUID record) {
		Lease lease = request.lease();
		LastChances last = request.lastChances();
		return new PostgresParameters().value(request.category())
			.value(request.abovePriority())
			.value(request.now())
			.texts(request.names(), (name) -> name)
			.value((last.most() > 0) ? Integer.MAX_VALUE : last.crashes())
			.value(request.category())
			.value(request.limit())
			.value(last.crashes())
			.value(request.slots())
			.value(last.crashes())
			.value(last.most())
			.value(record)
			.value(lease.until())
			.value(lease.heartbeatAt())
			.value(lease.owner())
			.value(lease.until());
	}

	// Tells of tasks that may become due later.
	void added(List<StoredTask> tasks) {
		for (StoredTask task : tasks) {
			if (task.status() == TaskStatus.PENDING && task.state().dueAt().isBefore(this.noneDueBefore)) {
				this.noneDueBefore = task.state().dueAt();
			}
		}
	}

	// Tells that tasks may have been added otherwise.
	void changed() {
		this.noneDueBefore = Instant.MIN;
		this.begun.clear();
	}

	// Returns whether a delayed task may have become due that is not claimable yet.
	boolean mayHaveDue(Instant now) {
		return !now.isBefore(this.noneDueBefore);
	}

	// Makes delayed tasks claimable that are due.
	Promoted promoteDelayed(Instant now) {
		return promote(now, DELAYED);
	}

	// Makes delayed tasks claimable that are due, and those that wait for their next
	// attempt.
	Promoted promoteAll(Instant now) {
		this.repairs.repair(this.fair);
		return promote(now, DELAYED_OR_FAILED);
	}

	private Promoted promote(Instant now, Set<String> statuses) {
		List<PostgresTurns.Claimable> promoted = new ArrayList<>();
		AtomicInteger retries = new AtomicInteger();
		this.jdbcTemplate.query(this.tables.in(PROMOTE),
				new PostgresParameters().value(now).texts(statuses, (status) -> status).value(MOST_PROMOTED), (row) -> {
					promoted.add(PostgresTurns.read(row));
					if (TaskStatus.RETRY.value().equals(row.getString(6))) {
						retries.incrementAndGet();
					}
				});
		this.turns.give(promoted);
		this.noneDueBefore = nextDueAt(this.jdbcTemplate, DELAYED).orElse(Instant.MAX);
		return new Promoted(retries.get(),
				promoted.stream()
					.map(PostgresTurns.Claimable::category)
					.collect(Collectors.toCollection(TreeSet::new)));
	}

	Optional<Instant> nextDueAt() {
		return nextDueAt(this.readers, DELAYED_OR_FAILED);
	}

	private Optional<Instant> nextDueAt(JdbcTemplate template, Set<String> statuses) {
		return template
			.query(this.tables.in(FIND_NEXT_DUE), new PostgresParameters().texts(statuses, (status) -> status),
					(row, number) -> Optional.ofNullable(row.getObject(1, LocalDateTime.class)))
			.get(0)
			.map((time) -> time.toInstant(ZoneOffset.UTC))
			.filter((time) -> !DueTimes.isHeld(time));
	}

	Set<String> claimableCategories() {
		return new TreeSet<>(this.readers.queryForList(this.tables.in(FIND_CATEGORIES), String.class));
	}

	/**
	 * What became claimable.
	 *
	 * @param retries how many tasks waited for their next attempt
	 * @param categories the categories of all
	 */
	record Promoted(int retries, Set<String> categories) {

	}

}
