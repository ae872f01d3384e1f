package io.gobstopper.store.postgresql;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.store.sql.DatabaseClock;

/**
 * Transactions on the one connection that writes, each with settings of its own.
 */
final class PostgresTransactions {

	// For this transaction only. Plans for tables that are empty at one moment and full
	// at the next must not depend on what they were like when they were last looked at.
	private static final String SET_UP_TRANSACTION = """
			select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),
				set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
				set_config('enable_mergejoin', 'off', true), clock_timestamp() at time zone 'UTC', %s
			""".formatted(PostgresDurability.ENSURE);

	private static final int TIME_OF_TRANSACTION = 6;

	// What a machine holds that has vanished is free again then.
	static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	// Where one row is locked, more may be; all others must not wait for each of them.
	private static final Duration SHORT_LOCK_TIMEOUT = Duration.ofMillis(50);

	private static final Duration IMPATIENCE = Duration.ofSeconds(5);

	private final PostgresSettings settings;

	private final KeptConnection connection;

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final PostgresAnnouncements announcements;

	private final PostgresClaims claims;

	private final PostgresClaimRecords claimRecords;

	private final DatabaseClock clock;

	private int depth;

	private long impatientUntil = System.nanoTime();

	PostgresTransactions(PostgresSettings settings, KeptConnection connection, PostgresAnnouncements announcements,
			PostgresClaims claims, PostgresClaimRecords claimRecords, DatabaseClock clock) {
		this.settings = settings;
		this.connection = connection;
		this.jdbcTemplate = new JdbcTemplate(connection);
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(connection));
		this.announcements = announcements;
		this.claims = claims;
		this.claimRecords = claimRecords;
		this.clock = clock;
	}

	TransactionTemplate template() {
		return this.transactionTemplate;
	}

	<T extends @Nullable Object> T run(Supplier<T> writes) {
		this.depth++;
		try {
			return this.transactionTemplate.execute((status) -> {
				if (this.depth > 1) {
					return writes.get();
				}
				setUpTransaction();
				T result = writes.get();
				this.announcements.send();
				return result;
			});
		}
		catch (Throwable ex) {
			failed(ex);
			this.announcements.forget();
			this.claims.changed();
			this.claimRecords.forget();
			throw ex;
		}
		finally {
			this.depth--;
		}
	}

	private void failed(Throwable failure) {
		if (isLockTimeout(failure)) {
			this.impatientUntil = System.nanoTime() + IMPATIENCE.toNanos();
		}
		else if (this.depth == 1) {
			this.connection.close();
		}
	}

	private static boolean isLockTimeout(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException cause
				&& LOCK_NOT_AVAILABLE.equals(cause.getSQLState());
	}

	private Duration lockTimeout() {
		boolean impatient = System.nanoTime() - this.impatientUntil < 0;
		return (impatient && this.settings.lockTimeout().compareTo(SHORT_LOCK_TIMEOUT) > 0) ? SHORT_LOCK_TIMEOUT
				: this.settings.lockTimeout();
	}

	private void setUpTransaction() {
		this.clock.read(
				() -> this.jdbcTemplate
					.query(SET_UP_TRANSACTION,
							(row, number) -> row.getObject(TIME_OF_TRANSACTION, LocalDateTime.class)
								.toInstant(ZoneOffset.UTC),
							millis(lockTimeout()), millis(LONGEST_SILENCE))
					.get(0));
	}

	static String millis(Duration duration) {
		return Long.toString(duration.toMillis());
	}

}
