package io.gobstopper.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

import org.springframework.jdbc.core.RowMapper;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.store.task.StoredAttempt;

/**
 * Reads a row of the attempt table, whose timestamps are in UTC.
 */
public final class StoredAttemptRowMapper implements RowMapper<StoredAttempt> {

	@Override
	public StoredAttempt mapRow(ResultSet row, int rowNumber) throws SQLException {
		return new StoredAttempt(row.getObject("task_id", UUID.class), row.getInt("attempt"),
				Outcome.of(row.getString("outcome")), StoredTaskRowMapper.requiredInstant(row, "due_at"),
				StoredTaskRowMapper.requiredInstant(row, "started_at"),
				StoredTaskRowMapper.requiredInstant(row, "ended_at"), row.getString("node"),
				StoredTaskRowMapper.error(row));
	}

}
