package io.gobstopper.store.duckdb.connection;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Lends the connections of a pool, each for a limited time: while one of them has a
 * transaction open, DuckDB can neither clean up what was deleted nor shorten its log.
 * Safe for use by several threads.
 */
public final class LentConnections extends AbstractDataSource implements AutoCloseable {

	private static final int LOOKS_PER_TIME = 4;

	private final ReadPool pool;

	private final Duration longest;

	private final Set<Loan> loans = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledThreadPoolExecutor watch;

	public LentConnections(ReadPool pool, Duration longest) {
		this.pool = pool;
		this.longest = longest;
	}

	@Override
	public Connection getConnection() throws SQLException {
		startWatch();
		Loan loan = new Loan(this.pool.getConnection(), System.nanoTime(), new Throwable("It was borrowed here"));
		this.loans.add(loan);
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> invoke(loan, method, arguments));
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("DuckDB has no users; ask for a connection without one");
	}

	private @Nullable Object invoke(Loan loan, Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("close")) {
			this.loans.remove(loan);
		}
		try {
			return method.invoke(loan.connection(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private synchronized void startWatch() {
		if (this.watch == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("gobstopper-readers-watch-");
			threads.setDaemon(true);
			this.watch = new ScheduledThreadPoolExecutor(1, threads);
			long interval = Math.max(1, this.longest.toMillis() / LOOKS_PER_TIME);
			var unused = this.watch.scheduleWithFixedDelay(this::endOverdue, interval, interval, TimeUnit.MILLISECONDS);
		}
	}

	private void endOverdue() {
		long now = System.nanoTime();
		this.loans.stream()
			.filter((loan) -> now - loan.sinceNanos() > this.longest.toNanos())
			.toList()
			.forEach(this::end);
	}

	private void end(Loan loan) {
		if (!this.loans.remove(loan)) {
			return;
		}
		logger
			.error("A connection for reading was held longer than %s and is closed: meanwhile nothing can be cleaned up"
				.formatted(this.longest), loan.borrower());
		this.pool.evict(loan.connection());
	}

	@Override
	public synchronized void close() {
		if (this.watch != null) {
			this.watch.shutdownNow();
		}
		this.pool.close();
	}

	/**
	 * A connection in use.
	 *
	 * @param connection the connection
	 * @param sinceNanos since when, as {@link System#nanoTime} tells
	 * @param borrower where it was borrowed
	 */
	private record Loan(Connection connection, long sinceNanos, Throwable borrower) {

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
