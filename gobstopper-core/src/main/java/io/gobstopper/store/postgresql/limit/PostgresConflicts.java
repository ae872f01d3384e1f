package io.gobstopper.store.postgresql.limit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.limit.OnConflict;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;

/**
 * Which tasks with one key give way to others.
 */
final class PostgresConflicts {

	private static final String FIND = """
			with wanted as materialized (
				select gate, mode, per_key, (
						select count(*) from gobstopper_gate as passed
						join gobstopper_task as task on task.seq = passed.seq
						where passed.gate = wanted.gate and passed.state = 2
					) as passed
				from unnest(?::text[], ?::text[], ?::int[]) as wanted (gate, mode, per_key)
			),
			line as (
				select wanted.gate, wanted.mode, wanted.per_key, waiting.seq, waiting.state
				from wanted
				join gobstopper_gate as waiting on waiting.gate = wanted.gate and waiting.state = 1
				where wanted.passed >= wanted.per_key and (waiting.place > 0 or waiting.due_at <= ?)
				union all
				select wanted.gate, wanted.mode, wanted.per_key, passed.seq, passed.state
				from wanted
				join gobstopper_gate as passed on passed.gate = wanted.gate and passed.state = 2
				where wanted.passed >= wanted.per_key and wanted.mode = 'CANCEL_RUNNING'
			),
			ranked as (
				select task.id, task.cancel_requested, line.mode, line.per_key, line.state,
					task.status = 'pending' and task.node is null and task.error_type is null and task.crash_count = 0 as is_new,
					row_number() over (partition by line.gate order by line.seq desc) as place,
					count(*) filter (where line.state = 1) over (partition by line.gate) as waiting
				from line
				join gobstopper_task as task on task.seq = line.seq
			)
			select id, mode = 'CANCEL_RUNNING' from ranked
			where case mode
					when 'SKIP' then is_new
					when 'REPLACE_WAITING' then place > 1
					else waiting > 0 and place > per_key and not cancel_requested
				end
			limit 1000
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresPaces paces;

	PostgresConflicts(JdbcTemplate jdbcTemplate, TableNames tables, PostgresPaces paces) {
		this.paces = paces;
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// While nothing may pass a gate, nothing gives way.
	Superseded find(AdmissionRequest request, Collection<Gate> visited) {
		List<Gate> gates = visited.stream().filter((gate) -> request.onConflict(gate) != OnConflict.WAIT).toList();
		if (gates.isEmpty()) {
			return Superseded.NONE;
		}
		Set<Gate> closing = new LinkedHashSet<>(gates);
		gates.forEach((gate) -> closing.add(new Gate(gate.limit(), null)));
		Set<Gate> closed = this.paces.closed(closing, request.now()).keySet();
		return find(request,
				gates.stream()
					.filter((gate) -> !closed.contains(gate) && !closed.contains(new Gate(gate.limit(), null)))
					.toList());
	}

	private Superseded find(AdmissionRequest request, List<Gate> gates) {
		List<UUID> waiting = new ArrayList<>();
		List<UUID> all = new ArrayList<>();
		this.jdbcTemplate.query(this.tables.in(FIND),
				new PostgresParameters().texts(gates, Gate::toString)
					.texts(gates, (gate) -> request.onConflict(gate).name())
					.ints(gates, request::capacity)
					.value(request.now()),
				(RowCallbackHandler) (row) -> (row.getBoolean(2) ? all : waiting).add(row.getObject(1, UUID.class)));
		return new Superseded(waiting, all);
	}

}
