package io.gobstopper.store.duckdb.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the prepared statements of one connection open, up to a number, because preparing
 * one takes DuckDB longer than running it. To who closes one, it is closed, with its
 * results. For one thread at a time, as the connection itself.
 */
final class PreparedStatementCache implements InvocationHandler {

	private static final int MOST_STATEMENTS = 100;

	// What must not meet the next user of a statement.
	private static final Set<String> SETTINGS = Set.of("setQueryTimeout", "setMaxRows", "setLargeMaxRows",
			"setMaxFieldSize", "setFetchSize", "setFetchDirection", "setEscapeProcessing", "setCursorName",
			"setPoolable", "closeOnCompletion", "addBatch");

	private final Connection connection;

	private final Map<String, Kept> statements = new LinkedHashMap<>(16, 0.75f, true);

	private PreparedStatementCache(Connection connection) {
		this.connection = connection;
	}

	// Returns a connection that works as the given one does.
	static Connection around(Connection connection) {
		return proxy(Connection.class, new PreparedStatementCache(connection));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("prepareStatement") && arguments.length == 1) {
			return prepare((String) arguments[0]);
		}
		if (method.getName().equals("getNetworkTimeout")) {
			return 0;
		}
		if (method.getName().equals("setNetworkTimeout")) {
			return null;
		}
		return call(this.connection, method, arguments);
	}

	private PreparedStatement prepare(String sql) throws SQLException {
		Kept kept = this.statements.get(sql);
		if (kept != null && kept.lent) {
			return this.connection.prepareStatement(sql);
		}
		if (kept == null) {
			kept = new Kept(this.connection.prepareStatement(sql));
			this.statements.put(sql, kept);
			closeSurplus();
		}
		return proxy(PreparedStatement.class, new Loan(kept, () -> this.statements.remove(sql)));
	}

	private void closeSurplus() throws SQLException {
		if (this.statements.size() > MOST_STATEMENTS) {
			Iterator<Kept> leastRecentlyUsed = this.statements.values().iterator();
			Kept surplus = leastRecentlyUsed.next();
			leastRecentlyUsed.remove();
			surplus.statement.close();
		}
	}

	private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	/**
	 * A statement and whether somebody uses it.
	 */
	private static final class Kept {

		private final PreparedStatement statement;

		private boolean lent;

		Kept(PreparedStatement statement) {
			this.statement = statement;
		}

	}

	/**
	 * The use of a statement until it is closed.
	 */
	private static final class Loan implements InvocationHandler {

		private final Kept kept;

		private final Runnable forget;

		private boolean changed;

		private boolean over;

		private @Nullable ResultSet results;

		Loan(Kept kept, Runnable forget) {
			this.kept = kept;
			this.forget = forget;
			kept.lent = true;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
			if (method.getName().equals("close")) {
				close();
				return null;
			}
			this.changed |= SETTINGS.contains(method.getName());
			Object result = call(this.kept.statement, method, arguments);
			if (result instanceof ResultSet last) {
				this.results = last;
			}
			return result;
		}

		private void close() throws SQLException {
			if (!this.over) {
				this.over = true;
				this.kept.lent = false;
				if (this.results != null) {
					this.results.close();
				}
				if (this.changed) {
					this.forget.run();
					this.kept.statement.close();
				}
			}
		}

	}

}
