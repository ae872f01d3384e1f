package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.util.Collection;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.limit.Gate;

/**
 * Keeps tasks from running that could: those of a category, or of a limit.
 */
final class DuckDbPauses {

	static final String PAUSE = """
			insert into gobstopper_paused_category select ?
			where ? not in (select category from gobstopper_paused_category)
			""";

	static final String RESUME = """
			delete from gobstopper_paused_category where category = ?
			""";

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbClaims claims;

	private final DuckDbClaimRecords records;

	private final DuckDbHeldTasks held;

	DuckDbPauses(JdbcTemplate jdbcTemplate, DuckDbClaims claims, DuckDbClaimRecords records, DuckDbHeldTasks held) {
		this.jdbcTemplate = jdbcTemplate;
		this.claims = claims;
		this.records = records;
		this.held = held;
	}

	// Returns how many rows were changed.
	int setPaused(String category, boolean paused) {
		this.claims.changed();
		if (!paused) {
			return this.jdbcTemplate.update(RESUME, category);
		}
		this.records.writeOut();
		this.held.holdAgain(category);
		return this.jdbcTemplate.update(PAUSE, category, category);
	}

	// Returns whether tasks cannot be claimed any more that could be.
	boolean close(Collection<Gate> gates, Instant until) {
		this.records.writeOut();
		boolean heldAgain = this.held.close(gates, until);
		if (heldAgain) {
			this.claims.changed();
		}
		return heldAgain;
	}

	Collection<Gate> open(Collection<Gate> gates) {
		this.held.open(gates);
		return gates;
	}

}
