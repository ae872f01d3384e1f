package io.gobstopper.store.postgresql.limit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
				select gate, mode, per_key from unnest(?::text[], ?::text[], ?::int[]) as wanted (gate, mode, per_key)
			),
			line as (
				select wanted.*, waiting.seq, waiting.state
				from wanted
				join gobstopper_gate as waiting on waiting.gate = wanted.gate and waiting.state = 1
				where waiting.place > 0 or waiting.due_at <= ?
				union all
				select wanted.*, passed.seq, passed.state
				from wanted
				join gobstopper_gate as passed on passed.gate = wanted.gate and passed.state = 2
			),
			ranked as (
				select task.id, task.status = 'pending' and task.node is null and task.error_type is null as is_new,
					task.cancel_requested, line.mode, line.per_key, line.state,
					row_number() over (partition by line.gate order by line.seq desc) as place,
					row_number() over (partition by line.gate, line.state order by line.seq desc) as place_of_state,
					count(*) filter (where line.state = 1) over (partition by line.gate) as waiting,
					count(*) filter (where line.state = 2) over (partition by line.gate) as passed
				from line
				join gobstopper_task as task on task.seq = line.seq
			)
			select id, mode = 'CANCEL_RUNNING' from ranked
			where case mode
					when 'SKIP' then state = 1 and is_new and passed >= per_key
					when 'REPLACE_WAITING' then state = 1 and place_of_state > 1
					else waiting > 0 and place > per_key and not cancel_requested
				end
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	PostgresConflicts(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	Superseded find(AdmissionRequest request, Collection<Gate> visited) {
		List<Gate> gates = visited.stream().filter((gate) -> request.onConflict(gate) != OnConflict.WAIT).toList();
		if (gates.isEmpty()) {
			return Superseded.NONE;
		}
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
